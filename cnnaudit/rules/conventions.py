"""Other totals and counting conventions that explain a claimed number."""

from collections.abc import Iterable, Iterator

from cnnaudit.calculator import Row
from cnnaudit.quantities import QUANTITIES
from cnnaudit.rules.network import AuditedNetwork


def others(subject: AuditedNetwork) -> Iterator[tuple[str, int]]:
    """Numbers that the network can be said to have, each with what it is, the likeliest first."""
    totals, auxiliary = subject.audit.totals, subject.audit.auxiliary
    for quantity in QUANTITIES:
        if quantity.phrase is not None:
            yield quantity.phrase, getattr(totals, quantity.name)
    if auxiliary.layers:
        for name, what in (("params", "parameters"), ("macs", "MACs"), ("flops", "FLOPs")):
            both = getattr(totals, name) + getattr(auxiliary, name)
            yield (
                f"the number of {what} with the auxiliary heads, which only exist in training",
                both,
            )
    for what, value in same_params(subject):
        yield f"the number of parameters {what}", value
    rows = [row for row in subject.audit.rows if not row.node.auxiliary]
    yield "the number of parameters without biases", totals.params - biases(rows)
    for family, share in totals.by_kind.items():
        yield f"the number of parameters in {family} layers alone", share.params
        yield f"the number of MACs in {family} layers alone", share.macs
    yield "twice the MACs", 2 * totals.macs
    for name, total in presets(subject):
        yield f"what `--count {name}` gives", total


def same_params(subject: AuditedNetwork) -> Iterator[tuple[str, int]]:
    """Totals of parameters under another convention about running statistics."""
    totals = subject.audit.totals
    statistics = _statistics(subject)
    yield "with running statistics", totals.params + totals.buffers
    yield "without running statistics", totals.params + totals.buffers - statistics


def presets(subject: AuditedNetwork) -> Iterator[tuple[str, int]]:
    """The totals of every convention that counts all of this network."""
    if not subject.audit.complete:
        return
    for found in subject.counts:
        if not found.unknown_ops:
            name = found.preset.name
            yield name, found.total
            yield from ((name, other.total) for other in found.alternatives)


def _statistics(subject: AuditedNetwork) -> int:
    """Running means and variances of inference, wherever they are counted."""
    found = 0
    for row in subject.audit.rows:
        if row.node.auxiliary or not (row.params or row.buffers):
            continue
        found += sum(weight.size for weight in row.node.weights if weight.statistic)
    return found


def biases(rows: Iterable[Row]) -> int:
    """The biases of convolutions and dense layers."""
    return sum(map(_biases, rows))


def _biases(row: Row) -> int:
    """The biases of a convolution or dense layer."""
    attributes = row.node.attributes
    if not row.params or not attributes.get("bias"):
        return 0
    return int(attributes.get("filters") or attributes.get("units") or row.node.output_shape[-1])
