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
from cnnaudit.rules.windows import sliding_kinds, windows_of

CODE = "CA211"
NAME = "dropped-input"
LEVEL = "warning"
OPTIONS = (
    Option("share", 0, "percent of the rows or columns of a layer's input that may be lost"),
)

#: What the axes of a feature map are called, by how many there are.
_NAMES = {1: ("steps",), 2: ("rows", "columns"), 3: ("slices", "rows", "columns")}


#: Factors of their own, behind which the border of a `pad` layer counts as values: left out on
#: purpose, so that findings stay the same.
_NO_PADDING = frozenset({"scale", "rescale", "standardize"})


def check(subject: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """Layers with unread rows or columns, both axes in one finding."""
    unread = subject.nodes_where(_leaves_over, *sliding_kinds())
    pads = _pads(subject) if unread else {}
    for index in unread:
        node = subject.nodes[index]
        windows = windows_of(node)
        padded = pads.get(node.inputs[0], (0,) * len(windows))
        lost = tuple(
            max(0, axis.unread - after) if axis.stride <= axis.effective_kernel else 0
            for axis, after in zip(windows, padded, strict=True)
        )
        shares = zip(windows, lost, strict=True)
        if any(100 * count > options["share"] * axis.size for axis, count in shares):
            yield _finding(subject, node, windows, lost)


def _leaves_over(node: Node) -> bool:
    steps = max(node.attributes.get("stride", (1,))) > 1
    return steps and any(axis.unread for axis in windows_of(node))


def _pads(subject: AuditedNetwork) -> dict[int, tuple[int, ...]]:
    """The cells at the end of a node's axes that a `pad` layer has put there."""
    nodes = subject.nodes
    found = {
        index: tuple(after for _, after in nodes[index].attributes["amounts"])
        for index in subject.nodes_of("pad")
    }
    for index in subject.nodes_of(*_padding_stays()) if found else ():
        if nodes[index].inputs[0] in found:
            found[index] = found[nodes[index].inputs[0]]
    return found


def _padding_stays() -> frozenset[str]:
    """Operations after which the border cells of a `pad` layer are still nothing but padding."""
    by_element = ops_with("elementwise", "per-channel affine", "identity at inference")
    return by_element - _NO_PADDING


def _finding(
    subject: AuditedNetwork, node: Node, windows: tuple[Axis, ...], lost: tuple[int, ...]
) -> Finding:
    names = _NAMES.get(len(windows)) or tuple(f"cells of axis {i}" for i in range(len(windows)))
    parts = [
        _unread(axis.size, count, name)
        for axis, count, name in zip(windows, lost, names, strict=True)
        if count
    ]
    smaller = shape_text(
        [a.size - (a.unread if n else 0) for a, n in zip(windows, lost, strict=True)]
    )
    larger = shape_text(
        [a.size + (a.missing if n else 0) for a, n in zip(windows, lost, strict=True)]
    )
    amounts = [
        (axis.before, axis.after + (axis.missing if count else 0))
        for axis, count in zip(windows, lost, strict=True)
    ]
    at_input = subject.nodes[node.inputs[0]].op == "input"
    whose = "the input" if at_input else "its input"
    fits = f"{smaller} or {larger} fits" if at_input else f"it would take {smaller} or {larger}"
    return Finding(
        node.layer,
        f"the stride leaves over {' and '.join(parts)} of {whose}"
        f" {shape_text([axis.size for axis in windows])}: this layer never reads them",
        f"to lose nothing: {fits}, or {_wider(subject, node, amounts)}",
    )


def _wider(subject: AuditedNetwork, node: Node, amounts: Amounts) -> str:
    """What fills the last window, of what the named framework has."""
    framework = subject.graph.framework if subject.graph.framework_named else None
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
