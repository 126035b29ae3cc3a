"""The formats of a command: ``FORMATS`` maps a name to ``module:function``, loaded when written.

Every command's folder holds such a table in ``formats.py``. A renderer is
``render(result, options) -> str``; its options begin with those of ``Display``.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.lazy import load_function


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
