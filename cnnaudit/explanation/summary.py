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

#: Layers listed for a quantity.
_MAX_LISTED = 3


class Portion(NamedTuple):
    """A layer's part of a total, which is ``of``."""

    layer: str
    amount: int
    of: int

    @property
    def share(self) -> Fraction:
        """The part as a fraction of the total."""
        return Fraction(self.amount, self.of)


class ResolutionLoss(NamedTuple):
    """A layer that makes the feature map smaller, with the spatial sizes of its input and output.

    ``after`` is empty at a flatten. ``unread`` is the text of the input positions that no window
    reads; empty if there are none, and for an input that was padded.
    """

    layer: str
    before: Shape
    after: Shape
    unread: str = ""


class FieldAtEnd(NamedTuple):
    """The last layer with several positions, and the receptive field of one of them."""

    layer: str
    field: ReceptiveField


class Advice(NamedTuple):
    """Advice about one layer, in one sentence."""

    layer: str
    text: str


class NetworkSummary(NamedTuple):
    """The summary of a network; ``field_at_end`` is None if the field at its end is undefined."""

    audit: Audit
    heaviest: tuple[Portion, ...]
    busiest: tuple[Portion, ...]
    losses: tuple[ResolutionLoss, ...]
    field_at_end: FieldAtEnd | None
    peak: PeakMemory
    advice: tuple[Advice, ...]


def summarise_network(audit: Audit) -> NetworkSummary:
    """Summarise an audited network, without its auxiliary heads."""
    rows = [
        row
        for layer in layers_of(audit.graph.outline)
        if not (row := layer_row(audit, layer)).node.auxiliary
    ]
    heaviest = _portions(rows, "params", audit.totals.params)
    busiest = _portions(rows, "macs", audit.totals.macs)
    losses = tuple(_losses(audit))
    field_at_end = _field_at_end(audit)
    advice = (
        *_parameter_advice(audit, heaviest),
        *_cost_advice(audit, busiest),
        *_unread_advice(losses),
        *_field_advice(audit, field_at_end),
    )
    peak = memory(audit).peak
    return NetworkSummary(audit, heaviest, busiest, losses, field_at_end, peak, advice)


def _portions(rows: Sequence[LayerRow], quantity: str, total: int) -> tuple[Portion, ...]:
    largest = sorted(rows, key=lambda row: -getattr(row, quantity))[:_MAX_LISTED]
    portions = (Portion(row.name, getattr(row, quantity), total) for row in largest)
    return tuple(portion for portion in portions if portion.amount)


def _losses(audit: Audit) -> Iterator[ResolutionLoss]:
    """Yield the losses of resolution; those of parallel branches, of equal sizes, once."""
    reported: set[tuple[Shape, Shape]] = set()
    for node in audit.graph.nodes:
        if node.auxiliary or not node.inputs or not node.output_shape:
            continue
        source = audit.graph.nodes[node.inputs[0]]
        if not source.output_shape:
            continue
        before, after = spatial(source.output_shape), spatial(node.output_shape)
        unread = ""
        if len(before) == len(after) and any(map(int.__gt__, before, after)):
            if source.op != "pad":
                unread = _unread_by(node, source.output_shape)
        elif not before or after:
            continue
        if (before, after) not in reported:
            reported.add((before, after))
            yield ResolutionLoss(node.layer, before, after, unread)


def _unread_by(node: Node, input_shape: Shape) -> str:
    if node.op == "conv_transpose" or node.attributes.get("kernel", "global") == "global":
        return ""
    axes = window_axes(input_shape, node.attributes, node.output_shape)
    return skipped_text(axes) or unread_text(axes)


def _field_at_end(audit: Audit) -> FieldAtEnd | None:
    """Return the field of the last layer with several positions; None if it is undefined."""
    candidates = [
        FieldAtEnd(node.layer, field)
        for node, field in zip(audit.graph.nodes, receptive_fields(audit.graph), strict=True)
        if node.inputs and not node.auxiliary and prod(spatial(node.output_shape)) > 1
    ]
    return candidates[-1] if candidates and candidates[-1].field.size is not None else None


# Advice -------------------------------------------------------------------------------------------


def _parameter_advice(audit: Audit, heaviest: Sequence[Portion]) -> Iterator[Advice]:
    """Advise on a layer with over half of the parameters, often a dense one after a flatten."""
    if not heaviest or heaviest[0].share <= Fraction(1, 2) or audit.totals.layers == 1:
        return
    name = heaviest[0].layer
    node = next(row.node for row in audit.rows if row.node.layer == name)
    text = "it has more than half of all parameters"
    if node.op == "dense":
        text += f": {node.input_shapes[0][-1]:,} inputs × {node.attributes['units']:,} units"
        convolves = audit.totals.by_kind["conv"].macs
        text += "; pool globally before it, or give it fewer units" if convolves else ""
    yield Advice(name, text)


def _cost_advice(audit: Audit, busiest: Sequence[Portion]) -> Iterator[Advice]:
    """Advise on a layer with a quarter of the MACs and at least twice the average."""
    if not busiest or busiest[0].share < Fraction(1, 4):
        return
    count = sum(1 for row in audit.rows if row.macs and not row.node.auxiliary)
    if busiest[0].share * count >= 2:
        yield Advice(busiest[0].layer, "it does the largest part of the work")


def _unread_advice(losses: Sequence[ResolutionLoss]) -> Iterator[Advice]:
    for loss in losses:
        if loss.unread:
            yield Advice(loss.layer, f"it never reads {loss.unread} of its input")
            return


def _field_advice(audit: Audit, end: FieldAtEnd | None) -> Iterator[Advice]:
    """Advise if the field at the end is smaller than the input on some axis."""
    if end is None or end.field.size is None or len(audit.graph.inputs) != 1:
        return
    sizes = spatial(audit.graph.inputs[0].output_shape)
    pairs = zip(end.field.size, sizes, strict=False)
    if any(field is not None and field < size for field, size in pairs):
        yield Advice(end.layer, "none of its positions sees the whole input")
