"""A part of a network that was built before is moved: the network is the one that is built anew."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import pytest

from cnnaudit.errors import AuditError, Diagnostic, Source
from cnnaudit.graph import assembly, interned, meaning, parts
from cnnaudit.graph.build import _Builder, build
from cnnaudit.graph.nodes import Graph
from cnnaudit.graph.place import Built
from cnnaudit.known import Known
from cnnaudit.parsing.document import Document
from cnnaudit.parsing.load import load
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


class _Forgetful(Known):  # type: ignore[type-arg]
    """Keeps nothing."""

    def keep(self, asked: object, answer: object, size: int = 1) -> object:
        return answer


class _Texts(dict[str, str]):
    """Files by their names, in memory."""

    def open(self, reference: str) -> SourceFile:
        return SourceFile(Source(reference, self[reference]), self)


@pytest.fixture(autouse=True)
def forget() -> None:
    """Every test starts without parts from before."""
    empty()


def empty() -> None:
    """Forget all parts, and what they are made of."""
    stores = parts._PARTS, parts._ALIKE, assembly._RECIPES
    for known in (*stores, interned._ATTRIBUTES, interned._OPERATIONS):
        known.clear()


def document(text: str, base: str = "") -> Document:
    """The document of a file, which may extend ``base.yaml``."""
    return load(_Texts({"net.yaml": text, "base.yaml": base}).open("net.yaml"))


def variants(read: Document) -> list[Document]:
    """The documents of a document's variants."""
    return [read._replace(vars={**read.vars, **more}) for more in read.variants.values()]


def outcome(read: Document) -> Outcome:
    try:
        return build(read)
    except AuditError as error:
        return error.diagnostics


def anew(read: Document) -> Outcome:
    """The network built with nothing from before, neither from other files nor from itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts, "_PARTS", _Forgetful(1))
        patch.setattr(parts, "_ALIKE", _Forgetful(1))
        patch.setattr(assembly, "_RECIPES", _Forgetful(1))
        patch.setattr(interned, "_ATTRIBUTES", _Forgetful(1))
        patch.setattr(interned, "_OPERATIONS", _Forgetful(1))
        return outcome(read)


def moves(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names below which parts are moved from now on."""
    found: list[str] = []
    move = parts._moved

    def noted(part: parts.Part, start: int, stem: str, *rest: Any) -> object:
        found.append(stem)
        return move(part, start, stem, *rest)

    monkeypatch.setattr(parts, "_moved", noted)
    return found


# Laws --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", zoo.files())
def test_a_zoo_network_and_its_variants_are_what_they_are_when_built_anew(name: str) -> None:
    read = load(zoo.open_zoo(name))
    for one in (read, *variants(read), read):
        assert build(one) == anew(one)


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


def test_a_file_that_extends_another_shares_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    base = f"{BLOCK}  - {{name: stage, pair: 8, repeat: 3}}\n  - flatten\n  - {{dense: classes}}\n"
    small, large = (
        document(f"cnnaudit: 1\nextends: base.yaml\nclasses: {count}\n", base) for count in (2, 10)
    )
    first = build(small)
    moved = moves(monkeypatch)
    second = build(large)
    assert moved == ["stage"]
    stage = [node for node in first.nodes if node.name.startswith("stage.")]
    assert all(any(node is other for other in second.nodes) for node in stage)


# What is moved, and what is not ------------------------------------------------------------------


def test_a_block_is_built_once_and_moved_to_its_other_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = moves(monkeypatch)
    read = document(BLOCK + "  - {name: stage, pair: 4, repeat: 4}\n")
    graph = build(read)
    assert moved == ["stage.2", "stage.3", "stage.4"]
    assert graph == anew(read)
    assert [node.name for node in graph.nodes][-6:-4] == [
        "stage.4.conv1",
        "stage.4.conv1.batch_norm",
    ]


def test_repetitions_that_count_are_each_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    moved = moves(monkeypatch)
    read = document(BLOCK + "  - {name: stage, pair: 4 + i, repeat: 3}\n")
    assert build(read) == anew(read)
    assert moved == []


def test_a_change_reaches_into_one_repetition_only(monkeypatch: pytest.MonkeyPatch) -> None:
    base = f"{BLOCK}  - {{name: stage, pair: 4, repeat: 5}}\n"
    others = ["stage.2", "stage.4", "stage.5"]
    moved = moves(monkeypatch)
    for pattern, count, wanted in (
        ("stage.3.main.conv1", 1, others),
        ("stage.3.*.conv1", 1, others),
        ("stage.?.main.conv2", 5, []),
    ):
        changes = f"[{{set: '{pattern}', to: {{activation: elu}}}}]"
        read = document(f"cnnaudit: 1\nextends: base.yaml\nchanges: {changes}\n", base)
        moved.clear()
        empty()
        graph = build(read)
        assert graph == anew(read)
        changed = [n for n in graph.nodes if n.attributes.get("function") == "elu"]
        assert (len(changed), moved) == (count, wanted)


def test_weights_that_are_shared_inside_move_too() -> None:
    text = (
        "cnnaudit: 1\ninput: 8x8x4\nblocks:\n  twice:\n    layers:\n"
        "      - {name: a, conv: 4, kernel: 3, padding: same}\n"
        "      - {name: b, conv: 4, kernel: 3, padding: same, share: a}\n"
        "layers:\n  - {twice: true, repeat: 3}\n"
    )
    read = document(text)
    graph = build(read)
    assert [node.shared for node in graph.nodes] == [None, None, 1, None, 3, None, 5]
    assert graph == anew(read)


def test_a_block_that_gives_back_what_it_reads() -> None:
    text = (
        "cnnaudit: 1\ninput: 8x8x4\nblocks:\n  perhaps:\n    params: [on]\n    layers:\n"
        "      - {conv: 4, kernel: 1, when: on}\n"
        "layers:\n  - {perhaps: [false], repeat: 3}\n"
        "  - {perhaps: [true]}\n  - {perhaps: [false]}\n"
    )
    read = document(text)
    assert build(read) == anew(read)
    assert len(build(read).nodes) == 2


def test_true_and_one_are_different_arguments() -> None:
    text = (
        "cnnaudit: 1\ninput: 8x8x4\nblocks:\n  one:\n    params: [n]\n    layers:\n"
        "      - {conv: 4, kernel: 1, groups: n}\n"
        "layers:\n  - {one: 1}\n  - {one: true}\n"
    )
    found = outcome(document(text))
    assert found == anew(document(text))
    assert isinstance(found, tuple)


# Other sizes -------------------------------------------------------------------------------------


def in_turn(block: str, *inputs: str) -> list[tuple[Outcome, bool]]:
    """What networks of one block are behind these inputs, and whether the part was there already.

    Each is what it is when it is built anew.
    """
    found = []
    for size in inputs:
        text = f"cnnaudit: 1\ninput: {size}\nblocks:\n  one:\n    layers: {block}\n"
        read = document(f"{text}layers:\n  - {{name: use, one: true}}\n")
        with pytest.MonkeyPatch.context() as patch:
            made: list[str] = []
            patch.setattr(_Builder, "_block", _noting(_Builder._block, made))
            result = outcome(read)
        assert result == anew(read)
        found.append((result, not made))
    return found


def _noting(build: Callable[..., Built], made: list[str]) -> Callable[..., Built]:
    """Builds, and notes the name."""

    @wraps(build)
    def noted(*arguments: Any) -> Built:
        made.append(arguments[-1])
        return build(*arguments)

    return noted


CONV = "{conv: 8, kernel: 3, batch_norm: true}"


def test_behind_another_size_a_part_is_the_same_with_other_operations() -> None:
    (small, _), (large, known), (deep, deeper) = in_turn(f"[{CONV}]", "8x8x4", "9x8x4", "9x8x5")
    assert known
    assert deeper
    shapes = [g.nodes[-1].shape for g in (small, large, deep) if isinstance(g, Graph)]
    assert shapes == [(6, 6, 8), (7, 6, 8), (7, 6, 8)]


def test_behind_another_number_of_axes_it_is_another_part() -> None:
    (_, _), (_, known) = in_turn(f"[{CONV}]", "8x8x4", "8x8x8x4")
    assert not known


@pytest.mark.parametrize(
    ("block", "known"),
    [
        pytest.param("[{conv: in_channels, kernel: 1}]", True, id="channels"),
        pytest.param("[{conv: 4, kernel: in_height}]", False, id="a height"),
        pytest.param("[flatten, {dense: in_features}]", False, id="features"),
        pytest.param("[flatten, {dense: in_channels}]", False, id="channels that are sizes"),
        pytest.param("[{conv: 4, kernel: 1, when: in_width > 8}, relu]", False, id="a condition"),
        pytest.param("[{conv: 4, kernel: 1, expect: same}]", False, id="an expectation"),
    ],
)
def test_a_part_that_asks_for_what_enters(block: str, known: bool) -> None:
    _, second = in_turn(block, "8x8x4", "9x9x4")
    assert second[1] is known


def test_channels_that_are_asked_for_are_those_from_before() -> None:
    _, second = in_turn("[{conv: in_channels, kernel: 1}]", "8x8x4", "8x8x6")
    assert not second[1]


@pytest.mark.parametrize(
    "block",
    [
        "[{conv: 4, kernel: 5}]",
        "[{branches: {a: [{max_pool: 2}], b: [{max_pool: 2, rounding: ceil}]}, merge: add}]",
        "[{max_pool: 2, expect: 4x4x4}]",
    ],
)
def test_what_is_impossible_behind_another_size_is_reported(block: str) -> None:
    (first, _), (second, _) = in_turn(block, "8x8x4", "3x3x4")
    assert isinstance(first, Graph)
    assert not isinstance(second, Graph)


# Errors ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "layers",
    [
        "  - {name: stage, pair: 4, repeat: 20000}\n",
        "  - {name: a, pair: 4, repeat: 16666}\n  - {name: b, pair: 4, repeat: 2}\n",
    ],
)
def test_the_budget_of_layers_ends_where_it_does_without_parts(layers: str) -> None:
    found = outcome(document(BLOCK + layers))
    assert isinstance(found, tuple)
    assert [one.name for one in found] == ["over-limit"]
    assert found == anew(document(BLOCK + layers))


def test_a_name_that_a_moved_part_takes_twice_is_reported() -> None:
    text = (
        "cnnaudit: 1\ninput: 8x8x4\nblocks: {one: {layers: [{name: c, conv: 4, kernel: 1}]}}\n"
        "layers:\n"
        "  - {name: first, one: true}\n"
        "  - branches: {stage: [{name: c, conv: 4, kernel: 1}], other: []}\n"
        "    merge: add\n"
        "  - {name: stage, one: true}\n"
    )
    found = outcome(document(text))
    assert isinstance(found, tuple)
    assert [one.name for one in found] == ["duplicate-name"]
    assert found == anew(document(text))


def test_names_inside_moved_parts_are_proposed_for_a_change_that_meets_none() -> None:
    base = f"{BLOCK}  - {{name: stage, pair: 4, repeat: 3}}\n"
    text = "cnnaudit: 1\nextends: base.yaml\nchanges: [{remove: stagf.2.conv1}]\n"
    found = outcome(document(text, base))
    assert not isinstance(found, Graph)
    assert found[0].help == "did you mean 'stage.2.conv1'?"


def test_what_is_wrong_with_repetitions_is_wrong_each_time_the_file_is_built() -> None:
    """An error that stands already is not added twice: it must not pass for none."""
    layer = "  - {max_pool: 2, keep_dims: false, repeat: 3}\n"
    read = document(BLOCK + layer)
    first = outcome(read)
    assert not isinstance(first, Graph)
    assert [one.name for one in first] == ["invalid-value"]
    assert outcome(read) == first
    assert outcome(document(BLOCK + layer)) == first


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
        graph = build(one)
        assert graph == anew(one)
        assert {node.shape[-1] for node in graph.nodes} == {4, width}


def test_one_repetition_is_not_taken_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where all of them are too many to be kept."""
    monkeypatch.setattr(parts, "_PARTS", Known(20))
    read = document(BLOCK + "  - {name: stage, pair: 4, repeat: 5}\n")
    first = build(read)
    assert len(first.nodes) == 1 + 5 * 6
    assert build(read) == first


def test_another_file_with_the_same_blocks_has_its_own_places(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    layers = "  - {name: stage, pair: 4, repeat: 3}\n"
    build(document(BLOCK + layers))
    moved = moves(monkeypatch)
    read = document("# a remark\n" + BLOCK.replace("layers:\n", "layers:\n\n") + layers)
    graph = build(read)
    assert moved == ["stage"]
    assert graph == anew(read)
    assert {node.span.source for node in graph.nodes if node.span} == {read.source}


def test_an_alias_stands_in_one_place_and_what_it_stands_for_in_two() -> None:
    line = "{conv: 4, kernel: 1, batch_norm: true}"
    text = "cnnaudit: 1\ninput: 8x8x4\nblocks:\n  two:\n    layers:\n      - LINE\n      - AGAIN\n"
    text += "layers: [{two: true}, {two: true}]\n"
    written = text.replace("LINE", line).replace("AGAIN", line)
    aliased = text.replace("LINE", f"&a {line}").replace("AGAIN", "*a")
    for order in ((written, aliased), (aliased, written)):
        empty()
        for one in map(document, order):
            assert build(one) == anew(one)


@pytest.mark.parametrize(("limit", "value"), [("_SPANS", 3), ("_DEPTH", 1)])
def test_what_is_too_large_to_be_compared_is_built(
    limit: str, value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meaning, limit, value)
    moved = moves(monkeypatch)
    read = document(BLOCK + "  - {name: stage, pair: 4, repeat: 3}\n")
    assert build(read) == anew(read)
    assert moved == []
