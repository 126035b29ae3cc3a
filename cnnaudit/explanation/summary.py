"""Summary of a network: where its parameters, its cost and its losses of resolution are."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import prod
from typing import NamedTuple

from cnnaudit.analysis.memory.memory import PeakMemory, memory
from cnnaudit.analysis.receptive_field import ReceptiveField, receptive_fields
from cnnaudit.calculator import Audit, LayerRow, layer_row
from cnnaudit.graph.graph import Node, layers_of
from cnnaudit.ops.conv_arithmetic import spatial
from cnnaudit.ops.op import Shape
from cnnaudit.ops.window_axis import window_axes
from cnnaudit.ops.window_formula import skipped_text, unread_text

#: Layers that are named for a quantity.
_NAMED = 3


class Portion(NamedTuple):
    """A layer's part of a total; ``of`` is the whole."""

    layer: str
    amount: int
    of: int

    @property
    def share(self) -> Fraction:
        """The part as a share of the whole."""
        return Fraction(self.amount, self.of)


class ResolutionLoss(NamedTuple):
    """A layer that makes the feature map smaller, the spatial sizes before and after it.

    ``unread`` says in words what of its input no window reads; empty for nothing, and for an input
    that was padded before. Sizes behind are empty where positions end: at a flatten.
    """

    layer: str
    before: Shape
    after: Shape
    unread: str = ""


class FieldAtEnd(NamedTuple):
    """The last layer that has several positions, and what one of them sees."""

    layer: str
    field: ReceptiveField


class Advice(NamedTuple):
    """Advice about one layer, in one sentence."""

    layer: str
    text: str


class NetworkSummary(NamedTuple):
    """What there is to say of a network in half a screen."""

    audit: Audit
    heaviest: tuple[Portion, ...]
    busiest: tuple[Portion, ...]
    losses: tuple[ResolutionLoss, ...]
    sight: FieldAtEnd | None
    peak: PeakMemory
    advice: tuple[Advice, ...]


def summarise_network(audit: Audit) -> NetworkSummary:
    """The story of an audited network, without its auxiliary heads."""
    rows = [
        row
        for layer in layers_of(audit.graph.outline)
        if not (row := layer_row(audit, layer)).node.auxiliary
    ]
    heaviest = _portions(rows, "params", audit.totals.params)
    busiest = _portions(rows, "macs", audit.totals.macs)
    losses = tuple(_losses(audit))
    sight = _sight(audit)
    advice = (
        *_heavy(audit, heaviest),
        *_busy(audit, busiest),
        *_unread(losses),
        *_blind(audit, sight),
    )
    peak = memory(audit).peak
    return NetworkSummary(audit, heaviest, busiest, losses, sight, peak, tuple(advice))


def _portions(rows: Sequence[LayerRow], quantity: str, whole: int) -> tuple[Portion, ...]:
    largest = sorted(rows, key=lambda row: -getattr(row, quantity))[:_NAMED]
    portions = (Portion(row.name, getattr(row, quantity), whole) for row in largest)
    return tuple(portion for portion in portions if portion.amount)


def _losses(audit: Audit) -> Iterator[ResolutionLoss]:
    """Where the map gets smaller, each size once: parallel branches lose the same."""
    seen: set[tuple[Shape, Shape]] = set()
    for node in audit.graph.nodes:
        if node.auxiliary or not node.inputs or not node.output_shape:
            continue
        entering = audit.graph.nodes[node.inputs[0]].output_shape
        if not entering:
            continue
        before, after = spatial(entering), spatial(node.output_shape)
        if len(before) == len(after) and any(map(int.__gt__, before, after)):
            padded = audit.graph.nodes[node.inputs[0]].op == "pad"
            unread = "" if padded else _unread_by(node, entering)
        elif before and not after:
            unread = ""
        else:
            continue
        if (before, after) not in seen:
            seen.add((before, after))
            yield ResolutionLoss(node.layer, before, after, unread)


def _unread_by(node: Node, entering: Shape) -> str:
    if node.op == "conv_transpose" or node.attributes.get("kernel", "global") == "global":
        return ""
    axes = window_axes(entering, node.attributes, node.output_shape)
    return skipped_text(axes) or unread_text(axes)


def _sight(audit: Audit) -> FieldAtEnd | None:
    """What the last layer with several positions sees; None where that cannot be said."""
    fields = receptive_fields(audit.graph)
    placed = [
        FieldAtEnd(node.layer, field)
        for node, field in zip(audit.graph.nodes, fields, strict=True)
        if node.inputs and not node.auxiliary and prod(spatial(node.output_shape)) > 1
    ]
    return placed[-1] if placed and placed[-1].field.size is not None else None


# What to look at first ----------------------------------------------------------------------------


def _heavy(audit: Audit, heaviest: Sequence[Portion]) -> Iterator[Advice]:
    """One layer with more than half of the parameters; most often a dense one behind a flatten."""
    if not heaviest or heaviest[0].share <= Fraction(1, 2) or audit.totals.layers == 1:
        return
    name = heaviest[0].layer
    node = next(row.node for row in audit.rows if row.node.layer == name)
    entering = node.input_shapes[0]
    text = "it has more than half of all parameters"
    if node.op == "dense":
        text += f": {entering[-1]:,} inputs × {node.attributes['units']:,} units"
        convolves = audit.totals.by_kind["conv"].macs
        text += "; pool globally before it, or give it fewer units" if convolves else ""
    yield Advice(name, text)


def _busy(audit: Audit, busiest: Sequence[Portion]) -> Iterator[Advice]:
    """A layer with at least twice its fair share, and a quarter, of the work."""
    if not busiest or busiest[0].share < Fraction(1, 4):
        return
    working = sum(1 for row in audit.rows if row.macs and not row.node.auxiliary)
    if busiest[0].share * working >= 2:
        yield Advice(busiest[0].layer, "it does the largest part of the work")


def _unread(losses: Sequence[ResolutionLoss]) -> Iterator[Advice]:
    for loss in losses:
        if loss.unread:
            yield Advice(loss.layer, f"it never reads {loss.unread} of its input")
            return


def _blind(audit: Audit, sight: FieldAtEnd | None) -> Iterator[Advice]:
    """A field that is smaller than the input on some axis, at the last layer that has positions."""
    if sight is None or sight.field.size is None or len(audit.graph.inputs) != 1:
        return
    sizes = spatial(audit.graph.inputs[0].output_shape)
    pairs = zip(sight.field.size, sizes, strict=False)
    if any(field is not None and field < size for field, size in pairs):
        yield Advice(sight.layer, "none of its positions sees the whole input")
