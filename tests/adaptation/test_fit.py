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
    stock = read_stock("zoo:alexnet")
    assert stock is not None
    return stock


@pytest.mark.parametrize("rule", STEPS)
def test_no_admissible_width_lies_between_the_fit_and_the_next(alexnet: Stock, rule: str) -> None:
    options = GIVEN._replace(rounding=Rounding(rule))
    bounds = read_bounds(["params<=110829"])
    width_fit = fit_width(alexnet, options, bounds, ONE)
    base = draft(alexnet, options)
    factors = candidate_factors(base, ONE)
    index = factors.index(width_fit.factor)
    assert width_fit.next_factor == factors[index + 1]
    assert audit_at(base, width_fit.factor).totals.params <= 110829
    assert audit_at(base, width_fit.next_factor).totals.params > 110829
    # What lies between is no other network than one of the two.
    middle = simplest_between(width_fit.factor, width_fit.next_factor)
    networks = {
        audit_at(base, factor).totals.params for factor in (width_fit.factor, width_fit.next_factor)
    }
    assert audit_at(base, middle).totals.params in networks


def test_every_factor_up_to_the_fit_keeps_the_bound(alexnet: Stock) -> None:
    bounds = read_bounds(["macs<=50M,peak<=4MiB"])
    width_fit = fit_width(alexnet, GIVEN, bounds, ONE)
    base = draft(alexnet, GIVEN)
    factors = candidate_factors(base, ONE)
    index = factors.index(width_fit.factor)
    for factor in factors[: index + 1 : 7]:
        assert all(bound.value(audit_at(base, factor)) <= bound.limit for bound in bounds)
    for factor in factors[index + 1 : index + 60 : 7]:
        assert any(bound.value(audit_at(base, factor)) > bound.limit for bound in bounds)
    assert [result.name for result in width_fit.broken_bounds]


def test_a_loose_bound_allows_the_largest_factor(alexnet: Stock) -> None:
    width_fit = fit_width(alexnet, AdaptOptions(), read_bounds(["params<=1G"]), ONE)
    assert (width_fit.factor, width_fit.next_factor, width_fit.broken_bounds) == (ONE, None, ())
    wider = fit_width(alexnet, AdaptOptions(), read_bounds(["params<=1G"]), Fraction(8))
    assert wider.factor > 1
    assert [result.bound.quantity for result in wider.broken_bounds] == ["params"]


@pytest.mark.parametrize("most", [10**5, 10**12 - 1])
def test_too_many_widths_are_refused(alexnet: Stock, most: int) -> None:
    with pytest.raises(UsageError, match="more than 2,000,000 widths to choose from"):
        fit_width(alexnet, AdaptOptions(), read_bounds(["params<=1G"]), Fraction(most))


def test_an_impossible_bound_reports_the_smallest_network(alexnet: Stock) -> None:
    with pytest.raises(UsageError, match=r"smallest network.* has params [\d,]+, more than 10"):
        fit_width(alexnet, GIVEN, read_bounds(["params<=10"]), ONE)


@pytest.mark.parametrize(
    ("text", "quantity", "most"),
    [
        ("params<=1M", "params", 10**6),
        ("params < 1M", "params", 10**6 - 1),
        ("params<=110,829", "params", 110_829),
        ("macs<=1.5G", "macs", 15 * 10**8),
        ("weight<=4MiB", "weight_bytes", 2**22),
        ("weight_bytes<=4096", "weight_bytes", 4096),
        ("peak<=0.5KiB", "peak_activation_bytes", 512),
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
def test_invalid_bounds_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--fit"):
        read_bounds([text])


def test_commas_separate_bounds_and_digits() -> None:
    bounds = read_bounds(["params<=1,000,000,macs<=2,500K, peak<=1MiB"])
    assert [bound.limit for bound in bounds] == [10**6, 25 * 10**5, 2**20]


def test_the_best_of_a_grid_is_the_largest_that_fits(alexnet: Stock) -> None:
    bounds = read_bounds(["params<=1M"])
    axes = [read_axis("width=1/20..1/2:1/20"), read_axis("input=96..224:64")]
    best = best_point(alexnet, AdaptOptions(classes=29), bounds, axes)
    fitting = []
    for width in axes[0].values:
        for size in axes[1].values:
            options = AdaptOptions((f"{size}x{size}x3",), 29)
            params = audit_at(draft(alexnet, options), Fraction(width)).totals.params
            fitting += [params] if params <= 10**6 else []
    assert best.point_count == 30
    assert best.fitting_count == len(fitting)
    assert best.bound_results[0].value == max(fitting)


@pytest.mark.parametrize(
    "text", ["width", "width=", "=1", "width=1..0:1", "width=0..1:0", "n=1..9:x"]
)
def test_invalid_axes_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--vary"):
        read_axis(text)
