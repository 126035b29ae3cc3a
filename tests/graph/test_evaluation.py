"""A layer is evaluated once for all that say the same, and is what it is when evaluated alone."""

from fractions import Fraction

import pytest

from cnnaudit.calculator import audit
from cnnaudit.errors import AuditError, Diagnostic, Source, Span
from cnnaudit.graph import layer_builder
from cnnaudit.graph.builder import build_graph
from cnnaudit.graph.evaluation import LayerDefaults, evaluate_layer
from cnnaudit.graph.graph import Graph, numbers_of
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.expressions import Name
from cnnaudit.parsing.layer_settings import NO_SETTINGS, LayerSettings, Modifier
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.parsing.values import ParsedValue
from cnnaudit.sources import zoo
from cnnaudit.sources.files import SourceFile
from tests.fuzz.architectures import architecture
from tests.fuzz.chance import seeded

Outcome = Graph | tuple[Diagnostic, ...]

BLOCK = """cnnaudit: 1
input: 8x8x4
blocks:
  pair:
    params: [width, stride: 1]
    layers:
      - {conv: width, kernel: 3, padding: same, stride: stride, batch_norm: true}
      - branches:
          main: [{conv: width, kernel: 1}, {conv: width, kernel: 3, padding: same}]
          short: []
        merge: add
        activation: relu
layers:
"""


class _Texts(dict[str, str]):
    """Files by their names, in memory."""

    def open(self, reference: str) -> SourceFile:
        return SourceFile(Source(reference, self[reference]), self)


def document(text: str, base: str = "") -> Architecture:
    """The document of a file, which may extend ``base.yaml``."""
    return load_architecture(_Texts({"net.yaml": text, "base.yaml": base}).open("net.yaml"))


def variants(read: Architecture) -> list[Architecture]:
    """The documents of a document's variants."""
    return [read._replace(vars={**read.vars, **more}) for more in read.variants.values()]


def outcome(read: Architecture) -> Outcome:
    """The graph, its numbers worked out anew, or what is wrong."""
    try:
        graph = build_graph(read)
    except AuditError as error:
        return error.diagnostics
    nodes = tuple(node._replace(numbers=None) for node in graph.nodes)
    plain = graph._replace(nodes=nodes)
    numbers = [row[1:] for row in audit(graph).rows]
    assert numbers == [row[1:] for row in audit(plain).rows]
    return plain


def anew(read: Architecture) -> Outcome:
    """The network with every layer evaluated where it stands."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(layer_builder, "evaluate_layer", lambda *_: None)
        return outcome(read)


# Laws --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", zoo.files())
def test_a_zoo_network_and_its_variants_are_what_they_are_when_built_anew(name: str) -> None:
    read = load_architecture(zoo.open_zoo(name))
    for one in (read, *variants(read), read):
        assert outcome(one) == anew(one)


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_any_file_is_what_it_is_when_built_anew(first: int) -> None:
    """Drawn networks and their variants, right and wrong: the same nodes, or the same errors."""
    for number in range(first, first + 50):
        text = architecture(seeded(2, number))
        try:
            read = document(text)
        except AuditError:
            continue
        for one in (read, *variants(read), read):
            assert outcome(one) == anew(one), text


def test_nodes_hold_the_numbers_of_their_op() -> None:
    graph = build_graph(document(BLOCK + "  - {name: stage, pair: 4, repeat: 2}\n"))
    for node in graph.nodes[1:]:
        assert node.numbers == numbers_of(
            node.op, node.attributes, node.input_shapes, node.output_shape
        )


# Keys ---------------------------------------------------------------------------------------------

HERE, THERE = (Span(Source(name, ""), 1, 1, 1, 2) for name in ("here", "there"))


def settings(content: object, span: Span, name: str = "filters") -> LayerSettings:
    relu = Modifier(ParsedValue(True, span), {"function": ParsedValue("relu", span)})
    return LayerSettings({name: ParsedValue(content, span)}, {"activation": relu})


def test_settings_are_equal_wherever_they_stand() -> None:
    one, other = settings(3, HERE), settings(3, THERE)
    assert one == other
    assert hash(one) == hash(other)
    nested = [
        settings((ParsedValue(3, span), ParsedValue(True, span)), span) for span in (HERE, THERE)
    ]
    assert nested[0] == nested[1]
    assert hash(nested[0]) == hash(nested[1])


@pytest.mark.parametrize("other", [4, True, Fraction(3), "3", Name("n"), (ParsedValue(3, HERE),)])
def test_another_value_makes_other_settings(other: object) -> None:
    assert settings(3, HERE) != settings(other, HERE)
    assert settings(3, HERE) != settings(3, HERE, "kernel")


def test_one_and_true_in_a_list_are_different() -> None:
    lists = [settings((ParsedValue(content, HERE),), HERE) for content in (1, True)]
    assert lists[0] != lists[1]


def test_the_values_of_names_are_told_apart_by_their_types() -> None:
    """Behind ``n: 1`` a layer has a group, behind ``n: true`` it is an error; also in a list."""
    defaults = LayerDefaults(NO_SETTINGS, (), "keras")
    conv = {
        "filters": ParsedValue(4, HERE),
        "kernel": ParsedValue(1, HERE),
        "groups": ParsedValue(Name("n"), HERE),
    }
    for right, wrong in ((1, True), ((1, 1), (1, True))):
        field = "stride" if isinstance(right, tuple) else "groups"
        said = LayerSettings(
            {**conv, "groups": ParsedValue(1, HERE), field: ParsedValue(Name("n"), HERE)}, {}
        )
        for value, holds in ((right, True), (wrong, False), (right, True)):
            found = evaluate_layer("conv", said, defaults, {"n": value}, ((8, 8, 4),))
            assert (found is not None) == holds


def test_what_depends_on_the_framework_is_evaluated_for_each() -> None:
    pool = LayerSettings({"kernel": ParsedValue(3, HERE), "stride": ParsedValue(2, HERE)}, {})
    shapes = []
    for framework in ("keras", "caffe", "keras"):
        defaults = LayerDefaults(NO_SETTINGS, (), framework)
        (found,) = evaluate_layer("max_pool", pool, defaults, {}, ((8, 8, 4),)) or ()
        shapes.append(found.shape)
    assert shapes == [(3, 3, 4), (4, 4, 4), (3, 3, 4)]


# Behaviour ----------------------------------------------------------------------------------------


def test_repetitions_that_count_are_each_their_own() -> None:
    read = document(BLOCK + "  - {name: stage, pair: 4 + i, repeat: 3}\n")
    found = outcome(read)
    assert isinstance(found, Graph)
    assert {node.output_shape[-1] for node in found.nodes} == {4, 5, 6}


@pytest.mark.parametrize(
    ("pattern", "count"),
    [("stage.3.main.conv1", 1), ("stage.3.*.conv1", 1), ("stage.?.*.conv2", 5)],
)
def test_a_change_reaches_into_one_repetition_only(pattern: str, count: int) -> None:
    base = f"{BLOCK}  - {{name: stage, pair: 4, repeat: 5}}\n"
    changes = f"[{{set: '{pattern}', to: {{activation: elu}}}}]"
    graph = build_graph(document(f"cnnaudit: 1\nextends: base.yaml\nchanges: {changes}\n", base))
    assert len([n for n in graph.nodes if n.attributes.get("function") == "elu"]) == count


def test_weights_are_shared_inside_each_use_of_a_block() -> None:
    text = (
        "cnnaudit: 1\ninput: 8x8x4\nblocks:\n  twice:\n    layers:\n"
        "      - {name: a, conv: 4, kernel: 3, padding: same}\n"
        "      - {name: b, conv: 4, kernel: 3, padding: same, share: a}\n"
        "layers:\n  - {twice: true, repeat: 3}\n"
    )
    graph = build_graph(document(text))
    assert [node.shared for node in graph.nodes] == [None, None, 1, None, 3, None, 5]


def test_a_block_that_gives_back_what_it_reads() -> None:
    text = (
        "cnnaudit: 1\ninput: 8x8x4\nblocks:\n  perhaps:\n    params: [on]\n    layers:\n"
        "      - {conv: 4, kernel: 1, when: on}\n"
        "layers:\n  - {perhaps: [false], repeat: 3}\n"
        "  - {perhaps: [true]}\n  - {perhaps: [false]}\n"
    )
    assert len(build_graph(document(text)).nodes) == 2


def test_true_and_one_are_different_arguments() -> None:
    text = (
        "cnnaudit: 1\ninput: 8x8x4\nblocks:\n  one:\n    params: [n]\n    layers:\n"
        "      - {conv: 4, kernel: 1, groups: n}\n"
        "layers:\n  - {one: [1]}\n  - {one: [true]}\n"
    )
    found = outcome(document(text))
    assert not isinstance(found, Graph)
    assert [one.name for one in found] == ["invalid-value"]


@pytest.mark.parametrize(
    "block",
    [
        "[{conv: in_channels, kernel: 1}]",
        "[{conv: 4, kernel: in_height - 5}]",
        "[flatten, {dense: in_features}]",
        "[{conv: 4, kernel: 1, when: in_width > 8}, relu]",
        "[{conv: 4, kernel: 1, batch_norm: in_channels > 4}]",
        "[{conv: 4, kernel: 5}]",
        "[{branches: {a: [{max_pool: 2}], b: [{max_pool: 2, rounding: ceil}]}, merge: add}]",
        "[{max_pool: 2, expect: 4x4x4}]",
    ],
)
def test_a_block_behind_other_sizes_is_evaluated_for_them(block: str) -> None:
    for size in ("8x8x4", "9x9x4", "8x8x6", "3x3x4", "8x8x8x4"):
        text = f"cnnaudit: 1\ninput: {size}\nblocks:\n  one:\n    layers: {block}\n"
        read = document(f"{text}layers:\n  - {{name: use, one: true}}\n")
        assert outcome(read) == anew(read)


@pytest.mark.parametrize(
    "layers",
    [
        "  - {name: stage, pair: 4, repeat: 20000}\n",
        "  - {name: a, pair: 4, repeat: 16666}\n  - {name: b, pair: 4, repeat: 2}\n",
    ],
)
def test_a_network_ends_at_the_budget_of_layers(layers: str) -> None:
    found = outcome(document(BLOCK + layers))
    assert not isinstance(found, Graph)
    assert [one.name for one in found] == ["over-limit"]


def test_a_full_name_that_is_taken_twice_is_reported() -> None:
    text = (
        "cnnaudit: 1\ninput: 8x8x4\nblocks: {one: {layers: [{name: c, conv: 4, kernel: 1}]}}\n"
        "layers:\n"
        "  - {name: first, one: true}\n"
        "  - branches: {stage: [{name: c, conv: 4, kernel: 1}], other: []}\n"
        "    merge: add\n"
        "  - {name: stage, one: true}\n"
    )
    found = outcome(document(text))
    assert not isinstance(found, Graph)
    assert [one.name for one in found] == ["duplicate-name"]


def test_names_inside_blocks_are_proposed_for_a_change_that_meets_none() -> None:
    base = f"{BLOCK}  - {{name: stage, pair: 4, repeat: 3}}\n"
    text = "cnnaudit: 1\nextends: base.yaml\nchanges: [{remove: stagf.2.conv1}]\n"
    found = outcome(document(text, base))
    assert not isinstance(found, Graph)
    assert found[0].help == "did you mean 'stage.2.conv1'?"


def test_what_is_wrong_with_repetitions_is_wrong_each_time_the_file_is_built() -> None:
    layer = "  - {max_pool: 2, keep_dims: false, repeat: 3}\n"
    read = document(BLOCK + layer)
    first = outcome(read)
    assert not isinstance(first, Graph)
    assert [one.name for one in first] == ["invalid-value"]
    assert outcome(read) == first
    assert outcome(document(BLOCK + layer)) == first


def test_a_mistake_that_another_file_has_made_is_reported_at_its_own_place() -> None:
    layer = "{max_pool: 9}\n"
    for before in ("", "\n\n"):
        found = outcome(document(f"cnnaudit: 1\ninput: 8x8x4\n{before}layers:\n  - {layer}"))
        assert not isinstance(found, Graph)
        assert [(one.name, one.region and one.region.line) for one in found] == [
            ("kernel-exceeds-input", 4 + len(before))
        ]


def test_blocks_that_use_each_other_see_the_names_around() -> None:
    """Until a condition ends them; what the inner one needs, its use in the outer one needs too."""
    text = (
        "cnnaudit: 1\ninput: 8x8x4\nvars: {width: 4}\nvariants: {wide: {width: 6}}\nblocks:\n"
        "  a: {params: [n], layers: [{conv: 4, kernel: 1}, {b: n - 1, when: n > 0}]}\n"
        "  b: {params: [n], layers: [{conv: width, kernel: 1}, {a: n - 1, when: n > 0}]}\n"
        "layers:\n  - {name: first, a: 4}\n  - {name: second, b: 4}\n"
    )
    read = document(text)
    for one, width in zip((read, *variants(read), read), (4, 6, 4), strict=True):
        graph = build_graph(one)
        assert {node.output_shape[-1] for node in graph.nodes} == {4, width}


def test_another_file_with_the_same_blocks_has_its_own_places() -> None:
    layers = "  - {name: stage, pair: 4, repeat: 3}\n"
    build_graph(document(BLOCK + layers))
    read = document("# a remark\n" + BLOCK.replace("layers:\n", "layers:\n\n") + layers)
    assert {node.span.source for node in build_graph(read).nodes if node.span} == {read.source}


def test_an_alias_stands_in_one_place_and_what_it_stands_for_in_two() -> None:
    line = "{conv: 4, kernel: 1, batch_norm: true}"
    text = "cnnaudit: 1\ninput: 8x8x4\nblocks:\n  two:\n    layers:\n      - LINE\n      - AGAIN\n"
    text += "layers: [{two: true}, {two: true}]\n"
    written = build_graph(document(text.replace("LINE", line).replace("AGAIN", line)))
    aliased = build_graph(document(text.replace("LINE", f"&a {line}").replace("AGAIN", "*a")))
    assert len({node.span for node in written.nodes[1:]}) == 2
    assert len({node.span for node in aliased.nodes[1:]}) == 1
