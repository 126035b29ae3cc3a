"""Build context of a layer list, and the result of building one of its parts."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from cnnaudit.graph.graph import Initialiser, Outline

#: Outputs that are not nodes: after an error; after branches that stay apart; several inputs.
UNKNOWN, APART, SEVERAL = -1, -2, -3


class BuildContext(NamedTuple):
    """A layer list's full-name prefix, the names it knows, and what it inherits.

    ``entry`` is the output that enters the list, ``inputs`` are the network's own where they can be
    named. ``share`` maps the prefix of a layer to the one whose weights it uses.
    """

    prefix: str
    names: Mapping[str, Any]
    entry: int
    inputs: Mapping[str, int]
    trainable: bool = True
    share: tuple[str, str] | None = None
    auxiliary: bool = False
    init: Initialiser | None = None
    depth: int = 0

    def inside(self, name: str, entry: int) -> "BuildContext":
        """The place of a list below the full name ``name``: it sees none of the outer layers."""
        return self._replace(prefix=f"{name}.", entry=entry, inputs={})

    def inside_block(self, name: str, entry: int, names: Mapping[str, Any]) -> "BuildContext":
        """The place of a block's list, which has these names."""
        return self._replace(
            prefix=f"{name}.", names=names, entry=entry, inputs={}, depth=self.depth + 1
        )

    def in_repetition(self, turn: int) -> "BuildContext":
        """The same place in a repetition, where ``i`` counts from 0."""
        return self._replace(names={**self.names, "i": turn})


class BuiltPart(NamedTuple):
    """The result of building a layer or list: output, outline, outputs of separate branches."""

    output: int
    outline: tuple[Outline, ...] = ()
    ends: tuple[int, ...] = ()


class OverLimitError(Exception):
    """The network is larger than the budget; this has been reported."""
