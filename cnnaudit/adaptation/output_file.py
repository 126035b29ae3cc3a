"""Writes the file of an adapted network: one that extends the stock, or one that stands alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cnnaudit.adaptation.adapting import Adapted, build_in_folder
from cnnaudit.adaptation.options import AdaptOptions, InexpressibleError, StockUnreachableError
from cnnaudit.adaptation.patch import yaml_text
from cnnaudit.adaptation.search import Search, SearchResult
from cnnaudit.adaptation.standalone import standalone_text
from cnnaudit.adaptation.stock import Stock, stock_from_file
from cnnaudit.calculator import audit
from cnnaudit.errors import Source, UsageError
from cnnaudit.exporters import architecture
from cnnaudit.graph.builder import build_graph
from cnnaudit.graph.graph import Graph
from cnnaudit.loading import Foreign, find, network_of
from cnnaudit.sources.files import FileResolver, SourceFile, display_path, exists, is_file


def stock_network(operand: str, *, flat: bool) -> Stock:
    """The network to adapt; another program's model as the file that `convert` makes of it."""
    file, variant = find(operand)
    if not isinstance(file, Foreign):
        return stock_from_file(operand, file, variant)
    if not flat:
        message = f"{operand} is {file.importer.label}, which no file can extend"
        raise UsageError(f"{message}: write the whole network, with --flat")
    return _written_out(operand, network_of(file, variant).graph)


def _written_out(operand: str, graph: Graph) -> Stock:
    """The network with every layer on a line of its own, which no file extends."""
    here = Path.cwd()
    source = Source(graph.path, architecture.render(graph))
    return stock_from_file(operand, SourceFile(source, FileResolver(here, here)))._replace(
        path=None
    )


def adapted_alone(
    search: Search, stock: Stock, recipe: AdaptOptions
) -> tuple[Adapted, SearchResult]:
    """Adapt the network; first unroll its repetitions if they become different layers."""
    try:
        return search.adapt(stock, recipe)
    except InexpressibleError:
        apart = _written_out(stock.operand, build_graph(stock.architecture))
        return search.adapt(apart._replace(is_rewritten=True), recipe)


def is_path(text: str) -> bool:
    """Whether an output is the name of a file, and no format."""
    return ":" not in text and text.lower().endswith((".yaml", ".yml"))


def check_target(stock: Stock, path: Path) -> None:
    """Raise ``UsageError`` if an output would overwrite a file that the network is read from."""
    shown = display_path(path)
    parts = {shown_part for shown_part in _sources(stock) if is_file(Path(shown_part))}
    if exists(path) and any(path.samefile(part) for part in parts):
        raise UsageError(f"{shown} is part of the stock network: write to another file")


def _sources(stock: Stock) -> set[str]:
    """The files that a network is read from, by the spans of its layers."""
    graph = build_graph(stock.architecture)
    places = {node.span.source.path for node in graph.nodes if node.span}
    return {stock.architecture.source.path, *places, *([str(stock.path)] if stock.path else [])}


def shown(paths: Sequence[Path]) -> str:
    """How the adapted network is named: by the first file that is written."""
    return display_path(paths[0]) if paths else "not written"


class File(NamedTuple):
    """The text of a file, and a note to print; None if there is nothing to note."""

    text: str
    note: str | None = None


def extending(adapted: Adapted, path: Path | None) -> File:
    """The few lines that extend the stock, for a file of that name, or one in this folder.

    A file that cannot reach the stock from there holds the whole network, and the note says so.
    Raises ``OutOfReachError`` where the stock is no file at all.
    """
    try:
        return File(adapted.text(path.parent if path else Path()))
    except StockUnreachableError:
        if adapted.stock.path is None:
            raise
        shown = display_path(adapted.stock.path)
        note = f"{shown} cannot be extended from where this is written, so it stands alone"
        return alone(adapted, path)._replace(note=_place(path) + note)


def _place(path: Path | None) -> str:
    return f"{display_path(path)}: " if path else ""


def alone(adapted: Adapted, path: Path | None) -> File:
    """The whole network: the stock's text edited in place, or every layer written out.

    Raises ``AuditError`` where no list of layers can say the network.
    """
    text, note = standalone_text(adapted), None
    if text is None or adapted.stock.is_rewritten:
        shown = adapted.stock.architecture.source.path
        note = f"{_place(path)}{shown} has no place for every change, so all layers are written out"
    if text is None:
        claims = yaml_text(dict(adapted.patch.expect))
        text = f"{architecture.render(adapted.graph)}expect: {claims}\n"
    again = audit(build_in_folder(text, path.parent if path else Path()))
    if again.totals != audit(adapted.graph).totals:
        message = "written out, the network is another one"
        raise UsageError(f"{message}: write a file that extends it, without --flat")
    return File(text, note)
