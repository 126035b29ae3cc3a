"""JSON text: what is opened to which depth, and that it says what the values say."""

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnaudit.render.json_text import dumps

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda below: st.lists(below) | st.dictionaries(st.text(), below),
    max_leaves=20,
)


@given(_VALUES, st.integers(0, 5))
def test_the_text_says_what_the_value_says(value: Any, levels: int) -> None:
    assert json.loads(dumps(value, levels)) == value


@given(st.lists(st.dictionaries(st.text(), _VALUES)), st.integers(2, 4))
def test_an_iterator_is_written_like_the_list(rows: list[Any], levels: int) -> None:
    assert dumps({"rows": iter(rows)}, levels) == dumps({"rows": rows}, levels)


def test_an_item_of_an_iterator_is_let_go_before_the_next_is_made() -> None:
    alive: list[object] = []

    class Counted(dict[str, int]):
        def __init__(self) -> None:
            super().__init__(alive=len(alive))
            alive.append(self)

        def items(self) -> Any:
            alive.remove(self)
            return super().items()

    def rows() -> Iterator[Counted]:
        for _ in range(3):
            yield Counted()

    assert json.loads(dumps({"rows": rows()}, 2)) == {"rows": [{"alive": 0}] * 3}


def test_rows_stand_on_one_line_each() -> None:
    value = {"a": {"b": [{"c": 1}, {"c": [2, 3]}]}, "d": []}
    assert dumps(value) == (
        '{\n  "a": {\n    "b": [\n      {"c": 1},\n      {"c": [2, 3]}\n    ]\n  },\n  "d": []\n}\n'
    )


def test_a_fraction_is_a_number_and_what_json_does_not_know_is_refused() -> None:
    assert dumps([Fraction(6, 2), Fraction(1, 4)]) == "[3, 0.25]\n"
    with pytest.raises(TypeError):
        dumps([object()])
