"""Other totals and counting conventions that explain a claimed number."""

from collections.abc import Iterable, Iterator

from cnnaudit.calculator import Row
from cnnaudit.quantities import QUANTITIES
from cnnaudit.rules.network import AuditedNetwork


def other_totals(network: AuditedNetwork) -> Iterator[tuple[str, int]]:
    """Other numbers of the network, each after its meaning, the likeliest first."""
    totals, auxiliary = network.audit.totals, network.audit.auxiliary
    for quantity in QUANTITIES:
        if quantity.phrase is not None and quantity.is_total:
            yield quantity.phrase, getattr(totals, quantity.name)
    if auxiliary.layers:
        for name, meaning in (("params", "parameters"), ("macs", "MACs"), ("flops", "FLOPs")):
            both = getattr(totals, name) + getattr(auxiliary, name)
            yield (
                f"the number of {meaning} with the auxiliary heads, which only exist in training",
                both,
            )
    for meaning, value in same_params(network):
        yield f"the number of parameters {meaning}", value
    rows = [row for row in network.audit.rows if not row.node.auxiliary]
    yield "the number of parameters without biases", totals.params - biases(rows)
    for family, share in totals.by_kind.items():
        yield f"the number of parameters in {family} layers alone", share.params
        yield f"the number of MACs in {family} layers alone", share.macs
    yield "twice the MACs", 2 * totals.macs
    for name, total in preset_totals(network):
        yield f"what `--count {name}` gives", total


def same_params(network: AuditedNetwork) -> Iterator[tuple[str, int]]:
    """Totals of parameters under other conventions for running statistics."""
    totals = network.audit.totals
    statistics = _statistics(network)
    yield "with running statistics", totals.params + totals.buffers
    yield "without running statistics", totals.params + totals.buffers - statistics


def preset_totals(network: AuditedNetwork) -> Iterator[tuple[str, int]]:
    """The totals of every preset that counts all of this network."""
    if not network.audit.complete:
        return
    for count in network.counts:
        if not count.unknown_ops:
            name = count.preset.name
            yield name, count.total
            yield from ((name, alternative.total) for alternative in count.alternatives)


def _statistics(network: AuditedNetwork) -> int:
    """Running means and variances at inference, as parameters or buffers."""
    total = 0
    for row in network.audit.rows:
        if row.node.auxiliary or not (row.params or row.buffers):
            continue
        total += sum(weight.size for weight in row.node.weights if weight.statistic)
    return total


def biases(rows: Iterable[Row]) -> int:
    """The biases of convolutions and dense layers."""
    return sum(map(_biases, rows))


def _biases(row: Row) -> int:
    attributes = row.node.attributes
    if not row.params or not attributes.get("bias"):
        return 0
    return int(attributes.get("filters") or attributes.get("units") or row.node.output_shape[-1])
