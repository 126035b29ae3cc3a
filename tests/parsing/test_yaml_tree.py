"""YAML text becomes a tree with places, within budgets."""

from collections.abc import Callable

import pytest
import yaml

from cnnaudit.errors import AuditError, Diagnostic, Diagnostics, Source
from cnnaudit.parsing import yaml_tokens, yaml_tree
from cnnaudit.parsing.yaml_tree import ListNode, MapNode, ScalarNode, YamlNode, parse
from tests.counted import calls
from tests.reading import place, pointed_at, tree


def plain(node: YamlNode) -> object:
    """A tree as lists, dictionaries and texts."""
    if isinstance(node, ScalarNode):
        return node.text
    if isinstance(node, ListNode):
        return [plain(item) for item in node.items]
    return {key.text: plain(item) for key, item in node.entries}


def fault(text: str) -> Diagnostic:
    """The only error in the YAML of ``text``."""
    with pytest.raises(AuditError) as caught:
        tree(text)
    (found,) = caught.value.diagnostics
    return found


def child(node: YamlNode, key: str) -> YamlNode:
    assert isinstance(node, MapNode)
    found = node.get(key)
    assert found is not None
    return found


def at(node: YamlNode) -> tuple[int, int, int, int]:
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
    assert isinstance(found, ListNode)
    assert [item.plain for item in found.items if isinstance(item, ScalarNode)] == [
        True,
        False,
        False,
    ]


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
    assert isinstance(layers, ListNode)
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
    text = bomb()
    found = fault(text)
    assert calls(lambda: fault(text)) < 1_000_000
    assert found.code == "CA910"
    assert "100,000" in found.message


@pytest.fixture(params=["libyaml", "Python"])
def _every_parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    loader = getattr(yaml, "CLoader", None) if request.param == "libyaml" else yaml.Loader
    if loader is None:
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(yaml_tree, "LOADER", loader)
    monkeypatch.setattr(yaml_tokens, "LOADER", loader)


@pytest.mark.usefixtures("_every_parser")
@pytest.mark.parametrize("open_", ["[", "{a: ", "- ", "? ", "{", "[{a: "])
def test_more_brackets_make_no_more_work(open_: str) -> None:
    """Up to 1,024 characters are read ahead; libyaml 0.2.6 itself ends at 1,000 brackets."""
    short, long = open_ * 2_000, open_ * 100_000
    assert place(fault(long)) == place(fault(short))
    assert calls(lambda: fault(long)) < 1.1 * calls(lambda: fault(short)) + 1000


@pytest.mark.usefixtures("_every_parser")
@pytest.mark.parametrize("count", [65, 900, 999, 1_000, 1_001, 1_010, 1_100, 3_000])
@pytest.mark.parametrize(
    ("open_", "column"), [("[", 65), ("{a: ", 257), ("- ", 129), ("? ", 129), ("[{a: ", 161)]
)
def test_the_budget_of_nesting_is_the_same_for_every_parser(
    count: int, open_: str, column: int
) -> None:
    found = fault(open_ * count)
    assert place(found) == ("CA910", 1, column)
    assert found.message == "nested more than 64 deep"


@pytest.mark.usefixtures("_every_parser")
@pytest.mark.parametrize("end", ["@", '"\\q"', "'", "%", "]" * 1000, "*", "a: b: c"])
@pytest.mark.parametrize("count", [65, 999, 1_000, 1_010])
def test_what_is_behind_the_budget_is_not_looked_at(count: int, end: str) -> None:
    """The scanner reads ahead of the parser, and finds the error behind the brackets first."""
    assert place(fault(f"a: {'[' * count}{end}")) == ("CA910", 1, 67)


@pytest.mark.usefixtures("_every_parser")
@pytest.mark.parametrize("count", [64, 999, 1_000, 1_010])
def test_an_error_in_front_of_the_brackets_comes_first(count: int) -> None:
    assert place(fault(f"[,{'[' * count}")) == ("CA903", 1, 2)


@pytest.mark.usefixtures("_every_parser")
@pytest.mark.parametrize("count", [65, 999, 1_000, 1_100])
def test_comments_are_read_up_to_the_budget_of_nesting(count: int) -> None:
    text = f"# one\na: 'x' # two\nb: {'[' * count} # three\n"
    assert yaml_tokens.texts(Source("net.yaml", text)) == ([(9, 12)], 85)


@pytest.mark.usefixtures("_every_parser")
@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("a: [1, 2", 2, 1, "did not find expected ',' or ']'"),
        ("a: {b: 1", 2, 1, "did not find expected ',' or '}'"),
        ("a: {b: 1 c: 2}", 1, 11, "did not find expected ',' or '}'"),
        ("a: b: c", 1, 5, "mapping values are not allowed in this context"),
        ("a: - b", 1, 4, "block sequence entries are not allowed in this context"),
        ("a: @x", 1, 4, "found character that cannot start any token"),
        ('a: "\\q"', 1, 5, "found unknown escape character"),
        ('a: "x', 1, 6, "found unexpected end of stream"),
        ('a: "\n---\n', 2, 1, "found unexpected document indicator"),
        ("a: 1\n b: 2", 2, 3, "mapping values are not allowed in this context"),
        ("a: 1\n- b", 2, 1, "did not find expected key"),
        ("- a\nb: 1", 2, 1, "did not find expected '-' indicator"),
        ("b: 1\na\nc: 2", 3, 1, "could not find expected ':'"),
        ("[a] b", 1, 5, "did not find expected <document start>"),
        ("a: ]", 1, 4, "did not find expected node content"),
        ("a: &", 1, 5, "did not find expected alphabetic or numeric character"),
        ("a: |x", 1, 5, "did not find expected comment or line break"),
        ("a: |0", 1, 5, "found an indentation indicator equal to 0"),
        ('a: "\\xyz"', 1, 7, "did not find expected hexadecimal number"),
        ("a: !b!c d", 1, 4, "found undefined tag handle"),
        ("%YAML 2.0\n---\na", 1, 1, "found incompatible YAML document"),
    ],
)
def test_syntax_errors_are_worded_the_same_by_every_parser(
    text: str, line: int, column: int, message: str
) -> None:
    found = fault(text)
    assert (place(found), found.message) == (("CA903", line, column), message)


def test_an_unknown_error_of_the_parser_is_a_general_one(monkeypatch: pytest.MonkeyPatch) -> None:
    class Loader(yaml.Loader):
        def get_event(self) -> None:
            raise yaml.parser.ParserError(None, None, "news from libyaml 9", self.get_mark())

    monkeypatch.setattr(yaml_tree, "LOADER", Loader)
    assert fault("a").message == "this is not valid YAML"


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
