"""The formats of a command: ``FORMATS`` maps a name to ``module:function``, loaded when written.

Every command's folder holds such a table in ``formats.py``. A renderer is
``render(result, options) -> str``; its options begin with those of ``Display``.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.lazy import load_function

#: The suffixes of files in a format, the usual one first; a format without one needs its name.
SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "table": (".txt",),
    "text": (".txt",),
    "json": (".json",),
    "csv": (".csv",),
    "markdown": (".md", ".markdown"),
    "latex": (".tex",),
    "yaml": (".yaml", ".yml"),
    "npz": (".npz",),
    "svg": (".svg",),
    "sarif": (".sarif", ".sarif.json"),
    "junit": (".xml",),
}


class Display(NamedTuple):
    """The width of an output (None: as wide as it needs), and whether it is in colour."""

    width: int | None = None
    color: bool = False


def load_renderer(command: str, reference: str) -> Callable[..., Any]:
    """The renderer that a command's table of formats calls ``reference``."""
    renderer: Callable[..., Any] = load_function(f"cnnaudit.render.{command}.{reference}")
    return renderer


def check_format(name: str, formats: Iterable[str]) -> None:
    """Raise ``UsageError`` if there is no format of this name."""
    names = list(formats)
    if name not in names:
        hint = did_you_mean(name, names) or f"there are {', '.join(names)}"
        raise UsageError(f"there is no format '{name}' ({hint})")


def format_of_path(
    path: str, formats: Iterable[str], suffixes: Mapping[str, tuple[str, ...]] = SUFFIXES
) -> str | None:
    """The format whose suffix a path has; of several the one with the longest. None for none."""
    lower = path.lower()
    fitting = (
        (len(suffix), name)
        for name in formats
        for suffix in suffixes.get(name, ())
        if lower.endswith(suffix)
    )
    return max(fitting, default=(0, None))[1]


def format_list(formats: Iterable[str], suffixes: Mapping[str, tuple[str, ...]] = SUFFIXES) -> str:
    """The formats, each with the usual suffix of its files: ``table (.txt), json (.json)``."""
    return ", ".join(
        f"{name} ({suffixes[name][0]})" if suffixes.get(name) else name for name in formats
    )
