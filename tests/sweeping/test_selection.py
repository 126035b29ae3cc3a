"""What is kept of a grid, and in which order, against doing it by hand."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnaudit.errors import UsageError
from cnnaudit.sweeping import selection as selecting
from cnnaudit.sweeping.run import SweepTable, sweep
from cnnaudit.sweeping.selection import pareto_front

VARY = ["width=1/10..1:1/10", "input=67..227:20", "batch=1,4"]


def rows(table: SweepTable) -> list[tuple[int, ...]]:
    return [tuple(map(int, row)) for row in np.vstack([table.rows.variants, table.rows.numbers]).T]


ALL = sweep("zoo:alexnet", VARY)


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        ("params<5M", lambda params, macs, width, cells: params < 5_000_000),
        ("params<=2.5M and macs>20M", lambda p, m, w, c: p <= 2_500_000 and m > 20_000_000),
        ("weight_bytes<=4MiB", lambda params, macs, width, cells: 4 * params <= 4 * 2**20),
        ("width>=3/10, width!=1", lambda params, macs, width, cells: 0.3 <= width < 1),
        ("input==30603", lambda params, macs, width, cells: cells == 101 * 101 * 3),
        ("params>=2.5", lambda params, macs, width, cells: True),
        ("params==2.5", lambda params, macs, width, cells: False),
        ("macs<9223372036854775807000", lambda params, macs, width, cells: True),
    ],
)
def test_where(where: str, wanted: Any) -> None:
    kept = set(rows(sweep("zoo:alexnet", VARY, where=where)))
    widths = [float(value) for value in ALL.column("width")]
    cells = [h * w * c for h, w, c in ALL.column("input")]
    columns = zip(ALL.column("params"), ALL.column("macs"), widths, cells, strict=True)
    by_hand = {row for row, said in zip(rows(ALL), columns, strict=True) if wanted(*said)}
    assert kept == by_hand


@pytest.mark.parametrize(
    "where", ["params", "params<", "params<5X", "depth<3", "params<5 or macs<3", "params<1/0"]
)
def test_what_is_no_condition_is_refused(where: str) -> None:
    with pytest.raises(UsageError, match="--where"):
        sweep("zoo:alexnet", VARY, where=where)


@pytest.mark.parametrize("held", [10**6, 7])
@pytest.mark.parametrize("top", [None, 3, 40])
def test_sort(held: int, top: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same order whether it fits in memory or is merged from runs."""
    from cnnaudit.sweeping import run

    monkeypatch.setattr(selecting, "_HELD", held)
    monkeypatch.setattr(run, "BOX", 11)
    found = rows(sweep("zoo:alexnet", VARY, sort="-batch,macs", top=top))
    macs = {int(row[0]): int(row[5]) for row in rows(ALL)}
    by_hand = sorted(rows(ALL), key=lambda row: (-(row[0] % 2), macs[row[0]], row[0]))
    assert found == by_hand[:top]


@settings(deadline=None)
@given(
    st.lists(st.tuples(*[st.integers(0, 6)] * 3), max_size=40).map(
        lambda found: np.array(found, np.int64).reshape(-1, 3).T
    )
)
def test_the_front_is_what_nothing_dominates(costs: Any) -> None:
    points = [tuple(point) for point in costs.T.tolist()]
    by_hand = [
        index
        for index, point in enumerate(points)
        if not any(
            other != point and all(x <= y for x, y in zip(other, point, strict=True))
            for other in points
        )
    ]
    assert pareto_front(costs).tolist() == by_hand


def test_pareto_wants_less_and_with_a_plus_more() -> None:
    kept = sweep("zoo:alexnet", VARY, pareto="+input,macs", where="params>=5M")
    macs: dict[int, int] = {}
    for (side, _, _), cost, params in zip(
        ALL.column("input"), ALL.column("macs"), ALL.column("params"), strict=True
    ):
        if params >= 5_000_000:
            macs[side] = min(int(cost), macs.get(side, int(cost)))
    by_hand = {
        (side, cost)
        for side, cost in macs.items()
        if not any(s >= side and c <= cost and (s, c) != (side, cost) for s, c in macs.items())
    }
    found = zip(kept.column("input"), kept.column("macs"), strict=True)
    assert {(side, int(cost)) for (side, _, _), cost in found} == by_hand
    assert len(by_hand) > 2
