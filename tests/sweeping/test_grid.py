"""What ``--vary`` means: exact values, and grids cut into boxes."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnaudit.errors import UsageError
from cnnaudit.loading import load_architecture
from cnnaudit.sweeping.grid import boxes, read_grid

DOCUMENT, _ = load_architecture("zoo:alexnet")


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("width=1/4..1:1/4", (Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), 1)),
        ("width=0.1..0.3:0.1", (Fraction(1, 10), Fraction(1, 5), Fraction(3, 10))),
        ("width=1, 1/2", (1, Fraction(1, 2))),
        ("width=1,1..3:2,0.5", (1, 3, Fraction(1, 2))),
        ("width=3..1:-1", (3, 2, 1)),
        ("width=1..2:2/3", (1, Fraction(5, 3))),
        ("input=64..128:64", ((64, 64, 3), (128, 128, 3))),
        ("input=96x96x3,32,128x160x1", ((96, 96, 3), (32, 32, 3), (128, 160, 1))),
        ("batch=1,8", (1, 8)),
        ("classes=2..4", (2, 3, 4)),
    ],
)
def test_values(text: str, values: tuple[Any, ...]) -> None:
    (axis,) = read_grid(DOCUMENT, [text]).axes
    assert axis.values == values


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("depth=1,2", "has no such variable (it has width"),
        ("widht=1,2", "did you mean 'width'?"),
        ("width", "takes NAME=VALUES"),
        ("width=", "takes NAME=VALUES"),
        ("width=1..2:0", "never gets"),
        ("width=1..2:-1", "never gets"),
        ("width=1/0", "is not a number"),
        ("width=a-b", "is not a number"),
        ("width=1..9:1/1000000", "more than 100,000 values"),
        ("batch=1/2", "is not a whole number"),
        ("classes=0", "is not a whole number"),
        ("input=0", "is not a whole number"),
        ("input=ax3", "is not a shape"),
    ],
)
def test_what_is_not_a_grid_is_refused(text: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        read_grid(DOCUMENT, [text])
    assert message in str(error.value)


def test_an_axis_is_given_once() -> None:
    with pytest.raises(UsageError, match="given twice"):
        read_grid(DOCUMENT, ["width=1", "width=2"])


@settings(deadline=None)
@given(
    sizes=st.lists(st.integers(1, 5), min_size=1, max_size=4),
    limit=st.integers(1, 40),
    data=st.data(),
)
def test_boxes_are_a_stretch_of_the_grid_in_order(
    sizes: list[int], limit: int, data: st.DataObject
) -> None:
    total = 1
    for size in sizes:
        total *= size
    start = data.draw(st.integers(0, total))
    stop = data.draw(st.integers(start, total))
    found: list[int] = []
    for box in boxes(sizes, start, stop, limit):
        here = [0]
        for span, size in zip(box, sizes, strict=True):
            here = [index * size + position for index in here for position in span]
        assert 1 <= len(here) <= limit
        found += here
    assert found == list(range(start, stop))
