"""Every variant of every shipped network keeps the claims of its file."""

import pytest

import cnnaudit
from cnnaudit.sources import zoo

NAMES = [
    f"zoo:{name}@{variant}"
    for name in zoo.files()
    for variant in cnnaudit.load(f"zoo:{name}").variants
]


def test_there_are_variants() -> None:
    assert {"zoo:resnet-50@v1.5", "zoo:efficientnet@b7", "zoo:convnext@base"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_variant_keeps_its_claims(name: str) -> None:
    audit = cnnaudit.audit(cnnaudit.load(name))
    claims = {key: value for key, value in audit.graph.expect.items() if key != "output"}
    assert claims
    assert {key: getattr(audit.totals, key) for key in claims} == claims


@pytest.mark.parametrize(
    "name", ["efficientnet-v2-s", "resnext-50", "wide-resnet-50", "resnet-50-keras"]
)
def test_variants_of_a_base_that_mean_nothing_are_dropped(name: str) -> None:
    assert cnnaudit.load(f"zoo:{name}").variants == ()
