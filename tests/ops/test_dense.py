"""Dense layers: a vector in, a vector out; on a feature map only where that is asked for."""

import pytest

from .networks import fault, last, shape, weights, work


def test_a_dense_layer() -> None:
    row = last("{dense: 10}", input="784")
    assert row.node.output_shape == (10,)
    assert weights("{dense: 10}", input="784") == {"kernel": (784, 10), "bias": (10,)}
    assert row.params == 7_850
    assert (row.macs, row.bias_adds, row.elementwise_ops) == (7_840, 10, 0)


def test_without_bias() -> None:
    layer = "{dense: 10, bias: false}"
    assert weights(layer, input="784") == {"kernel": (784, 10)}
    assert work(layer, input="784") == (7_840, 0, 0)


def test_every_unit_meets_every_input() -> None:
    macs = sum(1 for _unit in range(7) for _input in range(5))
    assert work("{dense: 7}", input="5") == (macs, 7, 0)


@pytest.mark.parametrize(
    ("input", "output", "places"),
    [
        ("784", (10,), 1),
        ("8x784", (8, 10), 8),
        ("4x5x784", (4, 5, 10), 20),
        ("2x3x4x784", (2, 3, 4, 10), 24),
    ],
)
def test_pointwise_is_the_same_layer_at_every_position(
    input: str, output: tuple[int, ...], places: int
) -> None:
    layer = "{dense: 10, pointwise: true}"
    assert shape(layer, input=input) == output
    assert weights(layer, input=input) == {"kernel": (784, 10), "bias": (10,)}
    assert work(layer, input=input) == (places * 7_840, places * 10, 0)


def test_pointwise_does_the_work_of_a_1x1_convolution() -> None:
    dense = last("{dense: 10, pointwise: true}", input="6x7x5")
    conv = last("{conv: 10, kernel: 1}", input="6x7x5")
    for number in ("activation_size", "params", "macs", "bias_adds", "elementwise_ops"):
        assert getattr(dense, number) == getattr(conv, number)


def test_fc6_of_alexnet() -> None:
    row = last("flatten", "{dense: 4096}", input="6x6x256")
    assert (row.params, row.macs) == (37_752_832, 37_748_736)


@pytest.mark.parametrize("input", ["6x6x256", "1x1x9216"])
def test_flatten_is_never_implied(input: str) -> None:
    found = fault("{dense: 10}", input=input)
    assert found.name == "missing-flatten"
    assert f"its input is a feature map {' × '.join(input.split('x'))}" in found.message
    assert found.help is not None
    assert "`- flatten`" in found.help
    assert "9,216" in found.help
    assert "pointwise: true" in found.help
