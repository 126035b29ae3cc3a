"""Helpers of the adaptation tests: networks from text, adapted."""

from pathlib import Path
from textwrap import dedent

from cnnaudit.adaptation.adapting import Adapted, adapt_stock
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.stock import Stock, stock_from_file
from cnnaudit.errors import Source
from cnnaudit.graph.graph import Graph
from cnnaudit.sources.files import FileResolver, SourceFile


def stock_text(text: str) -> Stock:
    """Read a stock network from a text of the test."""
    folder = Path.cwd()
    return stock_from_file(
        "net.yaml", SourceFile(Source("net.yaml", dedent(text)), FileResolver(folder, folder))
    )


def adapt_text(text: str, options: AdaptOptions) -> Adapted:
    """Adapt a network from a text of the test."""
    return adapt_stock(stock_text(text), options)


def widths(graph: Graph) -> dict[str, int]:
    """Return the output channels of each node."""
    return {node.name: node.output_shape[-1] for node in graph.nodes}
