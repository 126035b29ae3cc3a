"""ConvNeXt, against the totals of Keras' and torchvision's own models."""

import pytest

import cnnaudit
from cnnaudit.calculator import Audit

#: Parameters and MACs at 224: keras.applications.ConvNeXtTiny to -XLarge, Keras 3.15.1, and
#: torchvision 0.28.0, which has no xlarge.
PUBLISHED = {
    "tiny": (28_589_128, 4_455_531_264),
    "small": (50_223_688, 8_683_712_256),
    "base": (88_591_464, 15_354_729_472),
    "large": (197_767_336, 34_361_433_600),
    "xlarge": (350_196_968, 60_921_030_656),
}


def audited(variant: str) -> Audit:
    return cnnaudit.audit(cnnaudit.load(f"zoo:convnext@{variant}"))


@pytest.mark.parametrize("variant", PUBLISHED)
def test_published_numbers(variant: str) -> None:
    result = audited(variant)
    assert (result.totals.params, result.totals.macs) == PUBLISHED[variant]
    claims = result.graph.expect
    assert (claims["params"], claims["macs"]) == PUBLISHED[variant]


def test_the_layers_of_tiny() -> None:
    """18 blocks; normalised: stem, each block, three times before the resolution halves, head."""
    result = audited("tiny")
    kinds = [node.op for node in result.graph.nodes]
    assert kinds.count("depthwise_conv") == kinds.count("scale") == kinds.count("add") == 18
    assert kinds.count("layer_norm") == 1 + 18 + 3 + 1
    scales = [row for row in result.rows if row.node.op == "scale"]
    assert sum(row.params for row in scales) == 3 * 96 + 3 * 192 + 9 * 384 + 3 * 768
