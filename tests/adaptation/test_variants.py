"""Variants stay in an adapted file only if they are the stock's variants, adapted."""

from fractions import Fraction
from pathlib import Path

import pytest

import cnnaudit
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.graph.graph import Graph
from cnnaudit.sources import zoo
from tests.adaptation.support import adapt_text
from tests.support import run

HALF = AdaptOptions(factor=Fraction(1, 2))
WITH_VARIANTS = [name for name in zoo.files() if cnnaudit.load(f"zoo:{name}").variants]
RECIPES = {
    "classes": AdaptOptions(classes=10),
    "input": AdaptOptions(inputs=("160x192x3",)),
    "widths": HALF,
    "everything": AdaptOptions(inputs=("96x96x3",), classes=10, factor=Fraction(1, 4)),
}
#: A residual layer that is there only if the widths of its ends agree, and depths by variant.
RESIDUAL = """\
    cnnaudit: 1
    input: [size, size, 3]
    vars: {width: 1, depth: 2, size: 16}
    variants: {base: {}, deep: {depth: 3}, wide: {width: 2}, large: {size: 32}}
    blocks:
      cell:
        params: [w, residual: "in_channels == round_to(w*width, 8)"]
        layers:
          - {name: conv, conv: "round_to(w*width, 8)", kernel: 1}
          - {add: [conv, in], when: residual}
    layers:
      - {name: stem, conv: "round_to(8*width, 8)", kernel: 1}
      - {name: body, cell: 24, repeat: depth}
      - {avg_pool: global, keep_dims: false}
      - {name: fc, dense: 2}
    """


def structure(graph: Graph) -> list[tuple[str, str, tuple[int, ...]]]:
    """Return the name, the op and the inputs of every node."""
    return [(node.name, node.op, node.inputs) for node in graph.nodes]


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("name", WITH_VARIANTS)
def test_a_variant_of_the_written_file_is_the_adapted_variant(
    name: str, recipe: str, tmp_path: Path
) -> None:
    operand, options = f"zoo:{name}", RECIPES[recipe]
    size = cnnaudit.load(operand).inputs[0].output_shape
    if options.inputs and len(size) != 3:
        options = options._replace(inputs=())
    adapted = cnnaudit.adapt(operand, options)
    path = tmp_path / "adapted.yaml"
    path.write_text(adapted.text(tmp_path))
    written = cnnaudit.load(str(path))
    assert set(written.variants) <= set(adapted.before.variants)
    for variant in written.variants:
        actual = cnnaudit.load(f"{path}@{variant}")
        stock = cnnaudit.load(f"{operand}@{variant}")
        expected = cnnaudit.adapt(f"{operand}@{variant}", options).graph
        assert structure(actual) == structure(stock) == structure(expected)
        assert cnnaudit.audit(actual).totals == cnnaudit.audit(expected).totals
        comparison = cnnaudit.compare(cnnaudit.audit(stock), cnnaudit.audit(actual))
        causes = [c.attribute for row in comparison.rows for c in row.causes if c.kind == "own"]
        assert set(causes) <= {"filters", "units", "groups", "range", "activation"}


def test_other_classes_keep_every_variant() -> None:
    graph = cnnaudit.adapt("zoo:efficientnet", AdaptOptions(classes=10)).graph
    assert graph.variants == tuple(f"b{number}" for number in range(8))


def test_a_variant_that_lacks_variables_of_the_adapted_one_is_left_out() -> None:
    adapted = cnnaudit.adapt("zoo:efficientnet@b4", AdaptOptions(classes=10))
    # B0 and B1 rely on the width and the input size of the file, which B4 changes.
    assert adapted.graph.variants == ("b2", "b3", "b4", "b5", "b6", "b7")


def test_deeper_and_wider_variants_that_would_lose_additions_are_left_out() -> None:
    adapted = adapt_text(RESIDUAL, HALF)
    before = [node.name for node in adapted.before.nodes if node.op == "add"]
    assert [node.name for node in adapted.graph.nodes if node.op == "add"] == before
    assert adapted.graph.variants == ("base", "large")
    (note,) = adapted.notes
    assert note.startswith("left out, since the file's changes would make other networks of them")
    assert "variants deep, wide (deep: body.3.add1 would be missing)" in note


def test_a_variable_that_is_set_yields_to_that_of_a_variant() -> None:
    adapted = adapt_text(RESIDUAL, AdaptOptions(variables=("depth=5",)))
    assert adapted.graph.variants == ("base", "deep", "wide", "large")
    assert adapted.notes == ()


def test_adapt_tells_which_variants_it_leaves_out() -> None:
    result = run("adapt", "zoo:efficientnet", "--widths", "1/2", "-f", "yaml")
    assert "variants b0, b1, b2, b3, b4, b5, b6, b7 (b0: stage1 would have" in result.stderr
