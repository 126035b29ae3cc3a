"""What the tests of adaptations share: a network from text, adapted."""

from pathlib import Path
from textwrap import dedent

from cnnaudit.adaptation.adapting import Adapted, adapted
from cnnaudit.adaptation.options import Recipe
from cnnaudit.adaptation.stock import Stock, stock_of
from cnnaudit.errors import Source
from cnnaudit.graph.nodes import Graph
from cnnaudit.parsing.source import Folder, Opened


def stock_text(text: str) -> Stock:
    """A stock network that is written in the test."""
    here = Path.cwd()
    return stock_of("net.yaml", Opened(Source("net.yaml", dedent(text)), Folder(here, here)))


def adapt_text(text: str, recipe: Recipe) -> Adapted:
    """A network that is written in the test, adapted."""
    return adapted(stock_text(text), recipe)


def widths(graph: Graph) -> dict[str, int]:
    """The channels that leave each node."""
    return {node.name: node.shape[-1] for node in graph.nodes}
