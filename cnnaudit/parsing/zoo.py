"""The networks that come with the package: ``zoo:NAME`` is a file of ``configs/``.

Which they are does not change while the program runs.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath

from cnnaudit.errors import file_error, suggestion
from cnnaudit.parsing.source import Opened, read_file


class Zoo:
    """The folder of the shipped files; what they refer to is found inside it."""

    def __init__(self, root: Path, folder: PurePosixPath) -> None:
        self.root = root
        self.folder = folder

    def open(self, reference: str) -> Opened:
        """Read ``reference`` relative to this folder."""
        path = self.root / self.folder / reference
        if not path.resolve().is_relative_to(self.root.resolve()):
            message = f"'{reference}' is outside the zoo"
            raise file_error("outside-repository", message, f"zoo:{reference}")
        shown = f"zoo:{path.stem}"
        return Opened(read_file(path, shown), Zoo(self.root, (self.folder / reference).parent))


@cache
def root() -> Path:
    """Where the files are: inside an installed package, beside it in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "configs"
    return inside if inside.is_dir() else package.parent / "configs"


@cache
def files() -> Mapping[str, Path]:
    """The shipped files by the names under which ``zoo:`` finds them, sorted."""
    folders = [folder for folder in root().iterdir() if folder.is_dir()]
    inside = (path for folder in folders for path in folder.iterdir())
    found = {
        path.name.removesuffix(".yaml"): path for path in inside if path.name.endswith(".yaml")
    }
    return dict(sorted(found.items()))


def open_zoo(name: str) -> Opened:
    """The shipped file of that name; raises ``AuditError`` with the nearest name there is."""
    known = files()
    if name not in known:
        help = suggestion(name, tuple(known)) or "`cnnaudit zoo` lists them"
        raise file_error("unreadable", f"there is no network '{name}' in the zoo", "zoo", help)
    top = root()
    path = known[name].relative_to(top)
    return Zoo(top, PurePosixPath()).open(path.as_posix())
