"""The networks that come with the package: ``zoo:NAME`` is a file of ``configs/``.

Which they are does not change while the program runs.
"""

import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath

from cnnaudit.errors import input_error
from cnnaudit.lazy import load_function
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
    """The shipped file of that name, or of another name for it; raises ``AuditError``."""
    return open_zoo_variant(name, None)[0]


def open_zoo_variant(name: str, variant: str | None) -> tuple[SourceFile, str | None]:
    """The shipped file that a name means, and the variant of it; raises ``AuditError``."""
    paths = _paths()
    if name not in paths:
        resolve = load_function("cnnaudit.sources.zoo_names:resolve")
        name, variant = resolve(name, variant, tuple(paths), _title)
    return _opened(root(), PurePosixPath(paths[name])), variant


def _title(name: str) -> str:
    """The name of a shipped network in its file."""
    text = open_zoo(name).source.text
    title = re.search(r"(?m)^name: (.*)$", text)
    return title[1] if title else name
