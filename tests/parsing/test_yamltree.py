"""YAML text becomes a tree with places, within budgets."""

import time
from collections.abc import Callable

import pytest

from cnnaudit.errors import AuditError, Diagnostic, Diagnostics, Source
from cnnaudit.parsing.yamltree import Mapping, Node, Scalar, Sequence, parse
from tests.reading import place, pointed_at, tree


def plain(node: Node) -> object:
    """A tree as lists, dictionaries and texts."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key.text: plain(item) for key, item in node.entries}


def fault(text: str) -> Diagnostic:
    """The only error in the YAML of ``text``."""
    with pytest.raises(AuditError) as caught:
        tree(text)
    (found,) = caught.value.diagnostics
    return found


def child(node: Node, key: str) -> Node:
    assert isinstance(node, Mapping)
    found = node.get(key)
    assert found is not None
    return found


def at(node: Node) -> tuple[int, int, int, int]:
    span = node.span
    return span.line, span.column, span.end_line, span.end_column


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: [x, y]", {"a": "1", "b": ["x", "y"]}),
        ("{a: {b: c}}", {"a": {"b": "c"}}),
        ("- a\n-\n  - b", ["a", ["b"]]),
        ("a: 'it''s'\nb: \"t\\tb\"", {"a": "it's", "b": "t\tb"}),
        ("a: |\n  one\n  two\nb: >-\n  one\n  two", {"a": "one\ntwo\n", "b": "one two"}),
        ("a:\nb: ~", {"a": "", "b": "~"}),
        ("--- # comment\na: 1\n...\n", {"a": "1"}),
        ("%YAML 1.2\n---\na: 1\n", {"a": "1"}),
    ],
)
def test_collections_and_scalars(text: str, expected: object) -> None:
    assert plain(tree(text)) == expected


def test_quotes_are_remembered() -> None:
    found = tree("[true, 'true', \"true\"]")
    assert isinstance(found, Sequence)
    assert [item.plain for item in found.items if isinstance(item, Scalar)] == [True, False, False]


def test_an_empty_text_has_no_tree_and_no_fault() -> None:
    for text in ("", "\n\n", "# only a comment\n"):
        diagnostics = Diagnostics()
        assert parse(Source("net.yaml", text), diagnostics) is None
        assert len(diagnostics) == 0


# Places -------------------------------------------------------------------------------------------


def test_every_value_knows_its_place() -> None:
    found = tree("name: net\nlayers:\n  - {conv: 64,\n     kernel: [1, 7]}\n  - relu\n\n# end\n")
    assert at(child(found, "name")) == (1, 7, 1, 10)
    layers = child(found, "layers")
    assert at(layers) == (3, 3, 5, 9)
    assert isinstance(layers, Sequence)
    conv, relu = layers.items
    assert at(conv) == (3, 5, 4, 21)
    assert at(child(conv, "kernel")) == (4, 14, 4, 20)
    assert at(relu) == (5, 5, 5, 9)


def test_columns_count_characters_and_not_bytes() -> None:
    assert at(child(tree("{é😀: ü, x: 1}"), "x")) == (1, 12, 1, 13)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end_counts_once(end: str) -> None:
    assert at(child(tree(f"a: 1{end}b: 2{end}"), "b"))[:2] == (2, 4)


# What YAML allows and this format does not --------------------------------------------------------


def test_a_key_may_stand_once() -> None:
    found = fault("a: 1\nb: 2\na: 3")
    assert place(found) == ("CA907", 3, 1)
    assert "'a'" in found.message
    assert found.notes == ("first written in line 1",)


def test_a_key_in_quotes_is_the_same_key() -> None:
    assert place(fault("{a: 1, 'a': 2}")) == ("CA907", 1, 8)


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!int", "!x", "!"])
def test_tags_are_refused(tag: str) -> None:
    found = fault(f"a: 1\nb: {tag} 1")
    assert place(found) == ("CA903", 2, 4)
    assert "tag" in found.message


def test_tags_on_collections_are_refused() -> None:
    assert place(fault("a: !!set {b}"))[0] == "CA903"


def test_one_document_a_file() -> None:
    found = fault("a: 1\n---\nb: 2\n")
    assert place(found) == ("CA903", 2, 1)
    assert "document" in found.message


def test_a_key_is_a_text() -> None:
    assert place(fault("? [a, b]\n: 1")) == ("CA903", 1, 3)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: [1, 2", 1),
        ("a: {b: 1", 1),
        ("a: 'x", 1),
        ("a: 1\n b: 2", 2),
        ("a:\n\t- b", 2),
        ("a: b: c", 1),
        ("a: @x", 1),
        ("a: %x", 1),
        ("a: *nowhere", 1),
        ("a: &x [*x]", 1),
        ("a\nb: 1", 2),
        ('a: "\\q"', 1),
        ("%YAML 9.9\n---\na: 1", 1),
    ],
)
def test_what_is_not_yaml_is_said_with_its_line(text: str, line: int) -> None:
    code, found, column = place(fault(text))
    assert code == "CA903"
    # libyaml may notice an open bracket or quote only at the end of the text.
    assert line <= found <= text.count("\n") + 2
    assert column >= 1


@pytest.mark.parametrize("bad", ["\0", "\x07", "\x0c", "\x1b", "\x7f", "\x9b", "\ufffe", "\uffff"])
def test_control_characters_are_refused_with_their_place(bad: str) -> None:
    found = fault(f"a: 1\nb: x{bad}y")
    assert place(found) == ("CA903", 2, 5)
    assert f"U+{ord(bad):04X}" in found.message


@pytest.mark.parametrize("good", ["\t", "\xa0", "é", "\u4e2d", "\ue000", "\ufffd", "\U0001f600"])
def test_other_characters_are_text(good: str) -> None:
    assert plain(tree(f"a: x{good}y")) == {"a": f"x{good}y"}


# Aliases and merge keys ---------------------------------------------------------------------------


def test_an_alias_stands_for_its_node() -> None:
    assert plain(tree("a: &x [1, 2]\nb: *x")) == {"a": ["1", "2"], "b": ["1", "2"]}


def test_an_anchor_may_be_used_anew() -> None:
    assert plain(tree("[&x a, *x, &x b, *x]")) == ["a", "a", "b", "b"]


def test_merge_keys_fill_in_what_is_not_written() -> None:
    text = """
        base: &base {a: 1, b: 2}
        more: &more {b: 3, c: 4}
        one: {<<: *base, a: 9}
        both: {<<: [*base, *more], d: 5}
    """
    found = plain(tree(text))
    assert isinstance(found, dict)
    assert found["one"] == {"a": "9", "b": "2"}
    assert found["both"] == {"a": "1", "b": "2", "c": "4", "d": "5"}


def test_a_quoted_merge_key_is_a_key() -> None:
    assert plain(tree("{'<<': 1}")) == {"<<": "1"}


def test_only_mappings_can_be_merged() -> None:
    found = fault("a: &x 5\nb: {<<: *x}")
    assert found.code == "CA903"
    assert "<<" in found.message


# Budgets ------------------------------------------------------------------------------------------


def alias_bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return "\n".join(lines)


def merge_bomb() -> str:
    pairs = ", ".join(f"k{n}: 1" for n in range(500))
    aliases = ", ".join(["*a"] * 500)
    return f"a: &a {{{pairs}}}\nb: {{<<: [{aliases}]}}"


@pytest.mark.parametrize("bomb", [alias_bomb, merge_bomb])
def test_bombs_are_defused(bomb: Callable[[], str]) -> None:
    started = time.perf_counter()
    found = fault(bomb())
    assert time.perf_counter() - started < 2
    assert found.code == "CA910"
    assert "100,000" in found.message


@pytest.mark.parametrize("open_", ["[", "{a: ", "- "])
def test_a_hundred_thousand_brackets_end_fast(open_: str) -> None:
    started = time.perf_counter()
    found = fault(open_ * 100_000)
    assert time.perf_counter() - started < 2
    assert found.code == "CA910"


def test_depth_is_counted_to_64() -> None:
    assert plain(tree("[" * 64 + "]" * 64)) is not None
    found = fault("[" * 65 + "]" * 65)
    assert place(found) == ("CA910", 1, 65)
    assert "64" in found.message


def test_aliases_within_the_budget_are_fine() -> None:
    text = f"a: &a [{', '.join(['x'] * 999)}]\nb: [{', '.join(['*a'] * 99)}]"
    found = plain(tree(text))
    assert isinstance(found, dict)
    assert len(found["b"]) == 99


def test_places_of_a_fault_can_be_shown() -> None:
    assert pointed_at(fault("a: 1\nlonger: 2\na: 3")) == "a"
