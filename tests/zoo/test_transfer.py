"""Transfer: a stock network up to a layer, frozen, and a new head behind it."""

import json
from typing import Any

import pytest

import cnnaudit
from tests.support import ROOT

SEEDS: dict[str, Any] = json.loads((ROOT / "tests/reference/seeds.json").read_text())["keras"]
NAMES = [name for name in SEEDS if name.endswith("-catdog-transfer")]


@pytest.mark.parametrize("name", NAMES)
def test_cats_and_dogs(name: str) -> None:
    audit = cnnaudit.audit(cnnaudit.load(f"zoo:{name}"))
    expected = SEEDS[name]
    assert audit.totals.params == expected["total_params"]
    assert audit.totals.trainable_params == expected["trainable_params"]
    # The document lists the base as one row, then the layers of the head.
    base, *head = expected["rows"]
    below = [row for row in audit.rows if row.node.name.startswith("backbone.")]
    assert list(below[-1].node.output_shape) == base[1]
    assert sum(row.params for row in below) == base[2]
    assert sum(row.trainable_params for row in below) == base[3]
    above = [
        (row.node.op, list(row.node.output_shape), row.params, row.trainable_params)
        for row in audit.rows
        if row.node.op in ("flatten", "dense", "dropout") and row not in below
    ]
    assert above == [tuple(row) for row in head]
