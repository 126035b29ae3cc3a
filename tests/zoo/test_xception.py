"""Xception against Keras's own model."""

from collections import Counter
from pathlib import Path

import cnnaudit

PATH = Path(__file__).resolve().parents[2] / "configs" / "xception" / "xception.yaml"
RESULT = cnnaudit.audit(cnnaudit.load(str(PATH)))


def test_totals() -> None:
    """keras.applications.Xception of Keras 3.15.1, whose layers agree one by one."""
    totals = RESULT.totals
    assert (totals.params, totals.trainable_params) == (22_910_480, 22_855_952)
    assert totals.non_trainable_params == 54_528
    assert totals.macs == 8_357_403_496


def test_layers() -> None:
    """36 convolutions, all but two of them separable, and four shortcuts with a 1x1."""
    kinds = Counter(row.node.op for row in RESULT.rows)
    assert (kinds["conv"], kinds["separable_conv"]) == (2 + 4, 34)
    assert (kinds["batch_norm"], kinds["add"], kinds["max_pool"]) == (40, 12, 4)


def test_the_grids_of_the_three_flows() -> None:
    """Figure 5: 19x19x728 enters and leaves the middle flow, the exit flow ends in 2048."""
    shapes = {row.node.name: row.node.output_shape for row in RESULT.rows}
    assert shapes["block4.add1"] == shapes["middle.8.add1"] == (19, 19, 728)
    assert shapes["block13.add1"] == (10, 10, 1024)
    assert shapes["sepconv2"] == (10, 10, 2048)
