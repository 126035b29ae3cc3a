"""Waterfalls in words: labels of changes, bars, and what a reader must know."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnaudit.comparison.diff import Cause
from cnnaudit.comparison.step import NetworkChange, Waterfall, WaterfallStep
from cnnaudit.render.diff.waterfall_rows import (
    WaterfallRow,
    bar,
    change_text,
    label,
    notes,
    parameters_line,
    signed,
    step_text,
)


def own(attribute: str, a: Any, b: Any) -> tuple[Cause, ...]:
    return (Cause("own", attribute, a, b),)


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (NetworkChange("input", "", own("input", [(9, 9, 3)], [(8, 7, 3)])), "input 9×9 → 8×7"),
        (
            NetworkChange("input", "", own("input", [(9, 9, 3)], [(9, 9, 1)])),
            "input 9 × 9 × 3 → 9 × 9 × 1",
        ),
        (NetworkChange("input", "", own("input", [(784,)], [(10,)])), "input 784 → 10"),
        (NetworkChange("classes", "", own("classes", 1000, 29)), "classes 1000 → 29"),
        (NetworkChange("variable", "width", own("width", 1, Fraction(29, 1000))), "width 29/1000"),
        (NetworkChange("variable", "depth", own("depth", 2, Fraction(1, 2))), "depth 2 → 1/2"),
        (NetworkChange("variable", "deep", own("deep", True, False)), "deep yes → no"),
        (NetworkChange("variable", "list", own("list", (1, 2), (3,))), "list 1, 2 → 3"),
        (NetworkChange("changed", "c", own("filters", 4, 5), 1), "c: filters 4 → 5"),
        (
            NetworkChange("changed", "s.1–3", own("filters", 4, 5), 6),
            "s.1–3: filters 4 → 5 (6 layers)",
        ),
        (NetworkChange("added", "block", (), 8), "block added (8 layers)"),
        (NetworkChange("removed", "norm", (), 1), "norm removed"),
        (NetworkChange("replaced", "a", own("layer", "a", "b"), 2), "a replaced by b"),
        (NetworkChange("repeated", "r", own("repeat", 6, 23), 68), "r: repeat 6 → 23 (68 layers)"),
    ],
)
def test_a_change_in_words(change: NetworkChange, text: str) -> None:
    assert change_text(change) == text


def test_of_many_changes_the_first_are_named() -> None:
    changes = [NetworkChange("added", f"c{n}", (), 1) for n in range(12)]
    assert label(changes[:2]) == "c0 added + c1 added"
    assert label(changes) == "c0 added + c1 added + c2 added + 9 more"


def test_control_characters_of_a_file_do_not_reach_a_terminal() -> None:
    change = NetworkChange("variable", "mode", own("mode", "plain", "\x1b[31mred"))
    assert "\x1b" not in change_text(change)
    assert "\x1b" not in step_text(WaterfallStep((change,), {}, {}, "\x1b[31m"))


@pytest.mark.parametrize(("difference", "text"), [(1234, "+1,234"), (-5, "−5"), (0, "±0")])
def test_a_difference(difference: int, text: str) -> None:
    assert signed(difference) == text


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(1, 40))
def test_a_bar_stays_on_its_axis(before: int, after: int, cells: int) -> None:
    top = max(before, after)
    drawn = bar(WaterfallRow("", {"params": before}, {"params": after}, None), "params", top, cells)
    assert len(drawn) <= cells
    assert bool(drawn.strip()) == (before != after)
    assert ("▒" in drawn) == (after < before)
    if before != after:
        assert len(drawn) == cells  # the larger of both is the end of the axis


def fall(*steps: WaterfallStep, grouped: bool = False) -> Waterfall:
    ends = {"params": 10}, {"params": 30}
    return Waterfall(ends[0], steps, ends[1], 99, grouped)


def test_a_short_waterfall_is_told_in_one_line() -> None:
    step = WaterfallStep((NetworkChange("added", "c", (), 1),), {"params": 10}, {"params": 30})
    assert parameters_line(fall(step)) == ["Parameters: 10 · c added +20 · 30"]
    assert parameters_line(fall(*[step] * 7)) == []
    assert parameters_line(fall()) == []


def test_what_a_reader_must_know() -> None:
    step = WaterfallStep((NetworkChange("added", "c", (), 1),), {"params": 10}, {"params": 30})
    assert notes(fall(step)) == []
    assert "99 changes in 1 step:" in notes(fall(step, grouped=True))[0]
    assert "together" in notes(fall(step._replace(obstacle="c: no")))[0]
    assert "Nothing" in notes(fall())[0]
