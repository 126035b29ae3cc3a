"""The Inception networks against the frameworks' own models and the papers' tables."""

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import cnnaudit
from cnnaudit.calculator import Audit, Row
from tests.zoo.golden import compare_with_keras, compare_with_torchvision, golden

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = ROOT / "configs" / "inception"
SEEDS = json.loads((ROOT / "tests" / "reference" / "seeds.json").read_text(encoding="utf-8"))

#: Parameters, running statistics that are buffers, and MACs. Obtained with PyTorch 2.13.0 from
#: pretrained-models.pytorch 8aae3d8 (bninception, inceptionv4, inceptionresnetv2, of 1000 classes)
#: and from facenet-pytorch's Inception-ResNet-v1 up to its fifth block C, with a dense layer of
#: 1000 behind it. Output shape, weights and MACs of every convolution agree too.
PYTORCH = {
    "inception-v2": (11_295_240, 20_032, 2_032_600_064),
    "inception-v3": (23_834_568, 34_432, 5_713_216_096),
    "inception-v4": (42_679_816, 63_168, 12_253_974_624),
    "inception-resnet-v1": (22_756_328, 27_040, 6_206_361_696),
    "inception-resnet-v2": (55_843_464, 60_544, 13_155_794_016),
}
#: Table 1 of the GoogLeNet paper by its rows: weights without biases, and MACs in millions.
GOOGLENET = {
    "conv1": (9_408, 118.0),
    "conv2": (114_688, 359.7),
    "3a": (163_328, 128.0),
    "3b": (388_096, 304.3),
    "4a": (375_552, 73.6),
    "4b": (448_512, 87.9),
    "4c": (509_440, 99.9),
    "4d": (604_672, 118.5),
    "4e": (867_328, 170.0),
    "5a": (1_042_432, 51.1),
    "5b": (1_442_816, 70.7),
    "linear": (1_024_000, 1.0),
}


@cache
def audited(name: str) -> Audit:
    return cnnaudit.audit(cnnaudit.load(str(CONFIGS / f"{name}.yaml")))


def inference(result: Audit) -> list[Row]:
    return [row for row in result.rows if not row.node.auxiliary]


# Against the frameworks' models -------------------------------------------------------------------


@pytest.mark.parametrize("name", PYTORCH)
def test_totals(name: str) -> None:
    totals = audited(name).totals
    assert (totals.params, totals.buffers, totals.macs) == PYTORCH[name]


def unrecorded(result: Audit, recording: dict[str, Any]) -> list[str]:
    """The pools that torchvision calls as functions: in heads, and in Inception-v3's modules."""
    rows = result.rows if recording["mode"] == "train" else inference(result)
    pools = [row.node for row in rows if row.node.op.endswith("_pool")]
    return [pool.name for pool in pools if pool.auxiliary or pool.name.startswith("mixed_")]


@pytest.mark.parametrize("mode", ["_noaux", "_aux_train", ""])
@pytest.mark.parametrize(
    ("name", "model"), [("googlenet-torchvision", "googlenet"), ("inception-v3", "inception_v3")]
)
def test_every_layer_of_torchvision(name: str, model: str, mode: str) -> None:
    recording, result = golden("torchvision", model + mode), audited(name)
    unused = sum(module["params"] for module in recording["unused_modules"])
    assert unused in (0, result.auxiliary.params)
    ran = {**recording, "params_in_records": recording["params_in_records"] - unused}
    compare_with_torchvision(result, ran, unrecorded=unrecorded(result, recording))


def test_every_layer_of_inception_v3_in_keras() -> None:
    recording = golden("keras", "InceptionV3")
    compare_with_keras(audited("inception-v3-keras"), recording, ordered=False)


def test_inception_resnet_v2_in_keras() -> None:
    """keras.applications.InceptionResNetV2 of Keras 3.15.1."""
    result = audited("inception-resnet-v2-keras")
    totals = result.totals
    assert (totals.params, totals.trainable_params) == (55_873_736, 55_813_192)
    kinds = Counter(row.node.op for row in result.rows)
    assert (kinds["conv"], kinds["batch_norm"], kinds["scale"]) == (244, 204, 40)


def test_auxiliary_heads_count_in_training_only() -> None:
    for name, training in (("googlenet", 13_378_280), ("inception-v3", 27_161_264)):
        result = audited(name)
        assert result.totals.params + result.auxiliary.params == training
    assert audited("inception-v3-keras").auxiliary.params == 0


# Against the papers -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", GOOGLENET)
def test_a_row_of_the_table_of_googlenet(name: str) -> None:
    rows = [
        row
        for row in inference(audited("googlenet"))
        if row.node.op in ("conv", "dense")
        and row.node.layer.partition(".")[0].removesuffix("_reduce") == name
    ]
    weights = sum(row.params - row.node.output_shape[-1] for row in rows)
    assert (weights, round(sum(row.macs for row in rows) / 1e6, 1)) == GOOGLENET[name]


def test_googlenet() -> None:
    totals = audited("googlenet").totals
    assert (totals.params, totals.macs) == (6_998_552, 1_582_671_872)
    biases = sum(r.node.output_shape[-1] for r in inference(audited("googlenet")) if r.params)
    assert sum(weights for weights, _ in GOOGLENET.values()) + biases == totals.params


def test_the_grids_of_inception_v3() -> None:
    """Table 1 of the paper: 35x35x288, 17x17x768, 8x8x1280 and 8x8x2048."""
    shapes = {row.node.name: row.node.output_shape for row in audited("inception-v3").rows}
    modules = [shapes[f"mixed_{name}.concat1"] for name in ("5d", "6a", "6e", "7a", "7c")]
    wanted = [(35, 35, 288), (17, 17, 768), (17, 17, 768), (8, 8, 1280), (8, 8, 2048)]
    assert modules == wanted


@pytest.mark.parametrize(
    ("name", "modules"),
    [("inception-resnet-v1", (5, 10, 5)), ("inception-resnet-v2", (10, 20, 9))],
)
def test_residuals_are_scaled(name: str, modules: tuple[int, int, int]) -> None:
    scales = [row.node.attributes for row in audited(name).rows if row.node.op == "scale"]
    assert not any(scale["learned"] for scale in scales)
    factors = Counter(float(scale["init"]) for scale in scales)
    assert tuple(factors.pop(factor) for factor in (0.17, 0.1, 0.2)) == modules
    # The released Inception-ResNet-v2 adds its last module as it is, without an activation.
    assert factors == ({1.0: 1} if name.endswith("v2") else {})


# Against a student's table ------------------------------------------------------------------------


def test_every_layer_of_inception_flowers17() -> None:
    reference, result = SEEDS["keras"]["inception-flowers17"], audited("inception-flowers17")
    assert result.totals.params == reference["total_params"]
    assert result.totals.trainable_params == reference["trainable_params"]
    (entry,) = result.graph.inputs
    assert list(entry.output_shape) == reference["input"]
    wanted = Counter((op, tuple(shape), *counts) for op, shape, *counts in reference["rows"])
    found = Counter(
        (row.node.op, row.node.output_shape, row.params, row.trainable_params)
        for row in result.rows
        if row.node.op not in ("input", "activation")
    )
    assert found == wanted
