"""One vocabulary: every place takes each name and alias that applies, with the same amounts."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import Result

from cnnaudit.quantities import CLAIMS, GATED, QUANTITIES, SWEPT, aliases_of, full_name, unit_of
from tests.support import run

NET = """\
cnnaudit: 1
input: 8x8x3
vars: {width: 1}
layers:
  - {name: c, conv: 4*width, kernel: 3}
  - {name: fc, conv: 2, kernel: 1}
"""
#: The same amount written in several ways, by unit; no total of the network reaches it.
AMOUNTS = {
    "count": ("1.5M", "1500K", "0.0015G", "1500000", "1.5 m"),
    "bytes": ("1.5MB", "1500KB", "0.0015GB", "1500000", "1500000B", "2MiB", "2048KiB"),
}


class Place(NamedTuple):
    """A place where a quantity is bounded: what it takes, and a run with a name and an amount."""

    names: tuple[str, ...]
    bound: Callable[[str, str], Result]


def _in_file(name: str, amount: str) -> Result:
    Path("net.yaml").write_text(f"{NET}expect: {{max_{name}: {amount}}}\n")
    return run("check", "net.yaml", "--ignore", "CA3", "--fail-on", "error", "--no-cache")


def _in_configuration(name: str, amount: str) -> Result:
    Path(".cnnaudit.yaml").write_text(f"budgets: {{max_{name}: {amount}}}\n")
    return run("check", "net.yaml", "--fail-on", "error", "--no-cache")


def _budget(name: str, amount: str) -> Result:
    option = f"{name}={amount}"
    return run("check", "net.yaml", "--fail-on", "error", "--no-cache", "--budget", option)


def _sweep(name: str, amount: str) -> Result:
    condition = f"{name}<={amount}"
    return run("sweep", "net.yaml", "--vary", "width=1,2", "--where", condition, "-f", "csv")


def _fit(name: str, amount: str) -> Result:
    return run("adapt", "net.yaml", "--fit", f"{name}<={amount}", "-f", "json")


def _growth(name: str, amount: str) -> Result:
    return run("diff", "net.yaml", "net.yaml", "-q", "--max-increase", f"{name}={amount}")


PLACES = {
    "expect": Place(CLAIMS, _in_file),
    "configuration": Place(CLAIMS, _in_configuration),
    "--budget": Place(CLAIMS, _budget),
    "--where": Place(SWEPT, _sweep),
    "--fit": Place(tuple(name for name in GATED if name != "layers"), _fit),
    "--max-increase": Place(GATED, _growth),
}
WORDS = [
    (place, word) for place, (names, _) in PLACES.items() for word in (*names, *aliases_of(names))
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "net.yaml").write_text(NET)


@pytest.mark.parametrize(("place", "word"), WORDS)
def test_every_place_takes_every_name_and_amount(place: str, word: str) -> None:
    bound = PLACES[place].bound
    for amount in AMOUNTS[unit_of(full_name(word))]:
        result = bound(word, amount)
        assert result.exit_code == 0, (amount, result.output)


@pytest.mark.parametrize(
    ("place", "word"), [(place, word) for place, word in WORDS if place != "--max-increase"]
)
def test_a_bound_below_the_value_is_told(place: str, word: str) -> None:
    if full_name(word) in ("non_trainable_params", "buffers", "elementwise_ops"):
        return  # the network has none
    result = PLACES[place].bound(word, "1B" if unit_of(full_name(word)) == "bytes" else "1")
    if place == "--where":
        assert len(result.stdout.splitlines()) == 1
    else:
        assert result.exit_code == (2 if place == "--fit" else 1), result.output


@pytest.mark.parametrize(("place", "word"), WORDS)
def test_an_amount_of_the_wrong_unit_says_what_to_write(place: str, word: str) -> None:
    is_count = unit_of(full_name(word)) == "count"
    result = PLACES[place].bound(word, "4MiB" if is_count else "4M")
    assert result.exit_code == 2
    said = " ".join(result.output.split())
    assert "this is a count" in said if is_count else "this is a size in bytes" in said
    assert "4M" in said if is_count else "4MiB" in said


@pytest.mark.parametrize("place", PLACES)
def test_a_name_that_is_nearly_right(place: str) -> None:
    result = PLACES[place].bound("weight_byte", "1MB")
    assert result.exit_code == 2
    assert "weight_bytes'?" in result.output
    listing = PLACES[place].bound("qqqq", "1")
    assert listing.exit_code == 2
    assert all(name in " ".join(listing.output.split()) for name in ("trainable_params", "macs"))


@pytest.mark.parametrize("place", ["expect", "--budget", "--fit", "--max-increase"])
def test_memory_is_no_quantity_but_two(place: str) -> None:
    output = " ".join(PLACES[place].bound("memory", "1MB").output.split())
    assert "write peak_activation_bytes to run it or training_bytes to train it" in output


def test_a_share_is_written_in_percent() -> None:
    for amount, share in (("0.05", "5%"), ("0.5", "50%"), ("0.001", "0.1%")):
        result = _growth("params", amount)
        assert result.exit_code == 2
        expected = f"write params={share} or an absolute number, params=1000"
        assert expected in " ".join(result.output.split())
    assert _growth("params", "5%").exit_code == 0
    assert _growth("params", "2.5 %").exit_code == 0


def test_a_limit_holds_for_what_memory_needs() -> None:
    Path("more.yaml").write_text(NET.replace("width: 1", "width: 2"))
    for name in ("peak", "kept", "training_bytes", "weights"):
        limited = run("diff", "net.yaml", "more.yaml", "-q", "--max-increase", f"{name}=0")
        assert limited.exit_code == 1
        assert f"{full_name(name)} grew from" in limited.stderr


def test_a_claim_is_read_with_its_unit() -> None:
    Path("net.yaml").write_text(f"{NET}expect: {{weights: 1KiB, params: 0.1K}}\n")
    output = " ".join(run("check", "net.yaml", "--no-cache").output.split())
    assert "weight_bytes is 488, not 1,024" in output
    assert "params is 122, not 100" in output


def test_one_quantity_has_one_claim() -> None:
    Path("net.yaml").write_text(f"{NET}expect: {{weights: 1, weight_bytes: 2}}\n")
    result = run("report", "net.yaml")
    assert result.exit_code == 2
    assert "'weight_bytes' has two values" in result.output


def test_a_variable_of_a_sweep_comes_before_an_alias() -> None:
    Path("net.yaml").write_text(NET.replace("width", "peak"))
    result = run("sweep", "net.yaml", "--vary", "peak=1,2", "--where", "peak>=2", "-f", "csv")
    assert len(result.stdout.splitlines()) == 2


@pytest.mark.parametrize("alias", ["weights", "weight", "activations"])
def test_columns_take_aliases(alias: str) -> None:
    written = run("report", "net.yaml", "--columns", f"layer,{alias}", "-f", "csv").stdout
    assert (
        written
        == run("report", "net.yaml", "--columns", f"layer,{full_name(alias)}", "-f", "csv").stdout
    )
    assert full_name(alias) in written


@pytest.mark.parametrize("alias", ["weights", "weight", "activations"])
@pytest.mark.parametrize("option", ["--sort", "--pareto"])
def test_an_order_takes_aliases(option: str, alias: str) -> None:
    vary = ("sweep", "net.yaml", "--vary", "width=2,1", "-f", "csv", option)
    assert (
        run(*vary, alias).stdout.splitlines()[1:]
        == (run(*vary, full_name(alias)).stdout.splitlines()[1:])
    )


def test_an_alias_stands_for_one_quantity() -> None:
    words = [word for quantity in QUANTITIES for word in (quantity.name, *quantity.aliases)]
    assert len(words) == len(set(words))
