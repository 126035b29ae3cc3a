"""SqueezeNet against torchvision's models, and at the input of 227 of its release."""

from pathlib import Path

import pytest

import cnnaudit
from cnnaudit.calculator import Audit
from cnnaudit.loading import NO_OVERRIDES, Overrides

from .golden import compare_with_torchvision, golden

SQUEEZENET = Path(__file__).resolve().parents[2] / "configs" / "squeezenet"


def audited(version: str, overrides: Overrides = NO_OVERRIDES) -> Audit:
    path = str(SQUEEZENET / f"squeezenet-{version}.yaml")
    return cnnaudit.audit(cnnaudit.load(path, overrides))


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_every_layer_is_torchvisions(version: str) -> None:
    name = f"squeezenet{version.replace('.', '_')}"
    compare_with_torchvision(audited(version), golden("torchvision", name))


def test_published_numbers_at_227() -> None:
    """861.3 and 387.7 million MACs in Caffe, whose released 1.0 pads conv10."""
    for audit, params, millions in (
        (audited("1.0-caffe"), 1_248_424, "861.3"),
        (audited("1.1", Overrides(inputs=["227x227x3"])), 1_235_496, "387.7"),
    ):
        assert audit.totals.params == params
        assert f"{audit.totals.macs / 1e6:.1f}" == millions


def test_the_papers_sizes_are_those_of_227() -> None:
    """Table 1: 111, 55, 27 and 13 behind conv1, maxpool1, maxpool4 and maxpool8."""
    result = audited("1.0", Overrides(inputs=["227x227x3"]))
    heights = {row.node.name: row.node.output_shape[0] for row in result.rows}
    assert [heights[name] for name in ("conv1", "pool1", "pool4", "pool8")] == [111, 55, 27, 13]
