"""``explain -f json``: formulas with their values, or the facts of a summary."""

from typing import Any

from cnnaudit.calculator import Audit
from cnnaudit.errors import Diagnostic
from cnnaudit.explanation.layer import NodeExplanation
from cnnaudit.explanation.summary import Portion, ResolutionLoss
from cnnaudit.ops.formula import Formula
from cnnaudit.render.explain.formats import LayerExplanation, SummaryExplanation
from cnnaudit.render.explain.rows import findings_of
from cnnaudit.render.formats import Display
from cnnaudit.render.json_text import dumps, envelope


def render_layers(explanation: LayerExplanation, _display: Display) -> str:
    """The formulas of some layers; sizes in elements, memory in bytes."""
    layers = [
        {
            "name": layer.name,
            "nodes": [_account(node) for node in layer.nodes],
            "findings": [_finding(finding) for finding in findings_of(explanation, layer)],
        }
        for layer in explanation.layers
    ]
    network = _network(explanation.audit)
    return dumps({**envelope("explain"), "network": network, "layers": layers}, 6)


def render_summary(explanation: SummaryExplanation, _display: Display) -> str:
    """The summary of a network as facts."""
    summary = explanation.summary
    field = summary.field_at_end and summary.field_at_end.field
    facts = {
        "params": [_portion(portion) for portion in summary.heaviest],
        "macs": [_portion(portion) for portion in summary.busiest],
        "resolution": [_loss(loss) for loss in summary.losses],
        "receptive_field": summary.field_at_end
        and field
        and {
            "layer": summary.field_at_end.layer,
            "size": field.size and list(field.size),
            "input_seen": None if field.seen is None else float(field.seen),
        },
        "peak_activation": {"layer": summary.peak.node, "bytes": summary.peak.bytes},
        "look_first": [advice._asdict() for advice in summary.advice],
        "findings": [_finding(finding) for finding in explanation.findings],
    }
    network = _network(explanation.audit)
    return dumps({**envelope("explain"), "network": network, "story": facts}, 4)


def _finding(finding: Diagnostic) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "level": finding.level,
        "layer": finding.layer,
        "message": finding.message,
        "help": finding.help,
    }


def _network(audit: Audit) -> dict[str, Any]:
    graph = audit.graph
    return {
        "name": graph.name,
        "path": graph.path,
        "framework": graph.framework,
        "input_shapes": [list(node.output_shape) for node in graph.inputs],
        "params": audit.totals.params,
        "macs": audit.totals.macs,
        "status": "complete" if audit.complete else "partial",
    }


def _account(node_explanation: NodeExplanation) -> dict[str, Any]:
    node = node_explanation.node
    return {
        "name": node.name,
        "op": node.op,
        "inputs": list(node_explanation.sources),
        "input_shapes": [list(shape) or None for shape in node_explanation.inputs],
        "output_shape": list(node.output_shape) or None,
        "formulas": [formula_object(formula) for formula in node_explanation.formulas],
        "notes": list(node_explanation.notes),
    }


def formula_object(formula: Formula) -> dict[str, Any]:
    """A formula as an object: what it gives, in symbols, with values, and the number."""
    return {
        "quantity": formula.quantity,
        "axis": formula.axis or None,
        "symbols": formula.symbols,
        "expression": formula.expression,
        "value": formula.value,
    }


def _portion(portion: Portion) -> dict[str, Any]:
    return {"layer": portion.layer, "amount": portion.amount, "share": float(portion.share)}


def _loss(loss: ResolutionLoss) -> dict[str, Any]:
    return {
        "layer": loss.layer,
        "before": list(loss.before),
        "after": list(loss.after),
        "never_read": loss.unread or None,
    }
