"""The stock network, which is adapted: its architecture, and how another file refers to it."""

import os
from pathlib import Path
from typing import NamedTuple

from cnnaudit.adaptation.options import StockUnreachableError
from cnnaudit.adaptation.patch import Patch
from cnnaudit.errors import Diagnostics, Source, Span
from cnnaudit.loading import Foreign, find
from cnnaudit.parsing.architecture import Architecture, read_architecture
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.parsing.overrides import with_variant
from cnnaudit.parsing.yaml_tree import parse
from cnnaudit.sources import zoo
from cnnaudit.sources.files import SourceFile, exists, is_file, repository_root


class Stock(NamedTuple):
    """A network as one file gives it.

    ``operand`` is its name on the command line. ``path`` is the file on disk that another could
    extend, or None. ``is_shipped`` tells that it belongs to the program's own networks,
    ``is_rewritten`` that the text is not the file's, but lists every layer of its network.
    """

    operand: str
    source_file: SourceFile
    architecture: Architecture
    variant: str | None
    path: Path | None
    is_shipped: bool
    is_rewritten: bool = False

    def reference(self, folder: Path) -> str:
        """Return the value of ``extends`` in a file of that folder.

        A shipped network outside of the folder's repository is referred to by name. Raises
        ``StockUnreachableError``.
        """
        variant = f"@{self.variant}" if self.variant else ""
        if self.is_shipped:
            return f"{self.source_file.source.path}{variant}"
        if self.path is None:
            message = f"{self.architecture.source.path} is no file that another could extend"
            raise StockUnreachableError(f"{message}: write the whole network, with --flat")
        path, target_folder = self.path.resolve(), folder.resolve()
        zoo_path = zoo.files().get(path.stem)
        is_zoo_file = zoo_path is not None and zoo_path.resolve() == path
        if is_zoo_file and not path.is_relative_to(repository_root(target_folder) or target_folder):
            return f"zoo:{path.stem}{variant}"
        relative = os.path.relpath(path, target_folder)
        return relative.replace(os.sep, "/") + variant

    def at_variant(self, name: str) -> "Stock":
        """Return the network of the same file at a variant of it; raises ``AuditError``."""
        return stock_from_file(self.operand, self.source_file, name)

    def read_patch(self, patch: Patch) -> Architecture:
        """Read the file of a patch, which extends this network; raises ``AuditError``."""
        diagnostics = Diagnostics()
        source = Source("the adapted file", patch.text("stock"))
        architecture = read_architecture(
            source, parse(source, diagnostics), self.architecture, diagnostics
        )
        diagnostics.raise_any()
        assert architecture is not None
        return architecture


def read_stock(operand: str) -> Stock | None:
    """Read the network that ``operand`` names; returns None for a file of another program."""
    source_file, variant = find(operand)
    if isinstance(source_file, Foreign):
        return None
    return stock_from_file(operand, source_file, variant)


def stock_from_file(operand: str, source_file: SourceFile, variant: str | None = None) -> Stock:
    """Read the network of an opened file, at a variant of it; raises ``AuditError``."""
    diagnostics = Diagnostics()
    architecture = load_architecture(source_file, diagnostics)
    if variant is not None:
        span = Span(architecture.source, 1, 1, 1, 2)
        architecture = with_variant(architecture, variant, diagnostics, span)
    diagnostics.raise_any()
    path = Path(operand) if variant is None else Path(operand.removesuffix(f"@{variant}"))
    is_shipped = operand.startswith("zoo:") and not exists(path)
    is_on_disk = not is_shipped and operand != "-" and is_file(path)
    return Stock(
        operand, source_file, architecture, variant, path if is_on_disk else None, is_shipped
    )
