"""Normalisation: learned factors and addends, running statistics, operations per element."""

import pytest

from cnnaudit.ops.registry import OPS

from .networks import fault, last, shape, weights, work

ELEMENTS = 8 * 8 * 4
ON = "8x8x4"


@pytest.mark.parametrize(
    "layer", ["batch_norm", "{layer_norm: -1}", "{group_norm: 2}", "{lrn: 5}", "lrn"]
)
@pytest.mark.parametrize("input", ["12", "8x4", "8x8x4", "2x3x4x4"])
def test_normalisation_keeps_the_shape(layer: str, input: str) -> None:
    assert shape(layer, input=input) == tuple(int(size) for size in input.split("x"))
    assert work(layer, input=input)[:2] == (0, 0)


# batch_norm --------------------------------------------------------------------------------------


@pytest.mark.parametrize("input", ["4", "8x4", "8x8x4", "2x3x4x4"])
def test_the_weights_of_batch_norm_are_one_a_channel(input: str) -> None:
    names = ("gamma", "beta", "moving_mean", "moving_variance")
    assert weights("batch_norm", input=input) == dict.fromkeys(names, (4,))


@pytest.mark.parametrize(
    ("switched_off", "left"), [("scale", "beta"), ("center", "gamma"), ("both", None)]
)
def test_batch_norm_without_scale_or_center(switched_off: str, left: str | None) -> None:
    off = ("scale", "center") if switched_off == "both" else (switched_off,)
    layer = f"{{op: batch_norm, {', '.join(f'{name}: false' for name in off)}}}"
    learned = [name for name in weights(layer, input=ON) if not name.startswith("moving")]
    assert learned == ([left] if left else [])
    assert work(layer, input=ON) == (0, 0, 2 * ELEMENTS)


def test_the_statistics_of_batch_norm_are_not_learned() -> None:
    found = OPS["batch_norm"].weights(((8, 8, 4),), {"scale": True, "center": True})
    assert [weight.name for weight in found if weight.statistic] == [
        "moving_mean",
        "moving_variance",
    ]


@pytest.mark.parametrize(
    ("framework", "trainable", "frozen", "buffers"),
    [("keras", 8, 8, 0), ("pytorch", 8, 0, 8), ("caffe", 8, 0, 8), ("darknet", 8, 0, 8)],
)
def test_where_the_statistics_are_counted(
    framework: str, trainable: int, frozen: int, buffers: int
) -> None:
    row = last("batch_norm", input=ON, framework=framework)
    assert (row.trainable_params, row.non_trainable_params, row.buffers) == (
        trainable,
        frozen,
        buffers,
    )


def test_batch_norm_as_a_modifier_is_the_same_layer() -> None:
    modifier = last("{conv: 6, kernel: 3, batch_norm: true}", input=ON)
    layer = last("{conv: 6, kernel: 3}", "batch_norm", input=ON)
    assert modifier.node.name == "conv1.batch_norm"
    for number in ("activation_size", "params", "buffers", "elementwise_ops"):
        assert getattr(modifier, number) == getattr(layer, number)


# layer_norm --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("axis", "normalised"),
    [
        ("-1", (4,)),
        ("2", (4,)),
        ("0", (8,)),
        ("[0, 1, 2]", (8, 7, 4)),
        ("[-1, 1]", (7, 4)),
        ("[2, -1]", (4,)),
    ],
)
def test_layer_norm_learns_one_factor_for_each_place_it_normalises(
    axis: str, normalised: tuple[int, ...]
) -> None:
    found = weights(f"{{layer_norm: {axis}}}", input="8x7x4")
    assert found == {"gamma": normalised, "beta": normalised}


def test_layer_norm_needs_no_axis() -> None:
    assert weights("layer_norm", input="8x7x4") == weights("{layer_norm: -1}", input="8x7x4")


@pytest.mark.parametrize("op", ["layer_norm", "group_norm"])
@pytest.mark.parametrize(
    ("switches", "each", "learned"),
    [
        ("", 7, ["gamma", "beta"]),
        (", scale: false", 6, ["beta"]),
        (", center: false", 6, ["gamma"]),
        (", scale: false, center: false", 5, []),
    ],
)
def test_operations_of_a_standardisation(
    op: str, switches: str, each: int, learned: list[str]
) -> None:
    """Mean, difference, square, its mean, division; a factor and an addend where there is one."""
    layer = f"{{{op}: 2{switches}}}"
    assert work(layer, input=ON) == (0, 0, each * ELEMENTS)
    assert list(weights(layer, input=ON)) == learned


@pytest.mark.parametrize("axis", ["3", "-4", "[0, 3]"])
def test_an_axis_that_does_not_exist(axis: str) -> None:
    found = fault(f"{{layer_norm: {axis}}}", input="8x7x4")
    assert found.name == "invalid-input"
    assert "does not exist in an input 8 × 7 × 4" in found.message


# group_norm --------------------------------------------------------------------------------------


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_group_norm_learns_by_channel_whatever_the_groups(groups: int) -> None:
    found = weights(f"{{group_norm: {groups}}}", input=ON)
    assert found == {"gamma": (4,), "beta": (4,)}


def test_group_norm_has_32_groups_by_default() -> None:
    assert shape("group_norm", input="2x2x64") == (2, 2, 64)
    found = fault("group_norm", input="2x2x48")
    assert found.name == "invalid-input"
    assert found.message == "48 channels cannot be divided into 32 groups"


# lrn ---------------------------------------------------------------------------------------------


def test_lrn_learns_nothing() -> None:
    assert weights("{lrn: 5, alpha: 1e-4, beta: 0.75, k: 2}", input=ON) == {}


@pytest.mark.parametrize(("layer", "size"), [("lrn", 5), ("{lrn: 5}", 5), ("{lrn: 3}", 3)])
def test_operations_of_lrn(layer: str, size: int) -> None:
    """n squares… as documented: size + 4 per element."""
    assert work(layer, input=ON) == (0, 0, (size + 4) * ELEMENTS)
