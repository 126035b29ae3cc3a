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
#: Columns that are shown on any terminal.
_MIN_COLUMNS = 4
_FOOTER = ("`cnnaudit report zoo:NAME` audits one, `cnnaudit zoo NAME` prints its file.",)


def zoo_table(audits: Mapping[str, Audit]) -> Table[ShippedNetwork]:
    """A row a network; on a narrow terminal without the last columns."""
    rows = [ShippedNetwork(name, audit) for name, audit in audits.items()]
    return Table(f"{len(rows)} networks", shortened(_COLUMNS, _MIN_COLUMNS), rows, _FOOTER)
