"""Activations and dropout: the shape stays, each element costs what the table says."""

import pytest

from cnnaudit.ops.activation import FUNCTIONS
from cnnaudit.ops.registry import ACTIVATIONS

from .networks import audited, fault, last, shape, weights, work

ELEMENTS = 8 * 7 * 3
ON = "8x7x3"


@pytest.mark.parametrize("function", [name for name in ACTIVATIONS if name != "linear"])
def test_a_function_keeps_the_shape_and_costs_by_element(function: str) -> None:
    each = {"softmax": 3, "log_softmax": 4}.get(function, 1)
    for layer in (function, f"{{activation: {function}}}"):
        assert shape(layer, input=ON) == (8, 7, 3)
        assert work(layer, input=ON) == (0, 0, each * ELEMENTS)


def test_the_functions_that_papers_use_are_known() -> None:
    assert {"relu", "tanh", "sigmoid", "softmax", "leaky_relu", "prelu", "swish"} <= set(FUNCTIONS)


@pytest.mark.parametrize("word", ["linear", "none"])
def test_the_identity_is_no_layer(word: str) -> None:
    result = audited(f"{{conv: 4, kernel: 3, activation: {word}}}")
    assert [row.node.name for row in result.rows] == ["input", "conv1"]


@pytest.mark.parametrize("input", ["10", "8x3", "8x7x3", "2x3x4x5"])
def test_other_numbers_of_axes(input: str) -> None:
    row = last("relu", input=input)
    assert row.node.output_shape == tuple(int(size) for size in input.split("x"))
    assert row.elementwise_ops == row.activation_size


@pytest.mark.parametrize(
    "function", [name for name in FUNCTIONS if name not in ("prelu", "linear")]
)
def test_only_prelu_learns(function: str) -> None:
    assert weights(function, input=ON) == {}


@pytest.mark.parametrize(
    ("framework", "slopes"),
    [("keras", (8, 7, 3)), ("caffe", (3,)), ("darknet", (3,)), ("pytorch", (1,))],
)
def test_the_slopes_of_a_prelu(framework: str, slopes: tuple[int, ...]) -> None:
    """Keras PReLU, Caffe PReLU, torch.nn.PReLU: an element's, a channel's, one for all."""
    assert weights("prelu", input=ON, framework=framework) == {"alpha": slopes}


@pytest.mark.parametrize(
    ("slopes", "found"), [("element", (8, 7, 3)), ("channel", (3,)), ("layer", (1,))]
)
def test_slopes_can_be_written(slopes: str, found: tuple[int, ...]) -> None:
    layer = f"{{activation: {{function: prelu, slopes: {slopes}}}}}"
    for framework in ("keras", "pytorch"):
        assert weights(layer, input=ON, framework=framework) == {"alpha": found}


def test_an_unknown_function() -> None:
    found = fault("{activation: rleu}")
    assert found.name == "invalid-value"
    assert found.help == "did you mean 'relu'?"


# Dropout -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", ["0", "0.5", "0.999"])
def test_dropout_does_nothing_at_inference(rate: str) -> None:
    row = last(f"{{dropout: {rate}}}", input=ON)
    assert row.node.output_shape == (8, 7, 3)
    assert (row.params, row.macs, row.bias_adds, row.elementwise_ops) == (0, 0, 0, 0)


@pytest.mark.parametrize("rate", ["1", "-0.1", "50"])
def test_a_rate_is_a_share(rate: str) -> None:
    assert "from 0 up to, but not including, 1" in fault(f"{{dropout: {rate}}}").message
