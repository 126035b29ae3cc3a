"""Every shipped network, at half of its widths, on three inputs and for ten classes."""

from fractions import Fraction

import pytest

import cnnaudit
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.layers.kind import Shape
from cnnaudit.sources import zoo

HALF = Fraction(1, 2)
#: What the causes of a clean diff may be: the recipe, and the attributes that follow widths. From
#: one sigmoid unit to ten classes, the function changes too.
MEANT = {"filters", "units", "groups", "range", "activation"}
VARIANTS = [
    f"{name}@{variant}" for name in zoo.files() for variant in cnnaudit.load(f"zoo:{name}").variants
]


def sizes(shape: Shape) -> list[Shape]:
    """The own input of a network, and two others; all of them leave something to the last pool."""
    larger = tuple(size + 32 for size in shape[:-1])
    largest = tuple(size + 64 for size in shape[:-1])
    return [shape, (*larger, shape[-1]), (*largest, shape[-1])] if shape[:-1] else [shape]


def check(operand: str, shape: Shape) -> None:
    """The adapted network is valid and half as wide, and nothing else differs."""
    classes = 10
    recipe = AdaptOptions(("x".join(map(str, shape)),), classes, HALF)
    made = cnnaudit.adapt(operand, recipe)
    found = cnnaudit.audit(made.graph)
    comparison = cnnaudit.compare(cnnaudit.audit(made.before), found)
    assert {pair.status for pair in comparison.rows} <= {"same", "changed"}
    own = {c.attribute for pair in comparison.rows for c in pair.causes if c.kind == "own"}
    assert own <= MEANT
    # Other classes are another data set.
    whole = {
        cause.attribute for cause in comparison.network_causes if "dataset" not in cause.attribute
    }
    assert whole <= {"input", "classes"}
    assert made.graph.inputs[0].shape == shape
    claims = made.graph.expect
    assert (claims["params"], claims["macs"]) == (found.totals.params, found.totals.macs)
    output = claims["output"]
    assert (output[-1] if isinstance(output, tuple) else output) == classes
    for before, after in zip(made.before.nodes, made.graph.nodes, strict=True):
        assert after.name == before.name
        assert after.shape[-1] <= max(before.shape[-1], classes) or len(before.shape) == 1


@pytest.mark.parametrize("name", zoo.files())
def test_a_network_on_three_inputs(name: str) -> None:
    operand = f"zoo:{name}"
    for shape in sizes(cnnaudit.load(operand).inputs[0].shape):
        check(operand, shape)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant(name: str) -> None:
    operand = f"zoo:{name}"
    check(operand, cnnaudit.load(operand).inputs[0].shape)
