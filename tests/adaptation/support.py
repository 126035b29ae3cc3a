"""What the tests of adaptations share: a network from text, adapted."""

from pathlib import Path
from textwrap import dedent

from cnnaudit.adaptation.adapting import Adapted, adapt_stock
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.stock import Stock, stock_from_file
from cnnaudit.errors import Source
from cnnaudit.graph.nodes import Graph
from cnnaudit.sources.files import FileResolver, SourceFile


def stock_text(text: str) -> Stock:
    """A stock network that is written in the test."""
    here = Path.cwd()
    return stock_from_file(
        "net.yaml", SourceFile(Source("net.yaml", dedent(text)), FileResolver(here, here))
    )


def adapt_text(text: str, recipe: AdaptOptions) -> Adapted:
    """A network that is written in the test, adapted."""
    return adapt_stock(stock_text(text), recipe)


def widths(graph: Graph) -> dict[str, int]:
    """The channels that leave each node."""
    return {node.name: node.shape[-1] for node in graph.nodes}
