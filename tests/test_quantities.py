"""The one list of totals: every name is one that the calculator fills in."""

from cnnaudit.calculator import Row, Totals
from cnnaudit.quantities import CLAIMS, COSTS, QUANTITIES, SWEPT, TOTALS


def test_every_total_is_counted() -> None:
    assert all(hasattr(Totals, name) for name in TOTALS)
    assert set(Totals._fields) - {"by_kind"} <= set(TOTALS)


def test_every_cost_is_a_nodes_too() -> None:
    assert all(hasattr(Row, name) for name in COSTS)


def test_a_name_stands_once() -> None:
    assert len({quantity.name for quantity in QUANTITIES}) == len(QUANTITIES)
    assert set(SWEPT) == set(CLAIMS) & set(TOTALS)
