"""Resolves the names in `from` and `share` of a layer to outputs of its list."""

from collections.abc import Collection, Mapping

from cnnaudit.errors import Diagnostics, did_you_mean
from cnnaudit.graph.context import APART, SEVERAL, UNKNOWN, BuildContext
from cnnaudit.parsing.layer_list import LayerSpec
from cnnaudit.parsing.layer_settings import Reference


def read_by(
    item: LayerSpec,
    line: int,
    outputs: Mapping[str, int],
    place: BuildContext,
    diagnostics: Diagnostics,
) -> tuple[int, ...]:
    """The outputs that an item reads: those of the layers it names, or ``line``, the one before it.

    ``outputs`` are those of its list. UNKNOWN stands for one that is not there (reported).
    """
    if item.sources is None:
        if line == APART:
            message = "the branches before this layer stay apart: say which one it reads"
            diagnostics.error("ambiguous-input", message, item.span, "add `from: NAME`")
        if line == SEVERAL:
            message = f"this network has several inputs: {', '.join(place.inputs)}"
            diagnostics.error("ambiguous-input", message, item.span, "add `from: NAME`")
        return (line if line >= 0 else UNKNOWN,)
    found = []
    for name, span in item.sources:
        if name in outputs:
            found.append(outputs[name])
            if outputs[name] == APART:
                message = f"the branches of '{name}' stay apart: say which of them"
                ends = [other for other in outputs if other.startswith(f"{name}.")]
                help = f"for example `{ends[0]}`" if ends else "give its list one end"
                diagnostics.error("ambiguous-input", message, span, help)
        elif name == "in" and place.entry != SEVERAL:
            found.append(place.entry)
        elif name in place.inputs:
            found.append(place.inputs[name])
        else:
            known = ("in", *place.inputs, *outputs)
            message = f"there is no layer '{name}' in this list"
            diagnostics.error("unknown-layer", message, span, did_you_mean(name, known))
            found.append(UNKNOWN)
    return tuple(output if output >= 0 else UNKNOWN for output in found)


def with_known_share(
    item: LayerSpec, share: Reference, outputs: Collection[str], diagnostics: Diagnostics
) -> LayerSpec:
    """The item; without its ``share`` where its list has no such layer (reported)."""
    name, span = share
    if name in outputs:
        return item
    message = f"there is no layer '{name}' in this list whose weights could be shared"
    diagnostics.error("shared-weights", message, span, did_you_mean(name, tuple(outputs)))
    return item._replace(share=None)
