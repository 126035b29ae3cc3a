"""Every shipped network, at half of its widths, on three inputs and for ten classes."""

from fractions import Fraction

import pytest

import cnnaudit
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.ops.op import Shape
from cnnaudit.sources import zoo

HALF = Fraction(1, 2)
#: The attributes that an adaptation may change. From one sigmoid unit to ten classes, the function
#: changes too.
EXPECTED_CHANGES = {"filters", "units", "groups", "range", "activation"}
#: A pool over the whole map becomes global, which has no other attributes of a window.
GLOBAL_POOL_CHANGES = {"kernel", "stride", "padding", "rounding", "keep_dims"}
#: Maps of LeNet-5 by its table: 1 and 3 filters become the even numbers 2 and 6, which are merged.
ROUNDED_UP = {
    ("zoo:lenet-5", name): 20
    for layer in ("C3.maps", "S4.mean", "S4.coefficient")
    for name in (layer, f"{layer}.activation")
}
VARIANTS = [
    f"{name}@{variant}" for name in zoo.files() for variant in cnnaudit.load(f"zoo:{name}").variants
]


def sizes(shape: Shape) -> list[Shape]:
    """Return the input shape of a network and two larger ones."""
    larger = tuple(size + 32 for size in shape[:-1])
    largest = tuple(size + 64 for size in shape[:-1])
    return [shape, (*larger, shape[-1]), (*largest, shape[-1])] if shape[:-1] else [shape]


def check(operand: str, shape: Shape) -> None:
    """Check that the adapted network is valid and half as wide, and that only that differs."""
    classes = 10
    options = AdaptOptions(("x".join(map(str, shape)),), classes, HALF)
    adapted = cnnaudit.adapt(operand, options)
    audit = cnnaudit.audit(adapted.graph)
    comparison = cnnaudit.compare(cnnaudit.audit(adapted.before), audit)
    assert {pair.status for pair in comparison.rows} <= {"same", "changed"}
    changed = {c.attribute for pair in comparison.rows for c in pair.causes if c.kind == "own"}
    has_new_pool = any("global pool" in note for note in adapted.notes)
    assert changed <= EXPECTED_CHANGES | (GLOBAL_POOL_CHANGES if has_new_pool else set())
    # Another number of classes implies another data set.
    network_changes = {
        cause.attribute for cause in comparison.network_causes if "dataset" not in cause.attribute
    }
    assert network_changes <= {"input", "classes"}
    assert adapted.graph.inputs[0].output_shape == shape
    claims = adapted.graph.expect
    assert (claims["params"], claims["macs"]) == (audit.totals.params, audit.totals.macs)
    output = claims["output"]
    assert (output[-1] if isinstance(output, tuple) else output) == classes
    for before, after in zip(adapted.before.nodes, adapted.graph.nodes, strict=True):
        assert after.name == before.name
        limit = ROUNDED_UP.get((operand, after.name), max(before.output_shape[-1], classes))
        assert after.output_shape[-1] <= limit or len(before.output_shape) == 1


@pytest.mark.parametrize("name", zoo.files())
def test_a_network_on_three_inputs(name: str) -> None:
    operand = f"zoo:{name}"
    for shape in sizes(cnnaudit.load(operand).inputs[0].output_shape):
        check(operand, shape)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant(name: str) -> None:
    operand = f"zoo:{name}"
    check(operand, cnnaudit.load(operand).inputs[0].output_shape)
