"""``--fit``: the largest width within bounds, exactly, and nothing between it and the next."""

from fractions import Fraction

import pytest

from cnnaudit.adaptation.adapting import draft
from cnnaudit.adaptation.bounds import read_bounds
from cnnaudit.adaptation.fit import audit_at, candidate_factors, fit_width, simplest_between
from cnnaudit.adaptation.grid import best_point, read_axis
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.rounding import STEPS, Rounding
from cnnaudit.adaptation.stock import Stock, read_stock
from cnnaudit.errors import UsageError

ONE = Fraction(1)
GIVEN = AdaptOptions(inputs=("270x480x3",), classes=29)


@pytest.fixture(scope="module")
def alexnet() -> Stock:
    found = read_stock("zoo:alexnet")
    assert found is not None
    return found


@pytest.mark.parametrize("rule", STEPS)
def test_no_admissible_width_lies_between_the_fit_and_the_next(alexnet: Stock, rule: str) -> None:
    recipe = GIVEN._replace(rounding=Rounding(rule))
    bounds = read_bounds(["params<=110829"])
    found = fit_width(alexnet, recipe, bounds, ONE)
    base = draft(alexnet, recipe)
    factors = candidate_factors(base, ONE)
    place = factors.index(found.factor)
    assert found.next_factor == factors[place + 1]
    assert audit_at(base, found.factor).totals.params <= 110829
    assert audit_at(base, found.next_factor).totals.params > 110829
    # What lies between is no other network than one of the two.
    middle = simplest_between(found.factor, found.next_factor)
    networks = {
        audit_at(base, factor).totals.params for factor in (found.factor, found.next_factor)
    }
    assert audit_at(base, middle).totals.params in networks


def test_every_factor_up_to_the_fit_keeps_the_bound(alexnet: Stock) -> None:
    bounds = read_bounds(["macs<=50M,peak<=4MiB"])
    found = fit_width(alexnet, GIVEN, bounds, ONE)
    base = draft(alexnet, GIVEN)
    factors = candidate_factors(base, ONE)
    place = factors.index(found.factor)
    for factor in factors[: place + 1 : 7]:
        assert all(bound.value(audit_at(base, factor)) <= bound.limit for bound in bounds)
    for factor in factors[place + 1 : place + 60 : 7]:
        assert any(bound.value(audit_at(base, factor)) > bound.limit for bound in bounds)
    assert [kept.name for kept in found.broken_bounds]


def test_a_bound_that_binds_nothing(alexnet: Stock) -> None:
    found = fit_width(alexnet, AdaptOptions(), read_bounds(["params<=1G"]), ONE)
    assert (found.factor, found.next_factor, found.broken_bounds) == (ONE, None, ())
    wider = fit_width(alexnet, AdaptOptions(), read_bounds(["params<=1G"]), Fraction(8))
    assert wider.factor > 1
    assert [kept.bound.quantity for kept in wider.broken_bounds] == ["params"]


@pytest.mark.parametrize("most", [10**5, 10**12 - 1])
def test_more_widths_than_can_be_tried(alexnet: Stock, most: int) -> None:
    with pytest.raises(UsageError, match="more than 2,000,000 widths to choose from"):
        fit_width(alexnet, AdaptOptions(), read_bounds(["params<=1G"]), Fraction(most))


def test_an_impossible_bound_says_what_the_smallest_network_has(alexnet: Stock) -> None:
    with pytest.raises(UsageError, match=r"smallest network.* has params [\d,]+, more than 10"):
        fit_width(alexnet, GIVEN, read_bounds(["params<=10"]), ONE)


@pytest.mark.parametrize(
    ("text", "quantity", "most"),
    [
        ("params<=1M", "params", 10**6),
        ("params < 1M", "params", 10**6 - 1),
        ("params<=110,829", "params", 110_829),
        ("macs<=1.5G", "macs", 15 * 10**8),
        ("weight<=4MiB", "weight", 2**22),
        ("weight_bytes<=4096", "weight", 4096),
        ("peak<=0.5KiB", "peak", 512),
    ],
)
def test_bounds(text: str, quantity: str, most: int) -> None:
    (bound,) = read_bounds([text])
    assert (bound.quantity, bound.limit) == (quantity, most)


@pytest.mark.parametrize(
    "text",
    [
        "params",
        "params>=1",
        "params<=1MiB",
        "weight<=1M",
        "parms<=1",
        "params<=1,params<=2",
        "params<=1,00",
        "",
    ],
)
def test_what_is_no_bound(text: str) -> None:
    with pytest.raises(UsageError, match="--fit"):
        read_bounds([text])


def test_commas_are_between_bounds_and_in_numbers() -> None:
    bounds = read_bounds(["params<=1,000,000,macs<=2,500K, peak<=1MiB"])
    assert [bound.limit for bound in bounds] == [10**6, 25 * 10**5, 2**20]


def test_the_best_of_a_grid_is_the_largest_that_fits(alexnet: Stock) -> None:
    bounds = read_bounds(["params<=1M"])
    axes = [read_axis("width=1/20..1/2:1/20"), read_axis("input=96..224:64")]
    found = best_point(alexnet, AdaptOptions(classes=29), bounds, axes)
    kept = []
    for width in axes[0].values:
        for size in axes[1].values:
            recipe = AdaptOptions((f"{size}x{size}x3",), 29)
            params = audit_at(draft(alexnet, recipe), Fraction(width)).totals.params
            kept += [params] if params <= 10**6 else []
    assert found.point_count == 30
    assert found.fitting_count == len(kept)
    assert found.bound_results[0].value == max(kept)


@pytest.mark.parametrize(
    "text", ["width", "width=", "=1", "width=1..0:1", "width=0..1:0", "n=1..9:x"]
)
def test_what_is_no_axis(text: str) -> None:
    with pytest.raises(UsageError, match="--vary"):
        read_axis(text)
