"""``report -f json``: every node with its numbers, version 1 of the schema."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from cnnaudit.analysis.memory.memory import (
    DEFAULT_SETTINGS,
    Memory,
    MemorySettings,
    NodeMemory,
    memory,
)
from cnnaudit.analysis.memory.training_cost import training_cost
from cnnaudit.analysis.receptive_field import ReceptiveField, receptive_fields
from cnnaudit.calculator import Audit, Row, Totals
from cnnaudit.graph.graph import Node
from cnnaudit.ops.conv_arithmetic import padding_amounts, spatial
from cnnaudit.ops.op import Shapes
from cnnaudit.render.formats import load_renderer
from cnnaudit.render.json_text import dumps, envelope, plain
from cnnaudit.render.report.column_names import SIGNAL_KEYS, needs
from cnnaudit.render.report.footer import axes_warnings_of
from cnnaudit.render.report.formats import Report, ReportOptions
from cnnaudit.render.report.memory_json import cost_object, memory_object, memory_totals

if TYPE_CHECKING:  # the tables of all tools are loaded with --count only
    from cnnaudit.counting.count import Count

#: The rule whose findings a report has.
_AXES_CODE, _AXES_NAME = "CA217", "suspicious-axes"

#: What a node costs; null for an unknown layer.
_QUANTITIES = (
    "params",
    "trainable_params",
    "non_trainable_params",
    "buffers",
    "macs",
    "bias_adds",
    "elementwise_ops",
    "flops",
)
_UNKNOWN = dict.fromkeys(_QUANTITIES)


def render(report: Report, options: ReportOptions) -> str:
    """The report of one network or several."""
    settings, signal = options.memory or DEFAULT_SETTINGS, needs(SIGNAL_KEYS, options.columns)
    networks = [network(audit, settings, signal=signal) for audit in report.audits]
    if report.counts:
        for keys, counts in zip(networks, report.counts, strict=True):
            keys["counts"] = [_count_object(count) for count in counts]
    return dumps({**envelope("report"), "networks": networks}, 4)


def network(
    audit: Audit, settings: MemorySettings = DEFAULT_SETTINGS, *, signal: bool = False
) -> dict[str, Any]:
    """One network: its nodes in topological order, and the totals of inference.

    The layers are an iterator: each is an object of its own only while it is written.
    """
    graph = audit.graph
    network_memory = memory(audit, settings)
    auxiliary = None
    if audit.auxiliary.layers:
        auxiliary = totals(audit.auxiliary, network_memory, auxiliary=True)
    return {
        "name": graph.name,
        "path": graph.path,
        "framework": graph.framework,
        "status": "complete" if audit.complete else "partial",
        "unknown": [
            {"layer": name, "class": what, "reason": reason} for name, what, reason in graph.unknown
        ],
        "warnings": [
            {"code": _AXES_CODE, "name": _AXES_NAME, "message": w.message, "help": w.help}
            for w in axes_warnings_of(audit)
        ],
        "description": graph.description,
        "source": graph.origin,
        "classes": graph.classes,
        "input_shapes": [list(node.output_shape) for node in graph.inputs],
        "layers": _layers(audit, network_memory, signal=signal),
        "totals": totals(audit.totals, network_memory),
        "auxiliary_totals": auxiliary,
        "memory": memory_object(network_memory),
        "training": cost_object(training_cost(audit)),
    }


def _layers(audit: Audit, memory: Memory, *, signal: bool) -> Iterator[dict[str, Any]]:
    """The nodes but for the inputs."""
    graph = audit.graph
    names = [node.name for node in graph.nodes]
    fields = field_objects(receptive_fields(graph))
    signals: list[dict[str, Any]] = [{}] * len(graph.nodes)
    if signal:
        signals = load_renderer("report", "signal:signal_objects")(graph)
    index = 0
    for row, node_memory, field, more in zip(
        audit.rows, memory.nodes, fields, signals, strict=True
    ):
        if row.node.op != "input":
            index += 1
            yield _layer(index, row, names, node_memory, {**field, **more})


def _layer(
    index: int,
    row: Row,
    names: Sequence[str],
    memory: NodeMemory,
    analyses: Mapping[str, Any],
) -> dict[str, Any]:
    node = row.node
    span = node.span
    return {
        "index": index,
        "name": node.name,
        "op": node.op,
        "group": node.layer,
        "inputs": [names[i] for i in node.inputs],
        "attributes": attributes(node, node.input_shapes),
        "output_shape": list(node.output_shape) if node.output_shape else None,
        "activation_size": row.activation_size if node.output_shape else None,
        **(_UNKNOWN if row.unknown else {name: getattr(row, name) for name in _QUANTITIES}),
        "saved_bytes": memory.saved,
        "live_bytes": memory.live,
        **analyses,
        "trainable": node.trainable,
        "shares_weights_of": names[node.shared] if node.shared is not None else None,
        "auxiliary": node.auxiliary,
        "init": node.init.name if node.init else None,
        "source": span and {"path": span.source.path, "line": span.line, "column": span.column},
    }


def attributes(node: Node, inputs: Shapes) -> dict[str, Any]:
    """The attributes of a node, with the positions that its padding adds to these inputs."""
    values = dict(node.attributes)
    if "padding" in values and node.op != "conv_transpose":
        values["padding"] = padding_amounts(spatial(inputs[0]), values)
    return values


def totals(sums: Totals, memory: Memory, *, auxiliary: bool = False) -> dict[str, Any]:
    """The sums over the nodes of inference, and their split by family of layers.

    Bytes are for the batch and precision of ``memory``. Auxiliary heads have no peak of their own;
    their memory in training is part of the network's.
    """
    precision = memory.precision
    return {
        "layers": sums.layers,
        "params": sums.params,
        "trainable_params": sums.trainable_params,
        "non_trainable_params": sums.non_trainable_params,
        "buffers": sums.buffers,
        "macs": sums.macs,
        "bias_adds": sums.bias_adds,
        "elementwise_ops": sums.elementwise_ops,
        "flops": sums.flops,
        "activation_size": sums.activation_size,
        "weight_bytes": sums.params * precision.weight,
        "activation_bytes": sums.activation_size * precision.activation * memory.settings.batch,
        **memory_totals(None if auxiliary else memory),
        "by_kind": {kind: share._asdict() for kind, share in sums.by_kind.items()},
    }


def field_objects(fields: Sequence[ReceptiveField]) -> Iterator[Mapping[str, Any]]:
    """The keys of every layer; a layer with the field of the previous one has the same keys."""
    previous: ReceptiveField | None = None
    keys: Mapping[str, Any] = {}
    for field in fields:
        if field is not previous:
            previous, keys = field, _field_object(field)
        yield keys


def _field_object(field: ReceptiveField) -> dict[str, Any]:
    """A list has an entry per spatial axis of the input."""
    return {
        "receptive_field": _list(field.size),
        "stride": _list(field.stride),
        "receptive_field_note": field.note,
        "receptive_field_offset": _list(field.offset),
        "receptive_field_misalignment": _list(field.misalignment),
        "narrowest_receptive_field": _list(field.narrowest),
        "input_seen": None if field.seen is None else plain(field.seen),
        "path_lengths": [field.shortest, field.longest],
    }


def _list(values: Sequence[Fraction | int | None] | None) -> list[int | float | None] | None:
    if values is None:
        return None
    return [value if value is None or isinstance(value, int) else plain(value) for value in values]


def _count_object(count: "Count") -> dict[str, Any]:
    preset = count.preset
    return {
        "preset": preset.name,
        "tool": preset.tool,
        "version": preset.version,
        "status": "partial" if count.unknown_ops else "complete",
        "unknown": list(count.unknown_ops),
        "total": count.total,
        "unit": preset.unit,
        "addends": [
            {"what": a.label, "count": a.number, "each": a.factor, "total": a.total}
            for a in count.addends
        ],
        "alternatives": [{"if": a.condition, "total": a.total} for a in count.alternatives],
        "note": preset.note,
    }
