"""``explain -f json``: formulas with their values, or the facts of a story."""

from collections.abc import Sequence
from typing import Any

from cnnaudit.calculator import Audit
from cnnaudit.errors import Diagnostic
from cnnaudit.explaining.layer import LayerAccount, NodeAccount
from cnnaudit.explaining.story import Loss, Portion, Story
from cnnaudit.layers.formula import Formula
from cnnaudit.render.structured import dumps, envelope


def render_layers(
    audit: Audit, layers: Sequence[LayerAccount], findings: Sequence[Diagnostic] = ()
) -> str:
    """The accounts of some layers and their findings; sizes in values, memory in bytes."""
    found = [
        {
            "name": layer.name,
            "nodes": [_account(node) for node in layer.nodes],
            "findings": [_finding(finding) for finding in findings if finding.layer == layer.name],
        }
        for layer in layers
    ]
    return dumps({**envelope("explain"), "network": _network(audit), "layers": found}, 6)


def render_story(audit: Audit, told: Story, findings: Sequence[Diagnostic] = ()) -> str:
    """The story and the findings of a network as facts."""
    field = told.sight and told.sight.field
    facts = {
        "params": [_portion(portion) for portion in told.heaviest],
        "macs": [_portion(portion) for portion in told.busiest],
        "resolution": [_loss(loss) for loss in told.losses],
        "receptive_field": told.sight
        and field
        and {
            "layer": told.sight.layer,
            "size": field.size and list(field.size),
            "input_seen": None if field.seen is None else float(field.seen),
        },
        "peak_activation": {"layer": told.peak.node, "bytes": told.peak.bytes},
        "look_first": [advice._asdict() for advice in told.advice],
        "findings": [_finding(finding) for finding in findings],
    }
    return dumps({**envelope("explain"), "network": _network(audit), "story": facts}, 4)


def _finding(finding: Diagnostic) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.name,
        "level": finding.level.value,
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
        "input_shapes": [list(node.shape) for node in graph.inputs],
        "params": audit.totals.params,
        "macs": audit.totals.macs,
        "status": "complete" if audit.complete else "partial",
    }


def _account(account: NodeAccount) -> dict[str, Any]:
    node = account.node
    return {
        "name": node.name,
        "op": node.kind,
        "inputs": list(account.sources),
        "input_shapes": [list(shape) or None for shape in account.inputs],
        "output_shape": list(node.shape) or None,
        "formulas": [_formula(formula) for formula in account.formulas],
        "notes": list(account.notes),
    }


def _formula(formula: Formula) -> dict[str, Any]:
    return {
        "quantity": formula.quantity,
        "axis": formula.axis or None,
        "expression": formula.expression,
        "value": formula.value,
    }


def _portion(portion: Portion) -> dict[str, Any]:
    return {"layer": portion.layer, "amount": portion.amount, "share": float(portion.share)}


def _loss(loss: Loss) -> dict[str, Any]:
    return {
        "layer": loss.layer,
        "before": list(loss.before),
        "after": list(loss.after),
        "never_read": loss.unread or None,
    }
