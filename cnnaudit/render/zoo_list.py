"""The shipped networks as rows: name, input, parameters, MACs and where they come from."""

from collections.abc import Mapping
from typing import NamedTuple

from cnnaudit.calculator import Audit
from cnnaudit.render.report_markdown import markdown_table
from cnnaudit.render.structured import dumps, envelope
from cnnaudit.text import count_text, shape_text

#: Titles with their alignment (right or not).
TITLES = (
    ("Name", False),
    ("Input", True),
    ("Parameters", True),
    ("MACs", True),
    ("Network", False),
    ("Source", False),
)


class Entry(NamedTuple):
    """One shipped network in texts for people."""

    name: str
    input: str
    params: str
    macs: str
    network: str
    source: str


def entries(audits: Mapping[str, Audit]) -> list[Entry]:
    """A row for each network, in the order given."""
    return [
        Entry(
            name,
            ", ".join(shape_text(node.shape) for node in audit.graph.inputs),
            count_text(audit.totals.params),
            count_text(audit.totals.macs),
            audit.graph.name,
            audit.graph.origin or "",
        )
        for name, audit in audits.items()
    ]


def as_json(audits: Mapping[str, Audit]) -> str:
    """The list for machines."""
    networks = [
        {
            "zoo": name,
            "name": audit.graph.name,
            "path": audit.graph.path,
            "framework": audit.graph.framework,
            "input_shapes": [list(node.shape) for node in audit.graph.inputs],
            "params": audit.totals.params,
            "macs": audit.totals.macs,
            "description": audit.graph.description,
            "source": audit.graph.origin,
        }
        for name, audit in audits.items()
    ]
    return dumps({**envelope("zoo"), "networks": networks}, 2)


def as_markdown(audits: Mapping[str, Audit]) -> str:
    """The list as a table, as ``configs/README.md`` holds it."""
    return markdown_table(TITLES, entries(audits))
