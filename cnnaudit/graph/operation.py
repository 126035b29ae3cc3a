"""What a node computes, apart from who it is: one value for all nodes that say the same.

Networks repeat themselves: a hundred layers are twenty operations, and the files of a repository
share most of theirs. What follows from an operation alone is worked out once for each of them, and
kept with it.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import wraps
from typing import Any, TypeVar

from cnnaudit.layers.kind import Attributes, Shape, Shapes, Weight, Work
from cnnaudit.layers.table import kind_of

Answer = TypeVar("Answer")

_NONE_YET = object()


class Operation:
    """A kind with its attributes, behind inputs of certain shapes; it never changes.

    ``entering`` are the shapes of its inputs and ``shape`` that of its output, without the batch,
    channels last; empty where they are not known. Operations that say the same are equal, and most
    of them are one object.
    """

    __slots__ = ("_facts", "_keeps", "attributes", "entering", "kind", "shape")

    kind: str
    attributes: Attributes
    entering: Shapes
    shape: Shape

    def __init__(self, kind: str, attributes: Attributes, entering: Shapes, shape: Shape) -> None:
        self.kind = kind
        self.attributes = attributes
        self.entering = entering
        self.shape = shape
        self._facts: dict[object, Any] = {}
        # What follows from the numbers of many variants is large, and asked once.
        self._keeps = not _is_many((shape, *entering, *attributes.values()))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Operation):
            return NotImplemented
        return self is other or self._said == other._said

    @property
    def _said(self) -> tuple[str, Attributes, Shapes, Shape]:
        return self.kind, self.attributes, self.entering, self.shape

    # Attributes stand in a mapping; whoever groups operations goes by their identity.
    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Operation{self._said!r}"


#: What stands for itself; asking anything else whether it is a fraction takes ten times as long.
_SINGLE = frozenset((int, bool, str, Fraction, type(None)))


def _is_many(value: object) -> bool:
    """Whether a number is, or holds, those of several variants: another kind of fraction."""
    if type(value) in _SINGLE:
        return False
    if type(value) is tuple:
        return any(map(_is_many, value))
    return isinstance(value, Fraction)


def fact(of: Callable[[Operation], Answer]) -> Callable[[Operation], Answer]:
    """Work out once for each operation what follows from it alone.

    That of several variants at once is worked out each time.
    """

    @wraps(of)
    def known(operation: Operation) -> Answer:
        facts = operation._facts
        found = facts.get(of, _NONE_YET)
        if found is _NONE_YET:
            found = of(operation)
            if operation._keeps:
                facts[of] = found
        answer: Answer = found
        return answer

    return known


@fact
def weights_of(operation: Operation) -> tuple[Weight, ...]:
    """The tensors that an operation needs, its running statistics included."""
    return kind_of(operation.kind).weights(operation.entering, operation.attributes)


@fact
def work_of(operation: Operation) -> Work:
    """What an operation costs on one image."""
    found = operation
    return kind_of(found.kind).work(found.entering, found.attributes, found.shape)
