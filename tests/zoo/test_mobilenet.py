"""MobileNets, against Keras' and torchvision's own models."""

import pytest

import cnnaudit
from cnnaudit.calculator import Audit
from tests.zoo.golden import compare_with_keras, compare_with_torchvision, golden

#: Trainable parameters and MACs at 224 by width multiplier: keras.applications, Keras 3.15.1.
V1 = {
    "1.0": (4_231_976, 568_740_352),
    "0.75": (2_585_560, 325_400_448),
    "0.5": (1_331_592, 149_497_088),
    "0.25": (470_072, 41_030_272),
}
V2 = {
    "1.4": (6_108_776, 582_195_824),
    "1.3": (5_386_792, 509_374_560),
    "1.0": (3_504_872, 300_774_272),
    "0.75": (2_636_424, 209_069_792),
    "0.5": (1_968_680, 97_131_840),
    "0.35": (1_677_128, 59_285_808),
}
#: The same numbers from Keras 3.15.1 (MobileNetV3Large and -Small) and torchvision 0.28.0; the
#: running statistics are what Keras counts beside them.
V3 = {"large": (5_483_032, 216_589_760, 24_400), "small": (2_542_856, 56_510_400, 12_112)}


def audited(name: str) -> Audit:
    return cnnaudit.audit(cnnaudit.load(f"zoo:mobilenet-{name}"))


def test_v1_is_keras_layer_by_layer() -> None:
    recording = golden("keras", "MobileNet")
    for layer in recording["layers"]:
        if layer["name"] == "conv_preds":
            layer["class"] = "Dense"  # Keras' classifier is a 1x1 convolution of 1x1
    compare_with_keras(audited("v1"), recording)


def test_v2_is_torchvision_layer_by_layer() -> None:
    compare_with_torchvision(
        audited("v2"), golden("torchvision", "mobilenet_v2"), unrecorded=["pool"]
    )


@pytest.mark.parametrize("variant", ["v2", "v2@keras"])
def test_v2_is_keras_layer_by_layer(variant: str) -> None:
    compare_with_keras(audited(variant), golden("keras", "MobileNetV2"))


def test_v2_pads_as_keras_or_as_torchvision() -> None:
    paddings = [
        next(node for node in audited(variant).graph.nodes if node.op == "conv").attributes[
            "padding"
        ]
        for variant in ("v2", "v2@keras")
    ]
    assert paddings == [((1, 1), (1, 1)), "same"]


@pytest.mark.parametrize(
    ("name", "published"),
    [
        (f"{version}@{alpha}", numbers)
        for version, table in (("v1", V1), ("v2", V2))
        for alpha, numbers in table.items()
    ],
)
def test_width_multipliers(name: str, published: tuple[int, int]) -> None:
    result = audited(name)
    assert (result.totals.params, result.totals.macs) == published
    claims = result.graph.expect
    assert (claims["params"], claims["macs"]) == published


@pytest.mark.parametrize("size", V3)
def test_v3(size: str) -> None:
    totals = audited(f"v3-{size}").totals
    assert (totals.params, totals.macs, totals.buffers) == V3[size]


@pytest.mark.parametrize(("size", "excited"), [("large", 8), ("small", 9)])
def test_v3_excites_some_of_its_blocks(size: str, excited: int) -> None:
    kinds = [node.op for node in audited(f"v3-{size}").graph.nodes]
    assert kinds.count("multiply") == excited
