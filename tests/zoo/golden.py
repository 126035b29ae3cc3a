"""Audits against recordings of the frameworks' own models, layer by layer and in total."""

import json
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any, NamedTuple

from cnnaudit.calculator import Audit, Row

ORACLE = Path(__file__).resolve().parents[1] / "oracle"

_TORCH = {
    "Conv2d": "conv",
    "Linear": "dense",
    "BatchNorm2d": "batch_norm",
    "MaxPool2d": "max_pool",
    "AvgPool2d": "avg_pool",
    "AdaptiveAvgPool2d": "avg_pool",
}
_KERAS = {
    "Conv2D": "conv",
    "DepthwiseConv2D": "conv",
    "Dense": "dense",
    "BatchNormalization": "batch_norm",
    "MaxPooling2D": "max_pool",
    "AveragePooling2D": "avg_pool",
    "GlobalAveragePooling2D": "avg_pool",
}
_SAME = {"depthwise_conv": "conv", "adaptive_pool": "avg_pool"}


class Line(NamedTuple):
    """What both sides say of a layer; a shape has no axes of size 1 (1x1xC is C)."""

    op: str
    shape: tuple[int, ...]
    params: int
    statistics: int
    macs: int


def golden(framework: str, name: str) -> dict[str, Any]:
    """The recording of a model: ``golden("torchvision", "resnet50")``."""
    path = ORACLE / framework / f"{name}.golden.json"
    recording: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return recording


def compare_with_torchvision(
    audit: Audit,
    golden_dict: dict[str, Any],
    *,
    ordered: bool = True,
    unrecorded: Collection[str] = (),
) -> None:
    """Fails where a layer or a total differs from what torchvision's model was recorded with.

    ``ordered`` compares the layers of one kind in sequence, else as a multiset. ``unrecorded`` are
    layers that the model calls as functions, of which no module tells (``F.adaptive_avg_pool2d``).
    Auxiliary heads take part where the recording is one of training.
    """
    training = golden_dict["mode"] == "train"
    recorded = [_of_torch(record) for record in golden_dict["records"] if record["class"] in _TORCH]
    rows = [row for row in audit.rows if training or not row.node.auxiliary]
    audited = [_of_row(row) for row in rows if _op(row) in _TORCH.values()]
    named = [row.node.name for row in rows if _op(row) in _TORCH.values()]
    kept = [line for line, name in zip(audited, named, strict=True) if name not in unrecorded]
    assert len(kept) + len(unrecorded) == len(audited), f"not all of {unrecorded} are layers"
    _compare(kept, recorded, ordered)
    assert sum(row.params for row in rows) == golden_dict["params_in_records"]
    assert sum(row.macs for row in rows) == golden_dict["macs_conv_linear"]
    if not golden_dict["unused_modules"]:
        assert sum(row.params for row in rows) == golden_dict["total_params"]
        # PyTorch also counts the batches that each batch norm has seen.
        counters = sum(line.op == "batch_norm" for line in recorded)
        assert sum(row.buffers for row in rows) + counters == golden_dict["buffers"]


def compare_with_keras(audit: Audit, golden_dict: dict[str, Any], *, ordered: bool = True) -> None:
    """Fails where a layer or a total differs from what Keras says of its own model."""
    layers = [layer for layer in golden_dict["layers"] if layer["class"] in _KERAS]
    audited = [_of_row(row) for row in audit.rows if _op(row) in _KERAS.values()]
    _compare(audited, [_of_keras(layer) for layer in layers], ordered)
    statistics = sum(_statistics(row) for row in audit.rows)
    assert _learned(audit.rows) == golden_dict["total_params"] - statistics
    assert audit.totals.macs == golden_dict["macs_conv_dense"]
    if audit.graph.framework == "keras":
        totals = audit.totals
        assert totals.params == golden_dict["total_params"]
        assert totals.trainable_params == golden_dict["trainable_params"]
        assert totals.non_trainable_params == golden_dict["non_trainable_params"]


def _compare(audited: list[Line], recorded: list[Line], ordered: bool) -> None:
    for op in sorted({line.op for line in (*audited, *recorded)}):
        ours = [line for line in audited if line.op == op]
        theirs = [line for line in recorded if line.op == op]
        if ordered:
            assert ours == theirs, op
        else:
            assert Counter(ours) == Counter(theirs), op


def _op(row: Row) -> str:
    return _SAME.get(row.node.op, row.node.op)


def _statistics(row: Row) -> int:
    """Running statistics: buffers, or parameters in a framework that counts them as such."""
    if row.node.op != "batch_norm" or row.node.shared is not None:
        return 0
    return 2 * row.node.output_shape[-1]


def _learned(rows: tuple[Row, ...]) -> int:
    return sum(row.params + row.buffers - _statistics(row) for row in rows)


def _of_row(row: Row) -> Line:
    statistics = _statistics(row)
    learned = row.params + row.buffers - statistics
    return Line(_op(row), _squeezed(row.node.output_shape), learned, statistics, row.macs)


def _of_torch(record: dict[str, Any]) -> Line:
    op = _TORCH[record["class"]]
    channels, *sizes = record["output_shape"]
    shape = (*sizes, channels)
    statistics = record["buffers"] - 1 if op == "batch_norm" else 0
    return Line(op, _squeezed(shape), record["params"], statistics, record.get("macs", 0))


def _of_keras(layer: dict[str, Any]) -> Line:
    op = _KERAS[layer["class"]]
    statistics = layer["non_trainable_params"] if op == "batch_norm" else 0
    learned = layer["params"] - statistics
    shape = _squeezed(tuple(layer["output_shape"]))
    return Line(op, shape, learned, statistics, layer["macs_conv_dense"])


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)
