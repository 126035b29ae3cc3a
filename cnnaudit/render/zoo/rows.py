"""The shipped networks as a table: name, input, parameters, MACs and source."""

from collections.abc import Mapping
from typing import NamedTuple

from cnnaudit.calculator import Audit
from cnnaudit.formatting import count_text, shape_text
from cnnaudit.render.table import Column, Table, shortened


class ShippedNetwork(NamedTuple):
    """A shipped network and its name in the zoo."""

    name: str
    audit: Audit


def _input(network: ShippedNetwork) -> str:
    return ", ".join(shape_text(node.output_shape) for node in network.audit.graph.inputs)


def _name_with_variants(network: ShippedNetwork) -> str:
    """The name, with the first and the last variant that stand behind it."""
    variants = network.audit.graph.variants
    ends = dict.fromkeys((*variants[:1], *variants[-1:]))
    return f"{network.name} (@{'…'.join(ends)})" if variants else network.name


_COLUMNS = (
    Column[ShippedNetwork]("Name", lambda network: network.name),
    Column[ShippedNetwork]("Input", _input, right=True),
    Column[ShippedNetwork](
        "Parameters", lambda network: count_text(network.audit.totals.params), right=True
    ),
    Column[ShippedNetwork](
        "MACs", lambda network: count_text(network.audit.totals.macs), right=True
    ),
    Column[ShippedNetwork]("Network", lambda network: network.audit.graph.name),
    Column[ShippedNetwork](
        "Variants", lambda network: ", ".join(network.audit.graph.variants), wraps=True
    ),
    Column[ShippedNetwork]("Source", lambda network: network.audit.graph.origin or "", wraps=True),
)
#: Columns that are shown on any terminal, and those up to the variants.
_MIN_COLUMNS, _WITH_VARIANTS = 4, 6
_FOOTER = (
    "`cnnaudit report zoo:NAME` audits one, `cnnaudit zoo NAME` prints its file.",
    "Variants stand behind an @: `zoo:resnet-50` is v1, `zoo:resnet-50@v1.5` is v1.5.",
)


def zoo_table(audits: Mapping[str, Audit]) -> Table[ShippedNetwork]:
    """A row a network; on a narrow terminal without the last columns."""
    rows = [ShippedNetwork(name, audit) for name, audit in audits.items()]
    layouts = shortened(_COLUMNS, _WITH_VARIANTS)
    names = Column[ShippedNetwork]("Name", _name_with_variants)
    layouts += shortened((names, *_COLUMNS[1 : _WITH_VARIANTS - 1]), _MIN_COLUMNS)
    return Table(f"{len(rows)} networks", layouts, rows, _FOOTER)
