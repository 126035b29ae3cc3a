"""A text in quotes: it is read as the same, and holds nothing that cannot be seen."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cnnaudit.errors import Diagnostics, Source
from cnnaudit.exporters.architecture import quoted
from cnnaudit.parsing.yaml_tree import ScalarNode, parse


@given(st.text())
@example("\x7f")
@example("\x1b[31mred\x85\u2028\ufeff")
@example('a "quoted" \\ backslash')
@example("\U000e0001\U0010ffff")
def test_a_quoted_text_is_read_as_the_same(text: str) -> None:
    diagnostics = Diagnostics()
    node = parse(Source("net.yaml", quoted(text)), diagnostics)
    diagnostics.raise_any()
    assert isinstance(node, ScalarNode)
    assert node.text == text
    assert quoted(text).isprintable()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain", '"plain"'),
        ("\x7f", '"\\x7f"'),
        ("größer", '"größer"'),
        (["conv1", 3, None], '["conv1", 3, null]'),
        ({"fc\n": True}, '{"fc\\n": true}'),
    ],
)
def test_how_values_look(value: object, shown: str) -> None:
    assert quoted(value) == shown
