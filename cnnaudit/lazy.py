"""Functions that tables name by their module, so that a table loads nothing."""

from importlib import import_module
from typing import Any


def load_function(entry: str) -> Any:
    """The function that ``package.module:function`` names; its module is loaded now."""
    module, _, name = entry.partition(":")
    return getattr(import_module(module), name)
