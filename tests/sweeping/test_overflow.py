"""Numbers beyond int64: worked out one by one, or said to be too large; never wrong."""

from pathlib import Path

import pytest

from cnnaudit.calculator import audit
from cnnaudit.loading import Overrides, load
from cnnaudit.sweeping.run import sweep
from tests.support import chain


@pytest.fixture
def wide(tmp_path: Path) -> str:
    """Two dense layers, whose weights are the square of a variable."""
    path = tmp_path / "wide.yaml"
    path.write_text(chain("{dense: n}", "{dense: n*n // n}", input="1", more="vars: {n: 4}"))
    return str(path)


def test_totals_that_do_not_fit_are_counted_with_their_reason(wide: str) -> None:
    table = sweep(wide, ["n=1000,1000000000,2000000000,3000000000,4000000000"])
    totals = [audit(load(wide, Overrides((), [f"n={n}"]))).totals for n in table.column("n")]
    assert table.column("n") == [1000, 1_000_000_000]
    assert table.column("params").tolist() == [one.params for one in totals]
    assert table.column("weight_bytes").tolist() == [one.weight_bytes for one in totals]
    (invalid,) = table.invalid
    assert (invalid.variant_count, invalid.diagnostic.message) == (
        3,
        "a total is larger than 2^63 - 1",
    )


def test_a_value_beyond_int64_is_what_a_report_says_of_it(wide: str) -> None:
    table = sweep(wide, [f"n=8,{2**70},{2**71}"])
    assert table.column("n") == [8]
    assert [(i.variant_count, i.diagnostic.message) for i in table.invalid] == [
        (2, "the number is larger than 2^63 - 1")
    ]


def test_a_number_on_the_way_may_be_large(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    more = f"vars: {{n: 4, m: {2**60}}}"
    path.write_text(chain("{dense: n*m*m // (m*m)}", input="8", more=more))
    table = sweep(str(path), ["n=1..40"])
    assert table.column("params").tolist() == [9 * n for n in range(1, 41)]
