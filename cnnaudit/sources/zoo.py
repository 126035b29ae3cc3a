"""The networks that come with the package: ``zoo:NAME`` is a file of ``configs/``.

Which they are does not change while the program runs.
"""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath

from cnnaudit.errors import did_you_mean, input_error
from cnnaudit.sources.files import SourceFile, read_file


class Zoo:
    """The folder of the shipped files; their references are resolved inside it."""

    def __init__(self, root: Path, folder: PurePosixPath) -> None:
        self.root = root
        self.folder = folder

    def open(self, reference: str) -> SourceFile:
        """Read ``reference`` relative to this folder."""
        path = self.folder / reference
        if not (self.root / path).resolve().is_relative_to(self.root.resolve()):
            message = f"'{reference}' is outside the zoo"
            raise input_error("outside-repository", message, f"zoo:{reference}")
        return _opened(self.root, path)


def _opened(root: Path, path: PurePosixPath) -> SourceFile:
    return SourceFile(read_file(root / path, f"zoo:{path.stem}"), Zoo(root, path.parent))


@cache
def root() -> Path:
    """Where the files are: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent / "configs"


@cache
def _paths() -> Mapping[str, str]:
    """Where below ``root`` each shipped file is, by its name, sorted."""
    found = {}
    for folder in os.scandir(root()):
        if folder.is_dir():
            for file in os.scandir(folder.path):
                if file.name.endswith(".yaml"):
                    found[file.name.removesuffix(".yaml")] = f"{folder.name}/{file.name}"
    return dict(sorted(found.items()))


def files() -> Mapping[str, Path]:
    """The shipped files by the names under which ``zoo:`` finds them, sorted."""
    return {name: root() / path for name, path in _paths().items()}


def open_zoo(name: str) -> SourceFile:
    """The shipped file of that name; raises ``AuditError`` with the nearest name there is."""
    paths = _paths()
    if name not in paths:
        help = did_you_mean(name, tuple(paths)) or "`cnnaudit zoo` lists them"
        raise input_error("unreadable", f"there is no network '{name}' in the zoo", "zoo", help)
    return _opened(root(), PurePosixPath(paths[name]))
