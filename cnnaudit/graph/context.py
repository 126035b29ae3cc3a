"""Build context of a layer list, and the result of building one of its parts."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Any, NamedTuple

from cnnaudit.graph.graph import Initialiser, Outline


class NoOutput(IntEnum):
    """Why an output is not a node; the positions of nodes are 0 or more."""

    #: After an error, which was reported.
    UNKNOWN = -1
    #: Branches that stay apart.
    APART = -2
    #: A network with several inputs.
    SEVERAL = -3


UNKNOWN, APART, SEVERAL = NoOutput


class BuildContext(NamedTuple):
    """Where a layer list stands: prefix of its full names, names for expressions, attributes.

    ``entry`` is the output that the list starts from; ``inputs`` are the network's inputs that its
    layers may name. ``share`` maps the prefix of a layer to that of the owner of its weights.
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
        """The context of a list below the full name ``name``; outer layers cannot be named."""
        return self._replace(prefix=f"{name}.", entry=entry, inputs={})

    def inside_block(self, name: str, entry: int, names: Mapping[str, Any]) -> "BuildContext":
        """The context of a block's list, whose expressions have these names."""
        return self._replace(
            prefix=f"{name}.", names=names, entry=entry, inputs={}, depth=self.depth + 1
        )

    def in_repetition(self, number: int) -> "BuildContext":
        """The same context in a repetition; ``i`` is its number from 0."""
        return self._replace(names={**self.names, "i": number})


class BuiltPart(NamedTuple):
    """The result of building a layer or list: output, outline, outputs of separate branches."""

    output: int
    outline: tuple[Outline, ...] = ()
    ends: tuple[int, ...] = ()


class OverLimitError(Exception):
    """The network is larger than the budget; this has been reported."""
