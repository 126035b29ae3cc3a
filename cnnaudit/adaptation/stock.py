"""The network that is adapted: its document, and how another file refers to it."""

import os
from pathlib import Path
from typing import NamedTuple

from cnnaudit.adaptation.patch import Patch
from cnnaudit.adaptation.recipe import OutOfReachError
from cnnaudit.errors import Diagnostics, Source, Span
from cnnaudit.operands import Foreign, find
from cnnaudit.parsing import zoo
from cnnaudit.parsing.document import Document, read_document
from cnnaudit.parsing.load import load
from cnnaudit.parsing.overrides import with_variant
from cnnaudit.parsing.source import Opened, exists, is_file, repository_root
from cnnaudit.parsing.yamltree import parse


class Stock(NamedTuple):
    """A network as one file says it.

    ``operand`` is how the command line names it, ``path`` the file on disk, None where there is
    none that another could extend; ``shipped`` says that it ships with the program, ``rewritten``
    that its text is not the file's, but has every layer of it on a line of its own.
    """

    operand: str
    opened: Opened
    document: Document
    variant: str | None
    path: Path | None
    shipped: bool
    rewritten: bool = False

    def reference(self, folder: Path) -> str:
        """What ``extends`` says in a file of that folder; raises ``OutOfReachError``.

        A shipped file that the folder's repository does not hold is called by its name.
        """
        variant = f"@{self.variant}" if self.variant else ""
        if self.shipped:
            return self.operand
        if self.path is None:
            message = f"{self.document.source.path} is no file that another could extend"
            raise OutOfReachError(f"{message}: write the whole network, with --flat")
        path, here = self.path.resolve(), folder.resolve()
        known = zoo.files().get(path.stem)
        shipped = known is not None and known.resolve() == path
        if shipped and not path.is_relative_to(repository_root(here) or here):
            return f"zoo:{path.stem}{variant}"
        relative = os.path.relpath(path, here)
        return relative.replace(os.sep, "/") + variant

    def read(self, patch: Patch) -> Document:
        """The document of a file that extends this one; raises ``AuditError``."""
        diagnostics = Diagnostics()
        source = Source("the adapted file", patch.text("stock"))
        document = read_document(source, parse(source, diagnostics), self.document, diagnostics)
        diagnostics.raise_any()
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
    diagnostics = Diagnostics()
    document = load(found, diagnostics)
    if variant is not None:
        document = with_variant(document, variant, diagnostics, Span(document.source, 1, 1, 1, 2))
    diagnostics.raise_any()
    path = Path(operand) if variant is None else Path(operand.removesuffix(f"@{variant}"))
    shipped = operand.startswith("zoo:") and not exists(path)
    on_disk = not shipped and operand != "-" and is_file(path)
    return Stock(operand, found, document, variant, path if on_disk else None, shipped)
