"""Every formula comes to the number behind it, and says it as the documents do."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnaudit.calculator import Audit, audit
from cnnaudit.errors import AuditError
from cnnaudit.explanation.layer import NodeExplanation, explain_layers
from cnnaudit.graph.graph import layers_of
from cnnaudit.loading import load
from cnnaudit.ops.formula import Formula
from cnnaudit.ops.frameworks import FRAMEWORKS
from tests.explanation.evaluator import evaluate
from tests.importers import models
from tests.ops.networks import audited
from tests.ops.test_registry import EXAMPLES
from tests.support import ROOT

ZOO = sorted((ROOT / "configs").glob("*/*.yaml"))
REFERENCES = json.loads((ROOT / "tests/reference/seeds.json").read_text(encoding="utf-8"))
SEEDS, KERAS = REFERENCES["hand"], REFERENCES["keras"]
#: What must be explained wherever it is not 0.
WORK = ("activation_size", "macs", "bias_adds", "elementwise_ops", "flops")
PARAMS = ("params", "trainable_params", "non_trainable_params", "buffers")


def accounts(network: Audit) -> dict[str, NodeExplanation]:
    """How every node but the inputs explains itself, by its name."""
    found = explain_layers(network, tuple(layers_of(network.graph.outline)))
    return {node.node.name: node for layer in found for node in layer.nodes}


def values(account: NodeExplanation) -> dict[str, object]:
    """The numbers that have no axis, by what they are."""
    return {formula.quantity: formula.value for formula in account.formulas if not formula.axis}


def expressions(account: NodeExplanation, quantity: str) -> list[str | None]:
    return [formula.expression for formula in account.formulas if formula.quantity == quantity]


def explained(network: Audit) -> None:
    """Every formula is right, and every number of the audit has one."""
    found = accounts(network)
    for row in network.rows:
        if row.node.op == "input":
            continue
        account = found[row.node.name]
        for formula in account.formulas:
            if formula.expression is not None:
                assert evaluate(formula.expression) == formula.value, (row.node.name, formula)
        said = values(account)
        for quantity in WORK:
            assert said.get(quantity, 0) == getattr(row, quantity), (row.node.name, quantity)
        counted = sum(int(str(said.get(quantity, 0))) for quantity in PARAMS)
        assert counted == row.params + row.buffers, row.node.name
        assert said.get("buffers", 0) == row.buffers
        sizes = [f for f in account.formulas if f.quantity == "output"]
        assert all(formula.value in row.node.output_shape for formula in sizes)


@pytest.mark.parametrize("path", ZOO, ids=lambda path: path.stem)
def test_every_number_of_the_zoo(path: Path) -> None:
    explained(audit(load(str(path))))


#: What the examples of the table leave out.
MORE = (
    "{conv: 8, kernel: 3, groups: 2, bias: false}",
    "{conv: 8, kernel: [1, 3], stride: [2, 1], padding: same}",
    "{conv: 8, kernel: 3, dilation: 2, padding: half}",
    "{conv: 8, kernel: 3, stride: 2, padding: [[0, 1], [0, 1]]}",
    "{conv: 8, kernel: 1, stride: 2, padding: same}",
    "{conv: 8, kernel: 3, batch_norm: true, activation: prelu, trainable: false}",
    "{conv_transpose: 6, kernel: 3, stride: 2, padding: 1, output_padding: 1, groups: 2}",
    "{conv_transpose: 6, kernel: 4, stride: 2, padding: same, bias: false}",
    "{separable_conv: 8, kernel: 3, multiplier: 2, bias: false}",
    "{depthwise_conv: 3, multiplier: 3, bias: false}",
    "{max_pool: 3, stride: 2, rounding: ceil}",
    "{max_pool: 2, stride: 3, padding: 1, rounding: ceil}",
    "{max_pool: global, keep_dims: false}",
    "{adaptive_pool: 3, mode: max}",
    "{upsample: 2, mode: linear}",
    "{layer_norm: [0, 1, 2], center: false}",
    "{batch_norm: true, scale: false, center: false}",
    "softmax",
    "{slice: [-3, -1]}",
    "{dense: 3, pointwise: true, bias: false}",
)


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("layer", (*EXAMPLES.values(), *MORE))
def test_every_number_of_every_operation(layer: str, framework: str) -> None:
    vectors = ("rnn", "lstm", "gru")
    input = "9x4" if any(f"{name}:" in layer for name in vectors) else "8x8x4"
    explained(audited(layer, input=input, framework=framework))


@settings(deadline=None)
@given(
    op=st.sampled_from(("{conv: 3,", "{depthwise_conv: KERNEL,", "{max_pool: KERNEL,")),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 5),
    padding=st.sampled_from(("0", "1", "same", "half", "[[0, 1], [2, 0]]")),
    rounding=st.sampled_from(("floor", "ceil", "ceil_caffe")),
    size=st.tuples(st.integers(1, 20), st.integers(1, 20)),
)
def test_windows_of_any_kind(
    op: str, kernel: int, stride: int, padding: str, rounding: str, size: tuple[int, int]
) -> None:
    where = f"rounding: {rounding}" if "pool" in op else f"dilation: {1 + stride % 2}"
    start = op.replace("KERNEL", str(kernel)) if "KERNEL" in op else f"{op} kernel: {kernel},"
    layer = f"{start} stride: {stride}, padding: {padding}, {where}}}"
    try:
        network = audited(layer, input=f"{size[0]}x{size[1]}x2")
    except AuditError:
        assume(False)
    explained(network)


# The documents' own notation ----------------------------------------------------------------------

CHAINS = {"alexnet", "alexnet-270x480", "alexnet-adapted", "convnet", "lenet-5-rgb"}


def test_the_chains_that_were_worked_out_by_hand_are_all_here() -> None:
    assert set(SEEDS) == CHAINS


@pytest.mark.parametrize("name", sorted(CHAINS))
def test_chains_as_they_were_worked_out_by_hand(name: str) -> None:
    """``(n + 2p − f)/s + 1``, ``(f·f·c + 1)·filters`` and ``(units·inputs) + units``."""
    network = audit(load(f"zoo:{name}"))
    found = accounts(network)
    rows = [r for r in network.rows if r.node.op in ("conv", "max_pool", "dense")]
    assert len(rows) == len(SEEDS[name]["rows"])
    for row, (op, shape, size, params) in zip(rows, SEEDS[name]["rows"], strict=True):
        account = found[row.node.name]
        (entering,) = account.inputs
        assert account.node.op == op
        if op == "dense":
            units = shape[0]
            assert expressions(account, "params") == [f"({units}·{entering[0]}) + {units}"]
        else:
            f = account.node.attributes["kernel"][0]
            s = account.node.attributes["stride"][0]
            p = account.node.attributes["padding"][0][0]
            for n, out, said in zip(entering, shape, expressions(account, "output"), strict=False):
                quotient = Fraction(n + 2 * p - f, s)
                worked = f"({n} + 2·{p} − {f})/{s}"
                rounded = worked if quotient.denominator == 1 else f"⌊{worked}⌋"
                assert said == f"{rounded} + 1"
                assert evaluate(str(said)) == out
        if op == "conv":
            assert expressions(account, "params") == [f"({f}·{f}·{entering[-1]} + 1)·{shape[-1]}"]
        said_size = expressions(account, "activation_size")[0]
        assert evaluate(str(said_size)) == size
        assert values(account).get("params", 0) == params


@pytest.mark.parametrize("name", sorted(set(KERAS)))
def test_parameters_as_keras_counts_them(name: str) -> None:
    """Every convolution and dense layer that Keras built, by the documents' formulas."""
    rows = [row for row in KERAS[name]["rows"] if row[0] in ("conv", "dense")]
    network = audit(load(f"zoo:{name}"))
    found = [
        account
        for account in accounts(network).values()
        if account.node.op in ("conv", "dense") and not account.node.name.startswith("backbone.")
    ]
    assert len(found) == len(rows)
    # Parallel branches have no order of their own.
    wanted = sorted((tuple(shape), params) for _, shape, params, _ in rows)
    assert sorted((account.node.output_shape, _worked(account)) for account in found) == wanted


def _worked(account: NodeExplanation) -> int:
    """What a layer's formula for its parameters comes to, which is in the documents' form."""
    (entering,), attributes = account.inputs, account.node.attributes
    (said,) = expressions(account, "params")
    if account.node.op == "dense":
        units = attributes["units"]
        form, bias = f"{units}·{entering[0]}", f" + {units}"
        assert said == (f"({form}){bias}" if attributes["bias"] else form)
    else:
        f, g = attributes["kernel"]
        form, filters = f"{f}·{g}·{entering[-1]}", attributes["filters"]
        assert said == (f"({form} + 1)·{filters}" if attributes["bias"] else f"{form}·{filters}")
    return int(evaluate(str(said)))


def test_the_first_layer_of_alexnet() -> None:
    conv1 = accounts(audit(load("zoo:alexnet")))["conv1"]
    windows, field = "⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1", "r₀ + (k − 1)·d·j"
    for formula in (
        Formula("output", "(227 + 2·0 − 11)/4 + 1", 55, "height", windows),
        Formula("params", "(11·11·3 + 1)·96", 34_944, "", "(kh·kw·c/g + b)·f"),
        Formula("macs", "55·55·96·(11·11·3)", 105_415_200, "", "mh·mw·f·(kh·kw·c/g)"),
        Formula("receptive_field", "1 + (11 − 1)·1·1", 11, "height", field),
    ):
        assert formula in conv1.formulas


# Sentences ----------------------------------------------------------------------------------------


def notes(*written: str, input: str = "8x8x4", framework: str = "keras") -> str:
    network = audited(*written, input=input, framework=framework)
    return " ".join(list(accounts(network).values())[-1].notes)


def test_a_layer_that_nobody_knows() -> None:
    odd = models.layer("Odd", "odd")
    network = models.audited(models.chain(models.entry(8, 8, 3), odd, models.layer("Flatten", "f")))
    found = accounts(network)
    assert found["odd"].formulas == ()
    assert found["odd"].notes == ("It is not known what this layer costs.",)


@pytest.mark.parametrize("input", ("32x4", "12x9x11x2", "9x9x9x9x2"))
def test_any_number_of_axes(input: str) -> None:
    written = (
        "{conv: 8, kernel: 3, stride: 2, padding: same}",
        "{max_pool: 2, rounding: ceil}",
        "{upsample: 2, mode: linear}",
        "{conv_transpose: 3, kernel: 2, stride: 2}",
        "{avg_pool: global}",
    )
    explained(audited(*written, input=input))


def test_what_is_dropped() -> None:
    conv1 = accounts(audit(load("zoo:alexnet-270x480")))["conv1"]
    assert "3 rows at the bottom and 1 column at the right" in " ".join(conv1.notes)
    assert expressions(conv1, "unread") == ["270 − ((65 − 1)·4 + 11)", "480 − ((118 − 1)·4 + 11)"]


def test_the_odd_cell_of_same() -> None:
    said = notes("{conv: 2, kernel: 3, stride: 2, padding: same}")
    assert "0 above, 1 below; 0 left, 1 right, the odd cell at bottom and right" in said
    assert "(1×1, as PyTorch code pads) would read other cells" in said
    assert "odd cell" not in notes("{conv: 2, kernel: 3, padding: same}")


def test_a_stride_that_steps_over_cells() -> None:
    assert "1 of every 2 rows and 1 of every 2 columns" in notes("{conv: 2, kernel: 1, stride: 2}")


def test_rounding_up() -> None:
    assert "reach 1 row and 1 column beyond" in notes("{max_pool: 3, stride: 2, rounding: ceil}")


def test_a_window_that_is_dropped_again() -> None:
    pool = "{max_pool: 2, stride: 2, padding: 1, rounding: ceil}"
    said = notes(pool, input="7x7x1", framework="pytorch")
    assert "would start in the padding" in said


def test_groups_sharing_and_freezing() -> None:
    assert "each filter reads 2 of 4 channels" in notes("{conv: 4, kernel: 1, groups: 2}")
    first = "{name: a, conv: 4, kernel: 1}"
    assert "uses the weights of a" in notes(first, "{name: b, conv: 4, kernel: 1, share: a}")
    assert "Frozen" in notes("{conv: 4, kernel: 1, trainable: false}")


def test_statistics_by_framework() -> None:
    assert "non-trainable parameters in keras" in notes("batch_norm")
    assert "buffers in pytorch" in notes("batch_norm", framework="pytorch")
