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
    """Return the network to adapt; another program's model as the file that `convert` writes."""
    file, variant = find(operand)
    if not isinstance(file, Foreign):
        return stock_from_file(operand, file, variant)
    if not flat:
        message = f"{operand} is {file.importer.label}, which no file can extend"
        raise UsageError(f"{message}: write the whole network, with --flat")
    return _written_out(operand, network_of(file, variant).graph)


def _written_out(operand: str, graph: Graph) -> Stock:
    """Return the network as a text with one layer per line, which no file can extend."""
    folder = Path.cwd()
    source = Source(graph.path, architecture.render(graph))
    stock = stock_from_file(operand, SourceFile(source, FileResolver(folder, folder)))
    return stock._replace(path=None)


def adapt_unrolled_if_needed(
    search: Search, stock: Stock, options: AdaptOptions
) -> tuple[Adapted, SearchResult]:
    """Adapt the network; first unroll its repetitions if they become different layers."""
    try:
        return search.adapt(stock, options)
    except InexpressibleError:
        unrolled = _written_out(stock.operand, build_graph(stock.architecture))
        return search.adapt(unrolled._replace(is_rewritten=True), options)


def check_target(stock: Stock, path: Path) -> None:
    """Raise ``UsageError`` if an output would overwrite a file that the network is read from."""
    sources = [source for source in _sources(stock) if is_file(Path(source))]
    if exists(path) and any(path.samefile(source) for source in sources):
        raise UsageError(
            f"{display_path(path)} is part of the stock network: write to another file"
        )


def _sources(stock: Stock) -> set[str]:
    """Return the files that a network is read from, by the spans of its layers."""
    graph = build_graph(stock.architecture)
    paths = {node.span.source.path for node in graph.nodes if node.span}
    paths.add(stock.architecture.source.path)
    return paths | {str(stock.path)} if stock.path else paths


def output_name(paths: Sequence[Path]) -> str:
    """Return the adapted network's name in the output: the first file that is written."""
    return display_path(paths[0]) if paths else "not written"


class OutputFile(NamedTuple):
    """The text of a file, and a note to print; None if there is nothing to note."""

    text: str
    note: str | None = None


def extending_file(adapted: Adapted, path: Path | None) -> OutputFile:
    """Return a short file that extends the stock, for that path or else the working folder.

    If the stock cannot be reached from there, the file holds the entire network, with a note.
    Raises ``StockUnreachableError`` if the stock is no file at all.
    """
    try:
        return OutputFile(adapted.text(path.parent if path else Path()))
    except StockUnreachableError:
        if adapted.stock.path is None:
            raise
        stock_path = display_path(adapted.stock.path)
        note = f"{stock_path} cannot be extended from where this is written, so it stands alone"
        return standalone_file(adapted, path)._replace(note=_note_prefix(path) + note)


def _note_prefix(path: Path | None) -> str:
    return f"{display_path(path)}: " if path else ""


def standalone_file(adapted: Adapted, path: Path | None) -> OutputFile:
    """Return a file of the entire network: the stock's text edited in place, or every layer.

    Raises ``AuditError`` if no list of layers can express the network.
    """
    text, note = standalone_text(adapted), None
    if text is None or adapted.stock.is_rewritten:
        stock_path = adapted.stock.architecture.source.path
        note = f"{stock_path} has no place for every change, so all layers are written out"
        note = _note_prefix(path) + note
    if text is None:
        claims = yaml_text(dict(adapted.patch.expect))
        lines = [*adapted.patch.comment_lines(), architecture.render(adapted.graph)]
        text = "\n".join(lines) + f"expect: {claims}\n"
    written = build_in_folder(text, path.parent if path else Path())
    if audit(written).totals != audit(adapted.graph).totals:
        message = "written out, the network is another one"
        raise UsageError(f"{message}: write a file that extends it, without --flat")
    return OutputFile(text, note)
