"""The formats in which layer graphs are written to files.

A new format is a module here, with a function that writes it, and a line in ``EXPORTERS``.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from cnnaudit.lazy import load_function

if TYPE_CHECKING:
    from cnnaudit.graph.graph import Graph


class Exporter(NamedTuple):
    """One format that ``convert`` writes.

    ``write`` names a function as ``module:function``, which is loaded when it is first called:
    ``write(graph) -> str`` raises ``AuditError`` with everything in the graph that the format
    cannot express. ``suffixes`` are those of files that are in this format by default.
    """

    write: str
    suffixes: tuple[str, ...] = ()

    def text(self, graph: "Graph") -> str:
        """Return the file of a graph; raises ``AuditError`` if the format cannot express it."""
        text: str = load_function(self.write)(graph)
        return text


#: The formats by their names, as ``convert -f`` takes them.
EXPORTERS: Mapping[str, Exporter] = {
    "yaml": Exporter("cnnaudit.exporters.architecture:render", (".yaml", ".yml")),
}
