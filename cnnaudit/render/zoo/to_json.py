"""``zoo -f json``: the shipped networks for machines."""

from collections.abc import Mapping

from cnnaudit.calculator import Audit
from cnnaudit.render.formats import Display
from cnnaudit.render.json_text import dumps, envelope


def render(audits: Mapping[str, Audit], _display: Display) -> str:
    """The networks in the order given."""
    networks = [
        {
            "zoo": name,
            "name": audit.graph.name,
            "path": audit.graph.path,
            "framework": audit.graph.framework,
            "input_shapes": [list(node.output_shape) for node in audit.graph.inputs],
            "params": audit.totals.params,
            "macs": audit.totals.macs,
            "variants": list(audit.graph.variants),
            "description": audit.graph.description,
            "source": audit.graph.origin,
        }
        for name, audit in audits.items()
    ]
    return dumps({**envelope("zoo"), "networks": networks}, 2)
