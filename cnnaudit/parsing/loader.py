"""Loads the architecture of a file, and first those of the files that it builds on.

A file that many others build on is opened for each of them, since it may have changed, and worked
through once as long as it has not.
"""

from contextlib import suppress
from typing import NamedTuple

from cnnaudit.errors import AuditError, Diagnostics, Source, Span
from cnnaudit.parsing.architecture import Architecture, read_architecture
from cnnaudit.parsing.backbone import file_of
from cnnaudit.parsing.overrides import with_variant
from cnnaudit.parsing.values import is_null
from cnnaudit.parsing.yaml_tree import MapNode, ScalarNode, YamlNode, parse
from cnnaudit.sources.files import SourceFile
from cnnaudit.sources.zoo import open_zoo

MAX_EXTENDS = 16


class _Kept(NamedTuple):
    """A file without faults that others build on, and what it builds on itself."""

    tree: YamlNode | None
    base: Architecture | None
    trunk: Architecture | None
    document: Architecture


#: Files that others build on, without faults, by their sources: a folder of variations reads its
#: bases once, which saves 5 % of `check configs`. Emptied when it is full.
_BASES: dict[Source, _Kept] = {}
_MAX_BASES = 64


def load_architecture(opened: SourceFile, diagnostics: Diagnostics | None = None) -> Architecture:
    """The architecture of an opened file.

    Given ``diagnostics``, errors are collected there if the file is an architecture at all, so that
    the graph can be checked too; otherwise ``AuditError`` is raised with all of them.
    """
    collected = Diagnostics() if diagnostics is None else diagnostics
    document = _load(opened, collected, ())
    if document is None or diagnostics is None:
        collected.raise_any()
    assert document is not None
    return document


def split_variant(reference: str) -> tuple[str, str | None]:
    """``file.yaml@n`` as ``file.yaml`` and ``n``."""
    path, mark, variant = reference.rpartition("@")
    return (path, variant) if mark and "/" not in variant else (reference, None)


def _load(
    opened: SourceFile, diagnostics: Diagnostics, chain: tuple[str, ...]
) -> Architecture | None:
    source = opened.source
    kept = _BASES.get(source) if chain else None
    tree = kept.tree if kept is not None else parse(source, diagnostics)
    if tree is None and len(diagnostics):
        return None
    node = tree.get("extends") if isinstance(tree, MapNode) else None
    trail = (*chain, source.path)
    base = trunk = None
    if isinstance(node, ScalarNode) and not is_null(node):
        base = _referenced(opened, node, diagnostics, trail)
    elif node is not None:
        diagnostics.error("invalid-value", "expected the path of the file to extend", node.span)
    if node is not None and base is None:
        _check_alone(source, tree, diagnostics)
        return None
    file = file_of(tree.get("backbone")) if isinstance(tree, MapNode) else None
    if file is not None:
        trunk = _referenced(opened, file, diagnostics, trail)
    if kept is not None and kept.base is base and kept.trunk is trunk:
        return kept.document
    document = read_architecture(source, tree, base, diagnostics, trunk)
    if document is not None and chain and not len(diagnostics):
        if len(_BASES) >= _MAX_BASES:
            _BASES.clear()
        _BASES[source] = _Kept(tree, base, trunk, document)
    return document


def _check_alone(source: Source, tree: YamlNode | None, diagnostics: Diagnostics) -> None:
    """Report what is wrong with a file whatever its base would have been: misspelt keys."""
    found = Diagnostics()
    read_architecture(source, tree, None, found)
    for diagnostic in found:
        misspelt = diagnostic.name in ("unknown-key", "duplicate-key")
        # An operation that is not known here may be a block of the base.
        if misspelt and "operation or block" not in diagnostic.message:
            diagnostics.add(diagnostic)


def _referenced(
    opened: SourceFile, node: ScalarNode, diagnostics: Diagnostics, chain: tuple[str, ...]
) -> Architecture | None:
    """The document of a file that this one names, at its variant."""
    reference, variant = split_variant(node.text)
    try:
        target, variant = _opened(opened, node.text, reference, variant)
    except AuditError as error:
        (reason,) = error.diagnostics
        message = f"{reason.path}: {reason.message}"
        if reason.region is not None:
            diagnostics.add(reason._replace(message=message))
        else:
            diagnostics.error(reason.name, message, node.span, reason.help)
        return None
    if len(chain) > MAX_EXTENDS and target.source.path not in chain:
        message = f"more than {MAX_EXTENDS} files build on each other"
        diagnostics.error("over-limit", message, node.span)
        return None
    if target.source.path in chain:
        circle = " → ".join((*chain, target.source.path))
        diagnostics.error(
            "extends-cycle", f"files build on each other in a circle: {circle}", node.span
        )
        return None
    document = _load(target, diagnostics, chain)
    if document is None or variant is None:
        return document
    return with_variant(document, variant, diagnostics, _after(node.span, len(reference) + 1))


def _opened(
    opened: SourceFile, text: str, reference: str, variant: str | None
) -> tuple[SourceFile, str | None]:
    """The file that a reference names; one whose own name holds an ``@`` comes first."""
    prefix, _, name = reference.partition(":")
    if prefix == "zoo":
        return open_zoo(name), variant
    if variant is not None:
        with suppress(AuditError):
            return opened.resolver.open(text), None
    return opened.resolver.open(reference), variant


def _after(span: Span, offset: int) -> Span:
    return span._replace(column=span.column + offset) if span.line == span.end_line else span
