"""RegNets, against the totals of torchvision's own models."""

import pytest

import cnnaudit

#: Parameters, running statistics and MACs at 224: torchvision 0.28.0.
PUBLISHED = {
    "x-400mf": (5_495_976, 37_856, 413_812_608),
    "y-400mf": (4_344_144, 27_152, 401_842_848),
    "x-1.6gf": (9_190_136, 43_504, 1_602_849_792),
    "y-1.6gf": (11_202_430, 52_672, 1_612_076_160),
}


@pytest.mark.parametrize("variant", PUBLISHED)
def test_published_numbers(variant: str) -> None:
    result = cnnaudit.audit(cnnaudit.load(f"zoo:regnet@{variant}"))
    totals, claims = result.totals, result.graph.expect
    assert (totals.params, totals.buffers, totals.macs) == PUBLISHED[variant]
    assert (claims["params"], claims["macs"]) == (totals.params, totals.macs)
