"""DenseNet against torchvision's models and Keras's."""

from pathlib import Path

import pytest

import cnnaudit
from cnnaudit.calculator import Audit

from .golden import compare_with_keras, compare_with_torchvision, golden

DENSENET = Path(__file__).resolve().parents[2] / "configs" / "densenet"


def audited(depth: int) -> Audit:
    return cnnaudit.audit(cnnaudit.load(str(DENSENET / f"densenet-{depth}.yaml")))


@pytest.mark.parametrize("depth", [121, 161, 169, 201])
def test_every_layer_is_torchvisions(depth: int) -> None:
    recording = golden("torchvision", f"densenet{depth}")
    compare_with_torchvision(audited(depth), recording, unrecorded=["global_pool"])


def test_every_layer_is_keras() -> None:
    compare_with_keras(audited(121), golden("keras", "DenseNet121"))


@pytest.mark.parametrize("depth", [121, 161, 169, 201])
def test_the_depth_counts_convolutions_and_the_dense_layer(depth: int) -> None:
    assert sum(row.node.op in ("conv", "dense") for row in audited(depth).rows) == depth
