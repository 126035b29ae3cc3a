"""``report -f json``: every node with its numbers, version 1 of the schema."""

from collections.abc import Mapping, Sequence
from typing import Any

from cnnaudit.analysis.memory.memory import (
    DEFAULT_SETTINGS,
    Memory,
    MemorySettings,
    NodeMemory,
    memory,
)
from cnnaudit.analysis.memory.training_cost import training_cost
from cnnaudit.analysis.receptive_field import receptive_fields
from cnnaudit.calculator import Audit, Row, Totals
from cnnaudit.graph.nodes import Graph, Node
from cnnaudit.layers.kind import Shapes
from cnnaudit.layers.windows import padding_amounts, spatial
from cnnaudit.quantities import COSTS
from cnnaudit.render.field_json import field_objects
from cnnaudit.render.memory_json import cost_object, memory_object, memory_totals
from cnnaudit.render.structured import dumps, envelope

#: The costs of an unknown layer.
_UNKNOWN = dict.fromkeys(COSTS)


def render(
    audits: Sequence[Audit],
    asked: MemorySettings = DEFAULT_SETTINGS,
    more: Sequence[Mapping[str, Any]] = (),
    *,
    signal: bool = False,
) -> str:
    """The report of one network or several, with memory as ``asked``.

    ``more`` are further keys, a mapping a network; ``signal`` asks for that of every layer.
    """
    extras = more or [{}] * len(audits)
    networks = [
        {**network(a, asked, signal=signal), **extra}
        for a, extra in zip(audits, extras, strict=True)
    ]
    return dumps({**envelope("report"), "networks": networks}, 4)


def network(
    audit: Audit, asked: MemorySettings = DEFAULT_SETTINGS, *, signal: bool = False
) -> dict[str, Any]:
    """One network: its nodes in topological order, and the totals of inference.

    The layers are an iterator: each is an object of its own only while it is written.
    """
    graph = audit.graph
    taken = memory(audit, asked)
    auxiliary = None
    if audit.auxiliary.layers:
        auxiliary = totals(audit.auxiliary, taken, auxiliary=True)
    names = [node.name for node in graph.nodes]
    fields = field_objects(receptive_fields(graph))
    signals = _signals(graph) if signal else [{}] * len(graph.nodes)
    return {
        "name": graph.name,
        "path": graph.path,
        "framework": graph.framework,
        "status": "complete" if audit.complete else "partial",
        "unknown": [
            {"layer": name, "class": what, "reason": why} for name, what, why in graph.unknown
        ],
        "description": graph.description,
        "source": graph.origin,
        "classes": graph.classes,
        "input_shapes": [list(node.shape) for node in graph.inputs],
        "layers": (
            _layer(index, row, row.node.entering, names, node, field, more)
            for index, (row, node, field, more) in enumerate(
                (
                    (row, node, field, more)
                    for row, node, field, more in zip(
                        audit.rows, taken.nodes, fields, signals, strict=True
                    )
                    if row.node.kind != "input"
                ),
                start=1,
            )
        ),
        "totals": totals(audit.totals, taken),
        "auxiliary_totals": auxiliary,
        "memory": memory_object(taken),
        "training": cost_object(training_cost(audit)),
    }


def _signals(graph: Graph) -> list[dict[str, Any]]:
    from cnnaudit.analysis.signal.signal import signals  # noqa: PLC0415  where it is asked for
    from cnnaudit.render.signal_columns import signal_object  # noqa: PLC0415

    return [{"signal": signal_object(found)} for found in signals(graph)]


def _layer(
    index: int,
    row: Row,
    inputs: Shapes,
    names: Sequence[str],
    taken: NodeMemory,
    field: Mapping[str, Any],
    more: Mapping[str, Any],
) -> dict[str, Any]:
    node = row.node
    span = node.span
    return {
        "index": index,
        "name": node.name,
        "op": node.kind,
        "group": node.layer,
        "inputs": [names[i] for i in node.inputs],
        "attributes": attributes(node, inputs),
        "output_shape": list(node.shape) if node.shape else None,
        "activation_size": row.activation_size if node.shape else None,
        **(_UNKNOWN if row.unknown else {name: getattr(row, name) for name in COSTS}),
        "saved_bytes": taken.saved,
        "live_bytes": taken.live,
        **field,
        **more,
        "trainable": node.trainable,
        "shares_weights_of": names[node.shared] if node.shared is not None else None,
        "auxiliary": node.auxiliary,
        "init": node.init.name if node.init else None,
        "source": span and {"path": span.source.path, "line": span.line, "column": span.column},
    }


def attributes(node: Node, inputs: Shapes) -> dict[str, Any]:
    """The attributes of a node with the cells that its padding adds to this very input."""
    values = dict(node.attributes)
    if "padding" in values and node.kind != "conv_transpose":
        values["padding"] = padding_amounts(spatial(inputs[0]), values)
    return values


def totals(found: Totals, taken: Memory, *, auxiliary: bool = False) -> dict[str, Any]:
    """The sums over the nodes of inference, and their split by family of layers.

    Bytes are for the batch and precision of ``taken``. Auxiliary heads have no peak of their own,
    and what they take in training is part of the network's.
    """
    precision = taken.precision
    return {
        "layers": found.layers,
        "params": found.params,
        "trainable_params": found.trainable_params,
        "non_trainable_params": found.non_trainable_params,
        "buffers": found.buffers,
        "macs": found.macs,
        "bias_adds": found.bias_adds,
        "elementwise_ops": found.elementwise_ops,
        "flops": found.flops,
        "activation_size": found.activation_size,
        "weight_bytes": found.params * precision.weight,
        "activation_bytes": found.activation_size * precision.activation * taken.settings.batch,
        **memory_totals(None if auxiliary else taken),
        "by_kind": {kind: share._asdict() for kind, share in found.by_kind.items()},
    }
