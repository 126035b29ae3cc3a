"""ShuffleNet v2, against the totals of torchvision's own models."""

import pytest

import cnnaudit
from cnnaudit.calculator import Audit

#: Parameters, running statistics and MACs at 224: torchvision 0.28.0.
PUBLISHED = {
    "0.5": (1_366_792, 7_952, 40_476_448),
    "1.0": (2_278_604, 16_180, 144_907_992),
    "1.5": (3_503_624, 23_440, 295_759_392),
    "2.0": (7_393_996, 33_716, 583_253_464),
}


def audited(variant: str) -> Audit:
    return cnnaudit.audit(cnnaudit.load(f"zoo:shufflenet-v2@{variant}"))


@pytest.mark.parametrize("variant", PUBLISHED)
def test_published_numbers(variant: str) -> None:
    result = audited(variant)
    totals, claims = result.totals, result.graph.expect
    assert (totals.params, totals.buffers, totals.macs) == PUBLISHED[variant]
    assert (claims["params"], claims["macs"]) == (totals.params, totals.macs)


def test_the_stages() -> None:
    """Table 5 of the paper: 4, 8 and 4 units of 116, 232 and 464 channels."""
    nodes = audited("1.0").graph.nodes
    shuffled = [node.output_shape for node in nodes if node.op == "channel_shuffle"]
    assert shuffled == [(28, 28, 116)] * 4 + [(14, 14, 232)] * 8 + [(7, 7, 464)] * 4
    assert sum(node.op == "slice" for node in nodes) == 2 * (3 + 7 + 3)
