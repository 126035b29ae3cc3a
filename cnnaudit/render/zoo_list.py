"""The shipped networks as rows: name, input, parameters, MACs and where they come from."""

from collections.abc import Mapping
from typing import NamedTuple

from cnnaudit.calculator import Audit
from cnnaudit.formatting import count_text, shape_text
from cnnaudit.render.report_markdown import markdown_table
from cnnaudit.render.structured import dumps, envelope

#: Titles with their alignment (right or not).
TITLES = (
    ("Name", False),
    ("Input", True),
    ("Parameters", True),
    ("MACs", True),
    ("Network", False),
    ("Variants", False),
    ("Source", False),
)


class Entry(NamedTuple):
    """One shipped network in texts for people."""

    name: str
    input: str
    params: str
    macs: str
    network: str
    variants: str
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
            ", ".join(audit.graph.variants),
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
            "variants": list(audit.graph.variants),
            "description": audit.graph.description,
            "source": audit.graph.origin,
        }
        for name, audit in audits.items()
    ]
    return dumps({**envelope("zoo"), "networks": networks}, 2)


_INTRODUCTION = """\
# The zoo

Networks that come with cnnaudit, written by `cnnaudit zoo -f markdown`. `cnnaudit report zoo:NAME`
audits one, `zoo:NAME@VARIANT` a variant of it, and `cnnaudit zoo NAME` prints its file. Parameters
count as the file's framework does: under Keras with the running statistics of batch normalisation.

"""


def as_markdown(audits: Mapping[str, Audit]) -> str:
    """The list as a page, as ``configs/README.md`` holds it."""
    return _INTRODUCTION + markdown_table(TITLES, entries(audits))
