"""Rows and columns that no window reads, since the stride does not divide what is there.

Why it matters: the number of windows is `(n + 2p - f)/s + 1` rounded down (Dumoulin & Visin 2016,
arXiv:1603.07285, relationship 6), and what is left over at the bottom and at the right is never
looked at. In `int()` of a formula nobody sees it. Only cells of the input count, not those of
padding, and only those behind the last window: gaps between windows smaller than their stride (a
1x1 shortcut with stride 2) are by design.

Example::

    input: 270x480x3
    layers:
      - {conv: 96, kernel: 11, stride: 4}    # (270 - 11)/4 and (480 - 11)/4 are not whole

Instead: an input of a size that fits, padding that fills the last window, or `rounding: ceil` on a
pool where the framework has it. The message says which sizes and amounts fit.
"""

from collections.abc import Iterator

from cnnaudit.formatting import percent, shape_text
from cnnaudit.graph.graph import Node
from cnnaudit.ops.registry import ops_with
from cnnaudit.ops.window_axis import Axis
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.refusals.refusal import Amounts, padding_advice, sides_literal
from cnnaudit.rules.rule import Finding, Option, Options
from cnnaudit.rules.windows import sliding_ops, windows_of

CODE = "CA211"
NAME = "dropped-input"
LEVEL = "warning"
OPTIONS = (
    Option("share", 0, "percent of the rows or columns of a layer's input that may be lost"),
)

#: The names of the axes of a feature map, by their number.
_AXIS_NAMES = {1: ("steps",), 2: ("rows", "columns"), 3: ("slices", "rows", "columns")}

#: Ops after which the border of a `pad` layer counts as values, although they have the traits.
_FACTORS = frozenset({"scale", "rescale", "standardize"})


def check(network: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """Layers with unread rows or columns, both axes in one finding."""
    unread = network.nodes_where(_has_unread_cells, *sliding_ops())
    end_paddings = _end_paddings(network) if unread else {}
    for index in unread:
        node = network.nodes[index]
        windows = windows_of(node)
        end_padding = end_paddings.get(node.inputs[0], (0,) * len(windows))
        lost = tuple(
            max(0, axis.unread - after) if axis.stride <= axis.effective_kernel else 0
            for axis, after in zip(windows, end_padding, strict=True)
        )
        shares = zip(windows, lost, strict=True)
        if any(100 * count > options["share"] * axis.size for axis, count in shares):
            yield _finding(network, node, windows, lost)


def _has_unread_cells(node: Node) -> bool:
    steps = max(node.attributes.get("stride", (1,))) > 1
    return steps and any(axis.unread for axis in windows_of(node))


def _end_paddings(network: AuditedNetwork) -> dict[int, tuple[int, ...]]:
    """The cells that `pad` layers add at the end of each axis, by node."""
    nodes = network.nodes
    end_padding = {
        index: tuple(after for _, after in nodes[index].attributes["amounts"])
        for index in network.nodes_of("pad")
    }
    for index in network.nodes_of(*_padding_keepers()) if end_padding else ():
        if nodes[index].inputs[0] in end_padding:
            end_padding[index] = end_padding[nodes[index].inputs[0]]
    return end_padding


def _padding_keepers() -> frozenset[str]:
    """Ops after which the border cells of a `pad` layer are still padding."""
    by_element = ops_with("elementwise", "per-channel affine", "identity at inference")
    return by_element - _FACTORS


def _finding(
    network: AuditedNetwork, node: Node, windows: tuple[Axis, ...], lost: tuple[int, ...]
) -> Finding:
    rank = len(windows)
    names = _AXIS_NAMES.get(rank) or tuple(f"cells of axis {i}" for i in range(rank))
    parts = [
        _unread(axis.size, count, name)
        for axis, count, name in zip(windows, lost, names, strict=True)
        if count
    ]
    axes = [(axis, count > 0) for axis, count in zip(windows, lost, strict=True)]
    smaller = shape_text([axis.size - axis.unread * loses for axis, loses in axes])
    larger = shape_text([axis.size + axis.missing * loses for axis, loses in axes])
    amounts = [(axis.before, axis.after + axis.missing * loses) for axis, loses in axes]
    at_input = network.nodes[node.inputs[0]].op == "input"
    whose = "the input" if at_input else "its input"
    fits = f"{smaller} or {larger} fits" if at_input else f"it would take {smaller} or {larger}"
    return Finding(
        node.layer,
        f"the stride leaves over {' and '.join(parts)} of {whose}"
        f" {shape_text([axis.size for axis in windows])}: this layer never reads them",
        f"to lose nothing: {fits}, or {_wider(network, node, amounts)}",
    )


def _wider(network: AuditedNetwork, node: Node, amounts: Amounts) -> str:
    """The padding that fills the last window, as the named framework can have it."""
    framework = network.graph.framework if network.graph.framework_named else None
    text = f"here `padding: {sides_literal(amounts)}`"
    if framework is not None:
        text = f"write {padding_advice(framework, node, amounts)}"
    rounds_up = "pool" in node.op and framework not in ("keras", "darknet")
    return f"{text} or `rounding: ceil`" if rounds_up else text


def _unread(size: int, count: int, name: str) -> str:
    """``the last 3 of 270 rows (268–270, 1 %)``."""
    share = percent(count, size)
    if count == 1:
        return f"the last of {size} {name} ({size}, {share})"
    return f"the last {count} of {size} {name} ({size - count + 1}–{size}, {share})"
