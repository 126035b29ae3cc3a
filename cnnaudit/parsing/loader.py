"""Loads the architecture of a file, after those of its base and its backbone.

A shared base is opened for each file that extends it, since it may have changed, but parsed again
only if it has.
"""

from contextlib import suppress
from typing import NamedTuple

from cnnaudit.errors import AuditError, Diagnostic, Diagnostics, Source, Span
from cnnaudit.lazy import load_function
from cnnaudit.parsing.architecture import Architecture, read_architecture
from cnnaudit.parsing.backbone import file_of
from cnnaudit.parsing.overrides import with_variant
from cnnaudit.parsing.values import is_null
from cnnaudit.parsing.yaml_tree import MapNode, ScalarNode, YamlNode, parse
from cnnaudit.sources.files import SourceFile
from cnnaudit.sources.zoo import open_zoo_variant

MAX_EXTENDS = 16
#: Corrected lines for slips of YAML; loaded when a file has errors.
_CORRECTIONS = "cnnaudit.parsing.yaml_corrections:with_corrections"


class _CachedFile(NamedTuple):
    """A base or backbone file without errors, with its own base and backbone."""

    tree: YamlNode | None
    base: Architecture | None
    backbone: Architecture | None
    architecture: Architecture


#: Bases and backbones without errors, by source: saves 5 % of `check configs`. Emptied when full.
_BASES: dict[Source, _CachedFile] = {}
_MAX_BASES = 64


def load_architecture(opened: SourceFile, diagnostics: Diagnostics | None = None) -> Architecture:
    """The architecture of an opened file.

    Given ``diagnostics``, errors are collected there if the file is an architecture at all, so that
    the graph can be checked too; otherwise ``AuditError`` is raised with all of them.
    """
    collected = Diagnostics() if diagnostics is None else diagnostics
    architecture = _load(opened, collected, ())
    if architecture is None or diagnostics is None:
        collected.raise_any()
    assert architecture is not None
    return architecture


def split_variant(reference: str) -> tuple[str, str | None]:
    """``file.yaml@n`` as ``file.yaml`` and ``n``."""
    path, mark, variant = reference.rpartition("@")
    return (path, variant) if mark and "/" not in variant else (reference, None)


def _load(
    opened: SourceFile, diagnostics: Diagnostics, chain: tuple[str, ...]
) -> Architecture | None:
    source = opened.source
    cached = _BASES.get(source) if chain else None
    tree = cached.tree if cached is not None else parse(source, diagnostics)
    if tree is None and len(diagnostics):
        _correct_lines(source, None, diagnostics, None)
        return None
    node = tree.get("extends") if isinstance(tree, MapNode) else None
    trail = (*chain, source.path)
    base = backbone = None
    if isinstance(node, ScalarNode) and not is_null(node):
        base = _load_reference(opened, node, diagnostics, trail)
    elif node is not None:
        diagnostics.error("invalid-value", "expected the path of the file to extend", node.span)
    if node is not None and base is None:
        _check_alone(source, tree, diagnostics)
        _correct_lines(source, None, diagnostics, None)
        return None
    file = file_of(tree.get("backbone")) if isinstance(tree, MapNode) else None
    if file is not None:
        backbone = _load_reference(opened, file, diagnostics, trail)
    if cached is not None and cached.base is base and cached.backbone is backbone:
        return cached.architecture
    architecture = read_architecture(source, tree, base, diagnostics, backbone)
    if len(diagnostics):
        _correct_lines(source, base, diagnostics, backbone)
    if architecture is not None and chain and not len(diagnostics):
        if len(_BASES) >= _MAX_BASES:
            _BASES.clear()
        _BASES[source] = _CachedFile(tree, base, backbone, architecture)
    return architecture


def _correct_lines(
    source: Source,
    base: Architecture | None,
    diagnostics: Diagnostics,
    backbone: Architecture | None,
) -> None:
    """Give the errors of a file the corrected lines of slips of YAML, one error a slip."""
    own_errors = [error for error in diagnostics if error.path == source.path]
    others = [error for error in diagnostics if error.path != source.path]

    def read(changed: Source) -> list[Diagnostic]:
        collected = Diagnostics()
        tree = parse(changed, collected)
        if tree is not None:
            read_architecture(changed, tree, base, collected, backbone)
        is_part = base is None and isinstance(tree, MapNode) and tree.get("extends") is not None
        # An unknown op may be a block of the base.
        return [e for e in collected if not (is_part and "operation or block" in e.message)]

    diagnostics.replace((*others, *load_function(_CORRECTIONS)(source, own_errors, read)))


def _check_alone(source: Source, tree: YamlNode | None, diagnostics: Diagnostics) -> None:
    """Report the errors that do not depend on the missing base: misspelt keys."""
    collected = Diagnostics()
    read_architecture(source, tree, None, collected)
    for diagnostic in collected:
        misspelt = diagnostic.name in ("unknown-key", "duplicate-key")
        # An unknown op may be a block of the base.
        if misspelt and "operation or block" not in diagnostic.message:
            diagnostics.add(diagnostic)


def _load_reference(
    opened: SourceFile, node: ScalarNode, diagnostics: Diagnostics, chain: tuple[str, ...]
) -> Architecture | None:
    """The architecture of a file that this one names, at its variant."""
    reference, variant = split_variant(node.text)
    try:
        target, variant = _open_reference(opened, node.text, reference, variant)
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
    architecture = _load(target, diagnostics, chain)
    if architecture is None or variant is None:
        return architecture
    return with_variant(architecture, variant, diagnostics, _after(node.span, len(reference) + 1))


def _open_reference(
    opened: SourceFile, text: str, reference: str, variant: str | None
) -> tuple[SourceFile, str | None]:
    """The file that a reference names, and the variant; an ``@`` in a file name comes first."""
    prefix, _, name = reference.partition(":")
    if prefix == "zoo":
        return open_zoo_variant(name, variant)
    if variant is not None:
        with suppress(AuditError):
            return opened.resolver.open(text), None
    return opened.resolver.open(reference), variant


def _after(span: Span, offset: int) -> Span:
    return span._replace(column=span.column + offset) if span.line == span.end_line else span
