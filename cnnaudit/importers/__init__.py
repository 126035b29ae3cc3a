"""Networks from files of other programs; each joins the pipeline as a finished layer graph.

A new format is a folder here, which holds a function that detects it and one that reads it, and a
line in ``IMPORTERS``.
"""

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from cnnaudit.lazy import load_function
from cnnaudit.sources.detect import BinaryFile

if TYPE_CHECKING:
    from cnnaudit.graph.graph import Graph


class Importer(NamedTuple):
    """One format of other programs' files.

    Messages call such a file ``article name``. The other fields name functions as
    ``module:function``, which are loaded when they are first called: ``detect(head) -> bool`` looks
    at the first bytes of a file, ``read(file, inputs) -> Graph`` reads it, with ``inputs`` as given
    by ``--input``. ``confirm(file) -> bool`` looks further into a file that ``detect`` cannot tell
    from others, such as an archive. ``suffixes`` are those of files in a folder that are reported
    if they may not be opened, since nothing but the name says what they are.
    """

    name: str
    detect: str
    read: str
    confirm: str | None = None
    article: str = "a"
    suffixes: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What messages call a file of the format: "a Keras model"."""
        return f"{self.article} {self.name}"

    def detects(self, head: bytes) -> bool:
        """Whether a file that starts with ``head`` is of the format, or may be."""
        return bool(load_function(self.detect)(head))

    def confirms(self, file: BinaryFile) -> bool:
        """Whether a file that has been detected is of the format."""
        return self.confirm is None or bool(load_function(self.confirm)(file))

    def graph(self, file: BinaryFile, inputs: Sequence[str]) -> "Graph":
        """The network of a file; raises ``AuditError``, or ``UsageError`` for ``inputs``."""
        graph: Graph = load_function(self.read)(file, inputs)
        return graph


#: The formats, in the order in which they are tried.
IMPORTERS: tuple[Importer, ...] = (
    Importer(
        name="Keras model",
        detect="cnnaudit.importers.keras.detect:is_model",
        read="cnnaudit.importers.keras.model:read",
        confirm="cnnaudit.importers.keras.detect:is_model_archive",
        suffixes=(".keras",),
    ),
)


def importer_of(file: BinaryFile) -> Importer | None:
    """The importer for a file that the user names; None if it is of no format.

    A file that could be of several formats, such as an archive, is of the first that confirms it.
    """
    candidates = [importer for importer in IMPORTERS if importer.detects(file.head)]
    if len(candidates) > 1:
        confirmed = (importer for importer in candidates if importer.confirms(file))
        return next(confirmed, candidates[0])
    return candidates[0] if candidates else None


def has_importable_suffix(path: PurePath) -> bool:
    """Whether a file that may not be opened is of one of the formats, by its name."""
    return any(path.suffix in importer.suffixes for importer in IMPORTERS)


def is_importable(file: BinaryFile) -> bool:
    """Whether a file met in a folder is certainly of one of the formats."""
    return any(importer.detects(file.head) and importer.confirms(file) for importer in IMPORTERS)
