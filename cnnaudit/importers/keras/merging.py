"""Layers of Keras that read several tensors."""

from functools import partial
from typing import Any

from cnnaudit.importers.keras.call import (
    Call,
    Rule,
    Rules,
    Step,
    Steps,
    UnsupportedError,
    given,
)
from cnnaudit.layers.kind import Shapes

#: The ``mode`` of version 1's Merge.
_MODES = {"sum": "add", "mul": "multiply", "ave": "average", "max": "maximum"}


def arithmetic(kind: str, shapes: Shapes) -> dict[str, Any]:
    """The attributes of an elementwise merge: Keras repeats axes, which we only do when asked."""
    ranks = {len(shape) for shape in shapes}
    plain = len(set(shapes)) == 1 or (kind != "add" and len(ranks) == 1)
    return {"broadcast": not plain}


def _merge(kind: str, call: Call) -> Steps:
    return (Step(kind, arithmetic(kind, call.shapes)),)


def _concat(call: Call) -> Steps:
    axis = call.config.get("axis", "concat_axis", default=-1)
    return (Step("concat", {"axis": call.axis(axis)}),)


def _old_merge(call: Call) -> Steps:
    mode = call.config.get("mode")
    if mode == "concat":
        return _concat(call)
    if mode not in _MODES:
        raise UnsupportedError(f"its mode '{mode}' is not known")
    return _merge(_MODES[mode], call)


def _custom_scale(call: Call) -> Steps:
    """Inception-ResNet's sum of a shortcut and a scaled branch."""
    if len(call.shapes) != 2:
        raise UnsupportedError("it should read two tensors")
    factor = call.config.get("scale", default=1)
    return (
        Step("rescale", {"factor": factor}, "scale", (given(1),)),
        Step("add", arithmetic("add", call.shapes), "", (given(0), 0)),
    )


RULES: Rules = {
    **{
        name: Rule(partial(_merge, name.lower()))
        for name in ("Add", "Multiply", "Subtract", "Average", "Maximum", "Minimum")
    },
    "Concatenate": Rule(_concat),
    "Merge": Rule(_old_merge),
    "CustomScaleLayer": Rule(_custom_scale),
}
