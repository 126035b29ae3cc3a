"""ResNet and its descendants against published numbers and the frameworks' own models."""

import json
import re
from math import prod
from pathlib import Path

import pytest

import cnnaudit
from cnnaudit.calculator import Audit

from .golden import compare_with_keras, compare_with_torchvision, golden

ROOT = Path(__file__).resolve().parents[2]
FLOWERS = json.loads((ROOT / "tests" / "reference" / "seeds.json").read_text(encoding="utf-8"))[
    "keras"
]["resnet-flowers17"]

#: Parameters, MACs and running statistics.
PUBLISHED = {
    "resnet-18": (11_689_512, 1_814_073_344, 9_600),
    "resnet-34": (21_797_672, 3_663_761_408, 17_024),
    "resnet-50": (25_557_032, 3_857_973_248, 53_120),
    "resnet-50@v1.5": (25_557_032, 4_089_184_256, 53_120),
    "resnet-101": (44_549_160, 7_570_194_432, 105_344),
    "resnet-101@v1.5": (44_549_160, 7_801_405_440, 105_344),
    "resnet-152": (60_192_808, 11_282_415_616, 151_424),
    "resnet-152@v1.5": (60_192_808, 11_513_626_624, 151_424),
    "resnext-50": (25_028_904, 4_230_479_872, 68_224),
    # Of a network written in PyTorch 2.13, counted by its FlopCounterMode.
    "wide-resnet-50": (68_883_240, 11_398_021_120, 68_224),
}
TORCHVISION = {
    "resnet-18": "resnet18",
    "resnet-34": "resnet34",
    "resnet-50@v1.5": "resnet50",
    "resnet-101@v1.5": "resnet101",
    "resnet-152@v1.5": "resnet152",
    "resnext-50": "resnext50_32x4d",
}


def audited(name: str) -> Audit:
    file, at, variant = name.partition("@")
    return cnnaudit.audit(cnnaudit.load(f"{ROOT}/configs/resnet/{file}.yaml{at}{variant}"))


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_numbers(name: str) -> None:
    result = audited(name)
    totals = result.totals
    assert (totals.params, totals.macs, totals.buffers) == PUBLISHED[name]
    # A claim may depend on the variant.
    assert result.graph.expect["params"] == totals.params
    assert result.graph.expect["macs"] == totals.macs


@pytest.mark.parametrize("name", TORCHVISION)
def test_every_layer_is_torchvisions(name: str) -> None:
    compare_with_torchvision(audited(name), golden("torchvision", TORCHVISION[name]))


def test_resnet_50_is_keras() -> None:
    compare_with_keras(audited("resnet-50-keras"), golden("keras", "ResNet50"), ordered=False)


def test_the_layers_of_keras_by_their_names() -> None:
    """``conv2_x.1.residual.conv3`` is ``conv2_block1_3_conv`` there, the projection number 0."""
    wanted = {layer["name"]: layer for layer in golden("keras", "ResNet50")["layers"]}
    pattern = re.compile(r"(conv\d)_x\.(\d+)\.\w+\.(?:conv|projection)(\d?)(\.batch_norm)?")
    met = 0
    for row in audited("resnet-50-keras").rows:
        name = row.node.name
        if match := pattern.fullmatch(name):
            stage, block, number, norm = match.groups()
            name = f"{stage}_block{block}_{number or 0}_{'bn' if norm else 'conv'}"
        elif name not in ("conv1_pad", "pool1_pad"):
            continue
        layer = wanted[name]
        met += 1
        found = (list(row.node.output_shape), row.params, row.trainable_params, row.macs)
        assert found == (
            layer["output_shape"],
            layer["params"],
            layer["trainable_params"],
            layer["macs_conv_dense"],
        ), name
    assert met == 2 + 2 * 52


@pytest.mark.parametrize(("name", "params"), [("resnet-18", 11_515_688), ("resnet-34", 21_623_848)])
def test_without_projections(name: str, params: int) -> None:
    """Option A, shortcuts padded with zeros, is published too."""
    rows = audited(name).rows
    assert sum(row.params for row in rows if ".shortcut." not in row.node.name) == params


@pytest.mark.parametrize("depth", [18, 34, 50, 101, 152])
def test_the_depth_counts_convolutions_and_the_dense_layer(depth: int) -> None:
    weighted = [
        row
        for row in audited(f"resnet-{depth}").rows
        if row.node.op in ("conv", "dense") and "projection" not in row.node.name
    ]
    assert len(weighted) == depth


def test_the_resnet_for_flowers() -> None:
    """Against what Keras builds from the tutorial's code, kind by kind in sequence."""
    result = audited("resnet-flowers17")
    rows = [row for row in result.rows if row.node.op != "input"][:-1]  # the dense's softmax
    for op in {op for op, *_ in FLOWERS["rows"]}:
        found = [
            [list(row.node.output_shape), row.params, row.trainable_params]
            for row in rows
            if row.node.op == op
        ]
        assert found == [row[1:] for row in FLOWERS["rows"] if row[0] == op], op
    assert len(rows) == len(FLOWERS["rows"])
    assert result.totals.params == FLOWERS["total_params"]
    assert result.totals.trainable_params == FLOWERS["trainable_params"]
    assert result.totals.macs == sum(
        prod(shape[:-1]) * (params - shape[-1])
        for op, shape, params, _ in FLOWERS["rows"]
        if op in ("conv", "dense")
    )
