"""An operation of required facets only appears everywhere; what it does not state has a default."""

import json
from math import prod
from pathlib import Path
from typing import Any

import pytest

from cnnaudit.analysis.memory.saved_tensors import saved_elements
from cnnaudit.analysis.memory.storage import storages
from cnnaudit.ops.formula import Formula
from cnnaudit.ops.op import (
    Attributes,
    Cost,
    Field,
    FieldType,
    Op,
    Shape,
    Shapes,
    Weight,
    same_shape,
)
from cnnaudit.ops.registry import OPS
from tests.explanation.test_formulas import accounts
from tests.support import audit_text, chain, run

TOY = Op(
    name="toy",
    family="toy",
    doc="A new operation.",
    output_shape=same_shape,
)

LAYERS = (
    "{conv: 8, kernel: 3, padding: same, init: he}",
    "toy",
    "relu",
    "{avg_pool: global, keep_dims: false}",
    "{dense: 2}",
)


def _weights(inputs: Shapes, attributes: Attributes) -> tuple[Weight, ...]:
    channels = inputs[0][-1]
    return Weight("mix", (channels, channels, attributes["depth"])), Weight(
        "mean", (channels,), True
    )


def _cost(_inputs: Shapes, _attributes: Attributes, output: Shape) -> Cost:
    return Cost(macs=7 * prod(output), elementwise_ops=1)


#: With weights and a cost, but without their formulas.
MIXER = Op(
    name="mixer",
    family="toy",
    doc="Another new operation.",
    principal="depth",
    fields=(Field("depth", FieldType.WHOLE, "how deep"),),
    output_shape=same_shape,
    weights=_weights,
    cost=_cost,
)


@pytest.fixture(autouse=True)
def _more_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (TOY, MIXER):
        monkeypatch.setitem(OPS, kind.name, kind)


@pytest.fixture
def network(tmp_path: Path) -> str:
    path = tmp_path / "net.yaml"
    path.write_text(chain(*LAYERS, input="8x8x3"))
    return str(path)


def output(*arguments: str) -> str:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_schema_offers_it() -> None:
    schema = json.dumps(json.loads(output("schema")))
    assert '"toy"' in schema
    assert "Another new operation." in schema


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-f", "json"),
        ("--view", "memory"),
        ("--view", "signal"),
        ("--view", "receptive-field"),
        ("--count", "all"),
    ],
    ids=" ".join,
)
def test_it_is_reported(network: str, options: tuple[str, ...]) -> None:
    assert "toy" in output("report", network, *options)


@pytest.mark.parametrize("form", ["table", "json", "markdown"])
def test_it_is_explained(network: str, form: str) -> None:
    assert "toy" in output("explain", network, "*", "-f", form)


def test_it_is_checked(network: str) -> None:
    checked = json.loads(output("check", "--no-cache", network, "-f", "json"))
    assert checked["findings"] == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("adapt", "NETWORK", "--widths", "1/2", "-f", "yaml"),
        ("sweep", "NETWORK", "--vary", "input=8..16:8", "-f", "csv"),
        ("diff", "NETWORK", "NETWORK"),
        ("diff", "NETWORK", "NETWORK", "--waterfall"),
        ("convert", "NETWORK"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_every_other_command_takes_it(network: str, arguments: tuple[str, ...]) -> None:
    output(*(network if argument == "NETWORK" else argument for argument in arguments))


def test_its_memory_is_that_of_an_operation_of_which_nothing_is_known() -> None:
    audited = audit_text(chain(*LAYERS, input="8x8x3"))
    position = [node.op for node in audited.graph.nodes].index("toy")
    assert storages(audited, training=True)[position] == position
    assert (
        saved_elements(audited)[position - 1].values == 8 * 8 * 8
    )  # the backward pass reads its input


def test_formulas_that_it_lacks_are_made_of_its_numbers() -> None:
    (account,) = [
        account
        for account in accounts(audit_text(chain("{mixer: 5}", input="8x8x3"))).values()
        if account.node.op == "mixer"
    ]
    formulas: dict[str, Any] = {formula.quantity: formula for formula in account.formulas}
    assert formulas["trainable_params"] == Formula("trainable_params", "3·3·5", 45)
    assert formulas["non_trainable_params"] == Formula("non_trainable_params", "3", 3)
    assert formulas["macs"] == Formula("macs", None, 7 * 8 * 8 * 3)
    assert formulas["elementwise_ops"] == Formula("elementwise_ops", None, 1)
    assert "bias_adds" not in formulas
