"""The network that is adapted: its document, and how another file refers to it."""

import os
from pathlib import Path
from typing import NamedTuple

from cnnaudit.adaptation.patch import Patch
from cnnaudit.errors import Problems, Source, Span, UsageError
from cnnaudit.operands import Foreign, find
from cnnaudit.parsing.document import Document, read_document
from cnnaudit.parsing.load import load
from cnnaudit.parsing.overrides import with_variant
from cnnaudit.parsing.source import Opened
from cnnaudit.parsing.yamltree import parse


class Stock(NamedTuple):
    """A network as one file says it.

    ``operand`` is how the command line names it, ``path`` the file on disk, None where there is
    none that another could extend; ``zoo`` says that it ships with the program.
    """

    operand: str
    opened: Opened
    document: Document
    variant: str | None
    path: Path | None
    zoo: bool

    def reference(self, folder: Path) -> str:
        """What ``extends`` says in a file of that folder; raises ``UsageError``."""
        variant = f"@{self.variant}" if self.variant else ""
        if self.zoo:
            return self.operand
        if self.path is None:
            message = f"{self.document.source.path} is no file that another could extend"
            raise UsageError(f"{message}: write the whole network, with --flat")
        relative = os.path.relpath(self.path.resolve(), folder.resolve())
        return relative.replace(os.sep, "/") + variant

    def read(self, patch: Patch) -> Document:
        """The document of a file that extends this one; raises ``AuditError``."""
        problems = Problems()
        source = Source("the adapted file", patch.text("stock"))
        document = read_document(source, parse(source, problems), self.document, problems)
        problems.raise_any()
        assert document is not None
        return document


def stock(operand: str) -> Stock | None:
    """The network that ``operand`` names; None for another program's file."""
    found, variant = find(operand)
    if isinstance(found, Foreign):
        return None
    return stock_of(operand, found, variant)


def stock_of(operand: str, found: Opened, variant: str | None = None) -> Stock:
    """The network of an opened file, at its variant; raises ``AuditError``."""
    problems = Problems()
    document = load(found, problems)
    if variant is not None:
        document = with_variant(document, variant, problems, Span(document.source, 1, 1, 1, 2))
    problems.raise_any()
    path = Path(operand) if variant is None else Path(operand.removesuffix(f"@{variant}"))
    zoo = operand.startswith("zoo:") and not path.exists()
    on_disk = not zoo and operand != "-" and path.is_file()
    return Stock(operand, found, document, variant, path if on_disk else None, zoo)
