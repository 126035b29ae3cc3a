"""Layers are read by the form of their keys, and say what they say key by key."""

from hypothesis import given
from hypothesis import strategies as st

from cnnaudit.errors import Diagnostic, Diagnostics
from cnnaudit.layers.table import KINDS, MODIFIERS
from cnnaudit.parsing.forms import form_of
from cnnaudit.parsing.items import Item, read_items
from cnnaudit.parsing.settings import COMMON, Scope
from cnnaudit.parsing.yamltree import Mapping, Node, Scalar, Sequence
from tests.reading import tree

_BLOCKS = {"stem": ("width", "conv")}
_KEYS = (
    *KINDS,
    *MODIFIERS,
    *COMMON,
    *(field.name for kind in KINDS.values() for field in kind.fields),
    *("stem", "width", "op", "branches", "merge", "head", "kernal", "<<"),
)
_VALUES = (
    *(
        "true",
        "false",
        "'true'",
        "null",
        "",
        "~",
        "none",
        "yes",
        "0",
        "1",
        "3",
        "64",
        "'64'",
        "0.5",
    ),
    *(
        "1/2",
        "2*3",
        "w",
        "w*2",
        "q",
        "same",
        "half",
        "relu",
        "softmax",
        "he",
        "max",
        "a.b",
        "9" * 20,
    ),
    *("1x3", "[1, 3]", "[]", "[a, b]", "[[0, 1], [1, 0]]", "{}", "{rate: 0.5}", "{scale: false}"),
    *("{function: relu, alpha: 1}", "{normal: 0.1}", "[{conv: 3}]"),
)

_layer = st.dictionaries(st.sampled_from(_KEYS), st.sampled_from(_VALUES), min_size=1, max_size=5)
#: Most layers are one operation with some of its fields and what any layer may carry.
_likely = st.sampled_from(sorted(KINDS)).flatmap(
    lambda name: st.dictionaries(
        st.sampled_from((*(f.name for f in KINDS[name].fields), *MODIFIERS, *COMMON)),
        st.sampled_from(_VALUES),
        max_size=5,
    ).flatmap(
        lambda more: st.sampled_from(_VALUES).map(lambda principal: {name: principal, **more})
    )
)


def _formless(node: Node) -> Node:
    """The tree as it is where nothing is known of its mappings."""
    if isinstance(node, Sequence):
        return node._replace(items=tuple(map(_formless, node.items)))
    if isinstance(node, Mapping):
        entries = tuple((key, _formless(value)) for key, value in node.entries)
        return Mapping(entries, node.span)
    return node


def _read(node: Node) -> tuple[tuple[Item, ...], list[Diagnostic]]:
    diagnostics = Diagnostics()
    items = read_items(node, Scope(frozenset(("w", "yes")), _BLOCKS, diagnostics))
    return items, list(diagnostics)


@given(st.lists(_layer | _likely, min_size=1, max_size=6))
def test_a_form_says_what_its_keys_say(layers: list[dict[str, str]]) -> None:
    text = "\n".join(
        f"- {{{', '.join(f'{key}: {value}' for key, value in layer.items() if key != '<<')}}}"
        for layer in layers
    )
    node = tree(text)
    assert _read(node) == _read(_formless(node))
    # Now it is known what they say.
    assert _read(node) == _read(_formless(node))


def test_layers_of_the_same_keys_have_one_form() -> None:
    node = tree("[{conv: 3, kernel: 1}, {conv: 4, kernel: 'x'}, {kernel: 1, conv: 3}]")
    assert isinstance(node, Sequence)
    scope = Scope(frozenset(), {}, Diagnostics())
    first, second, other = (form_of(m, scope) for m in node.items if isinstance(m, Mapping))
    assert first is second
    assert first is not None
    assert other is not None
    assert (first.operation, other.operation) == (0, 1)


def test_the_keys_of_a_mapping_that_is_merged_into_have_no_form() -> None:
    node = tree("[&a {conv: 3}, {<<: *a, kernel: 1}, {'<<': 1}]")
    assert isinstance(node, Sequence)
    forms = [m.form for m in node.items if isinstance(m, Mapping)]
    assert forms == [("conv",), (), ()]


def test_a_value_is_found_with_and_without_a_form() -> None:
    node = tree("{a: 1, b: 2}")
    assert isinstance(node, Mapping)
    for mapping in (node, node._replace(form=())):
        found = mapping.get("b")
        assert isinstance(found, Scalar)
        assert (found.text, mapping.get("c")) == ("2", None)
