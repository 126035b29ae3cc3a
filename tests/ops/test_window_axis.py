"""Which cells the windows of an axis read: the formulas against counting them."""

from hypothesis import given
from hypothesis import strategies as st

from cnnaudit.ops.window_axis import Axis


@st.composite
def axis(draw: st.DrawFn) -> Axis:
    """Windows that fit on an axis, as many as there is room for."""
    kernel, dilation = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    stride = draw(st.integers(1, 6))
    before, after = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    reach = dilation * (kernel - 1) + 1
    size = draw(st.integers(max(1, reach - before - after), 40))
    positions = (size + before + after - reach) // stride + 1
    return Axis("height", size, positions, kernel, dilation, stride, before, after)


def cells(found: Axis) -> list[list[int]]:
    """What each cell of the window reads, window by window; padding is outside 0 to size - 1."""
    return [
        [at * found.stride - found.before + k * found.dilation for at in range(found.positions)]
        for k in range(found.kernel)
    ]


@given(axis())
def test_meetings_are_counted(found: Axis) -> None:
    counted = [sum(0 <= at < found.size for at in reads) for reads in cells(found)]
    assert list(found.meetings) == counted


@given(axis())
def test_unread_cells_lie_behind_the_last_window(found: Axis) -> None:
    last = max(max(reads) for reads in cells(found))
    assert found.unread == max(0, found.size - 1 - last)


@given(axis())
def test_what_is_missing_fills_one_more_window(found: Axis) -> None:
    if not found.unread:
        assert found.missing == 0
        return
    filled = found._replace(after=found.after + found.missing, positions=found.positions + 1)
    last = max(max(reads) for reads in cells(filled))
    assert last == filled.size + filled.after - 1


@given(axis(), st.booleans())
def test_the_sizes_that_are_offered_lose_nothing(found: Axis, larger: bool) -> None:
    by = found.missing if larger else -found.unread
    reach, padding = found.effective_kernel, found.before + found.after
    fitting = found._replace(size=found.size + by)
    again = fitting._replace(positions=(fitting.size + padding - reach) // found.stride + 1)
    assert again.unread == 0


@given(axis())
def test_skipped_cells_lie_between_windows(found: Axis) -> None:
    starts = cells(found)[0]
    ends = cells(found)[-1]
    gaps = {start - end - 1 for end, start in zip(ends, starts[1:], strict=False)}
    assert all(found.skipped == max(0, gap) for gap in gaps)
