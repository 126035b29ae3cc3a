"""Loads the networks of operands: files, folders, standard input, revisions, shipped networks.

``FILE``, ``FILE@VARIANT``, ``FOLDER``, ``-``, ``REV:PATH``, ``zoo:NAME``. A folder stands for the
architecture files below it, which are recognised by their content.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cnnaudit.errors import Diagnostics, Span, UsageError, input_error
from cnnaudit.graph.builder import build_graph
from cnnaudit.graph.graph import Graph
from cnnaudit.lazy import load_function
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.loader import load_architecture as load_document
from cnnaudit.parsing.loader import split_variant
from cnnaudit.parsing.overrides import with_input, with_variable, with_variant
from cnnaudit.sources import zoo
from cnnaudit.sources.detect import (
    HEAD_BYTES,
    BinaryFile,
    file_in_memory,
    file_on_disk,
    is_architecture,
    is_plain_architecture,
    read_head,
)
from cnnaudit.sources.files import (
    MAX_BYTES,
    FileResolver,
    SourceFile,
    decode,
    display_path,
    exists,
    is_file,
    open_path,
    repository_root,
    resolver_of,
)

if TYPE_CHECKING:  # an architecture file needs no importer
    from cnnaudit.importers import Importer

#: The largest file of another program that is read from standard input or from git; one on disk is
#: opened, and never read as a whole.
_MAX_PIPED_BYTES = 8 * 1024 * 1024

#: The suffixes of architecture files that are reported if they may not be opened.
_SUFFIXES = (".yaml", ".yml")


class Foreign(NamedTuple):
    """Another program's file, and the importer that reads it."""

    file: BinaryFile
    importer: "Importer"

    @property
    def shown(self) -> str:
        """The name of the file in messages."""
        return self.file.shown


class Overrides(NamedTuple):
    """The values of ``--input`` and ``--set`` for a network."""

    inputs: Sequence[str] = ()
    variables: Sequence[str] = ()


def expand(operands: Sequence[str]) -> list[str]:
    """The operands with every folder replaced by the architecture files below it, sorted."""
    found = []
    for operand in operands:
        if not operand:
            raise UsageError("an operand is empty: the name of a file is missing")
        path = Path(operand)
        if operand != "-" and _is_folder(path):
            files = [str(file) for file in _architectures(path)]
            if not files:
                _refuse("refuse_folder", path)
            found += files
        else:
            found.append(operand)
    return found


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError) as error:
        # A name that is too long, or holds a NUL.
        reason = getattr(error, "strerror", None) or str(error)
        raise input_error("unreadable", f"cannot be read: {reason}", str(path)[:200]) from None


def _architectures(folder: Path) -> Iterator[Path]:
    """Files below ``folder`` that hold networks, by their content.

    Hidden folders are left alone, and so are Python's virtual environments, which may hold this
    program and its own networks. Folders that cannot be listed come last: reading them says why.
    """
    closed: list[OSError] = []
    for top, folders, names in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and not exists(Path(top, name, "pyvenv.cfg"))
        )
        for name in sorted(names):
            path = Path(top, name)
            if not name.startswith(".") and is_file(path) and is_supported_file(path):
                yield path
    yield from (Path(error.filename) for error in closed)


def is_supported_file(path: Path) -> bool:
    """Whether the content of a file is an architecture, or a model of another program.

    A file that may not be read is judged by its suffix: reading it says why.
    """
    from cnnaudit import importers  # noqa: PLC0415  `report FILE` needs no importer

    head = read_head(path)
    if head is None:
        return path.suffix in _SUFFIXES or importers.has_importable_suffix(path)
    return is_architecture(head) or importers.is_importable(file_on_disk(path, str(path), head))


NO_OVERRIDES = Overrides()


class Network(NamedTuple):
    """A layer graph and the document it was built from; None where it is another program's file."""

    graph: Graph
    document: Architecture | None


def load(operand: str, overrides: Overrides = NO_OVERRIDES) -> Graph:
    """The layer graph of one network, named as on the command line.

    Raises ``AuditError`` for a file that cannot be audited, ``UsageError`` for overrides that do
    not fit it.
    """
    return load_network(operand, overrides).graph


def load_network(operand: str, overrides: Overrides = NO_OVERRIDES) -> Network:
    """What ``load`` gives, with the document, overrides included."""
    return network_of(*find(operand), overrides)


def network_of(
    found: SourceFile | Foreign, variant: str | None, overrides: Overrides = NO_OVERRIDES
) -> Network:
    """The network of what an operand names, at one of its variants."""
    if isinstance(found, Foreign):
        return Network(_imported(found, variant, overrides), None)
    diagnostics = Diagnostics()
    architecture = _chosen(found, variant, overrides, diagnostics)
    graph = build_graph(architecture, diagnostics)
    if variant is not None:
        graph = graph._replace(path=f"{graph.path}@{variant}")
    return Network(graph, architecture)


def variant_of(architecture: Architecture, variant: str) -> Network:
    """The network of a document that has been read already, at one of its variants."""
    diagnostics = Diagnostics()
    architecture = with_variant(
        architecture, variant, diagnostics, Span(architecture.source, 1, 1, 1, 2)
    )
    graph = build_graph(architecture, diagnostics)
    return Network(graph._replace(path=f"{graph.path}@{variant}"), architecture)


def load_architecture(
    operand: str, overrides: Overrides = NO_OVERRIDES
) -> tuple[Architecture, str]:
    """The document of one architecture file, not built yet, and how messages name it.

    Raises ``AuditError`` for a file that cannot be read, ``UsageError`` for another program's file
    and for overrides that do not fit.
    """
    found, variant = find(operand)
    if isinstance(found, Foreign):
        message = f"{found.shown} is {found.importer.label}"
        raise UsageError(f"{message}: `cnnaudit convert` it first")
    diagnostics = Diagnostics()
    architecture = _chosen(found, variant, overrides, diagnostics)
    diagnostics.raise_any()
    path = architecture.source.path
    return architecture, f"{path}@{variant}" if variant else path


def _chosen(
    opened: SourceFile, variant: str | None, overrides: Overrides, diagnostics: Diagnostics
) -> Architecture:
    """The document of a file at one of its variants, with what the command line sets."""
    architecture = load_document(opened, diagnostics)
    if variant is not None:
        span = Span(architecture.source, 1, 1, 1, 2)
        architecture = with_variant(architecture, variant, diagnostics, span)
    for assignment in overrides.variables:
        architecture = with_variable(architecture, assignment)
    for shape in overrides.inputs:
        architecture = with_input(architecture, shape)
    return architecture


def _imported(found: Foreign, variant: str | None, overrides: Overrides) -> Graph:
    """The graph of another program's file, which has neither variants nor variables."""
    message = f"{found.shown} is {found.importer.label}"
    if variant is not None:
        raise UsageError(f"{message}: it has no variant '{variant}'")
    if overrides.variables:
        name = overrides.variables[0].partition("=")[0]
        raise UsageError(f"--set {name}: {message}: it has no variables")
    return found.importer.graph(found.file, overrides.inputs)


def find(operand: str) -> tuple[SourceFile | Foreign, str | None]:
    """What an operand names, and its variant."""
    if operand == "-":
        return _standard_input(), None
    path = Path(operand)
    if is_file(path):
        return _file(path), None
    if exists(path):
        _refuse("refuse_folder", path)
        return open_path(path), None
    reference, variant = split_variant(operand)
    prefix, colon, rest = reference.partition(":")
    if colon and prefix == "zoo":
        return zoo.open_zoo_variant(rest, variant)
    if colon and len(prefix) > 1 and not exists(Path(reference)):
        return _in_revision(prefix, rest), variant
    path = Path(reference)
    return (_file(path) if is_file(path) else open_path(path)), variant


def _file(path: Path) -> SourceFile | Foreign:
    head = read_head(path) or b""
    shown = display_path(path)
    foreign = _foreign(file_on_disk(path, shown, head))
    if foreign is not None:
        return foreign
    if 0 < len(head) < HEAD_BYTES:
        # That was all of it.
        return SourceFile(decode(head, shown), resolver_of(path))
    return open_path(path)


def _foreign(file: BinaryFile) -> Foreign | None:
    """A file of another program with its importer; None for an architecture."""
    if is_plain_architecture(file.head):
        return None
    from cnnaudit.importers import importer_of  # noqa: PLC0415  `report FILE` needs no importer

    importer = importer_of(file)
    is_certain = importer.confirms(file) if importer is not None else is_architecture(file.head)
    if file.head and not is_certain:
        _refuse("refuse_foreign", file, importer is not None)
    return Foreign(file, importer) if importer is not None else None


def _refuse(function: str, *arguments: object) -> None:
    """Raise ``AuditError`` that names a file or folder, if it is of a program that has a name."""
    load_function(f"cnnaudit.sources.foreign_files:{function}")(*arguments)


def _in_revision(revision: str, path: str) -> SourceFile | Foreign:
    from cnnaudit.sources.git import read_revision  # noqa: PLC0415  brings subprocess along

    blob = read_revision(revision, path, _MAX_PIPED_BYTES)
    return _foreign(file_in_memory(blob.data, blob.shown)) or blob.opened()


def _standard_input() -> SourceFile | Foreign:
    if sys.stdin is None or sys.stdin.closed:
        raise UsageError("there is no standard input to read")
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    foreign = _foreign(file_in_memory(data, "<stdin>"))
    if foreign is not None:
        data += sys.stdin.buffer.read(_MAX_PIPED_BYTES + 1 - len(data))
        return foreign._replace(file=file_in_memory(data, "<stdin>"))
    here = Path.cwd()
    return SourceFile(decode(data, "<stdin>"), FileResolver(Path(), repository_root(here) or here))
