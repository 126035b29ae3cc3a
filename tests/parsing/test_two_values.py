"""One thing has one value, in the tool and in its schema alike."""

from typing import Any

import jsonschema
import pytest
import yaml

from cnnaudit.errors import AuditError
from cnnaudit.render.schema import schema
from tests.support import audit_text

HEAD = "cnnaudit: 1\ninput: 8x8x4\n"

#: Layers with two values for one thing; what the help says to write.
TWO_VALUES = {
    "{conv: 64, filters: 32, kernel: 1}": "write `conv: 64` or `conv: 32`",
    "{conv: , filters: 32, kernel: 1}": "write `conv: 32`",
    "{conv: true, filters: 32, kernel: 1}": "write `conv: 32`",
    "{conv: 64, kernel: 1, filters: 4*8}": "write `conv: 64` or `conv: 4*8`",
    "{dense: 10, units: 10, pointwise: true}": "write `dense: 10` or `dense: 10`",
    "{max_pool: 2, kernel: 3}": "write `max_pool: 2` or `max_pool: 3`",
    "{depthwise_conv: 3, kernel: [1, 7]}": "write `depthwise_conv: 3` or `depthwise_conv: [1, 7]`",
    "{scale: 0.1, init: 0.2}": "write `scale: 0.1` or `scale: 0.2`",
    "{upsample: 2, factor: 2}": "write `upsample: 2` or `upsample: 2`",
    "{dropout: 0.5, rate: 0.2}": "write `dropout: 0.5` or `dropout: 0.2`",
    "{activation: relu, function: elu}": "write `activation: relu` or `activation: elu`",
    "{batch_norm: {scale: false}, scale: true}": (
        "write one of them, such as `batch_norm: {scale: false}`"
    ),
}

#: Defaults that no layer can use.
DEFAULTS = {
    "{conv: {filters: 64}}": "write `conv: 64` at the layers",
    "{dense: {units: 10}}": "write `dense: 10` at the layers",
    "{dropout: {rate: 0.5}}": "write `dropout: 0.5` at the layers",
    "{max_pool: {kernel: 2}}": "write `max_pool: 2` at the layers",
}

#: Files that are right, though they look like the above.
RIGHT = (
    "layers: [{op: conv, filters: 32, kernel: 1}]",
    "layers: [{op: dropout, rate: 0.5}, {op: dense, units: 3, pointwise: true}]",
    "layers: [{dropout: {rate: 0.5}}, {batch_norm: true, scale: false}]",
    "layers: [{batch_norm: {scale: false}, center: false}, {activation: {function: elu}}]",
    "defaults: {conv: {kernel: 1, activation: relu}}\nlayers: [{conv: 4}]",
    "defaults: {rescale: {factor: 2}}\nlayers: [rescale, {conv: 4, kernel: 1}]",
    "layers: [{name: a, conv: 4, kernel: 1}, relu, {add: [a, previous]}]",
    "layers: [{name: a, conv: 4, kernel: 1}, {op: concat, from: [a, in]}]",
    "layers: [{branches: {x: [relu], y: }, merge: add}, {branches: {x: [relu]}, merge: none}]",
)

#: Files that are wrong for another reason of this kind.
WRONG = (
    "layers: [{name: a, conv: 4, kernel: 1}, {add: a}]",
    "layers: [{name: a, conv: 4, kernel: 1}, {add: [a]}]",
    "layers: [{name: a, conv: 4, kernel: 1}, {op: add, from: a}]",
    "layers: [{name: a, conv: 4, kernel: 1}, {add: [a, in], from: a}]",
    "layers: [{branches: {x: [relu]}, merge: add}]",
)


def is_valid(text: str) -> bool:
    document: Any = yaml.safe_load(text)
    return bool(jsonschema.Draft7Validator(schema()).is_valid(document))


@pytest.mark.parametrize(("layer", "help"), TWO_VALUES.items())
def test_two_values_of_a_layer_are_one_error(layer: str, help: str) -> None:
    with pytest.raises(AuditError) as raised:
        audit_text(f"{HEAD}layers: [{layer}]\n")
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "CA907"
    assert diagnostic.help == help


@pytest.mark.parametrize(("defaults", "help"), DEFAULTS.items())
def test_a_default_that_no_layer_can_use_is_an_error(defaults: str, help: str) -> None:
    with pytest.raises(AuditError) as raised:
        audit_text(f"{HEAD}defaults: {defaults}\nlayers: [relu]\n")
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.help == help
    assert "takes no effect" in diagnostic.message


def test_two_values_of_an_argument_are_an_error() -> None:
    block = "blocks: {b: {params: [width], layers: [{conv: width, kernel: 1}]}}\n"
    for layer in ("{b: 4, width: 8}", "{b: {width: 4}, width: 8}"):
        with pytest.raises(AuditError, match="the parameter 'width' is given twice"):
            audit_text(f"{HEAD}{block}layers: [{layer}]\n")


@pytest.mark.parametrize("text", RIGHT)
def test_tool_and_schema_accept_one_value(text: str) -> None:
    audit_text(f"{HEAD}{text}\n")
    assert is_valid(f"{HEAD}{text}\n")


@pytest.mark.parametrize(
    "text",
    [
        *(f"layers: [{layer}]" for layer in TWO_VALUES),
        *(f"defaults: {defaults}\nlayers: [relu]" for defaults in DEFAULTS),
        *WRONG,
    ],
)
def test_tool_and_schema_refuse_two_values(text: str) -> None:
    with pytest.raises(AuditError):
        audit_text(f"{HEAD}{text}\n")
    assert not is_valid(f"{HEAD}{text}\n")
