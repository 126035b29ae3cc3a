"""Attributes and operations that say the same are one object, in a network and file after file.

Attributes follow from what a layer says and from how many axes enter it; its operation from them
and from the shapes that enter.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from cnnaudit.errors import Problem, Span
from cnnaudit.graph.attributes import Evaluator, resolve, settled, tell
from cnnaudit.graph.operation import Operation
from cnnaudit.known import Known
from cnnaudit.layers.frameworks import Framework
from cnnaudit.layers.kind import Attributes, Kind, Shapes, product
from cnnaudit.parsing.fitting import MAX_INTEGER
from cnnaudit.parsing.settings import Values

_ATTRIBUTES: Known[Attributes] = Known(4096)

#: By the identity of their attributes and by the shapes that enter.
_OPERATIONS: Known[Operation] = Known(16_384)


class Resolved(NamedTuple):
    """The attributes of a layer, and whether they are one object for all that say the same."""

    attributes: Attributes
    shared: bool


def attributes_of(
    kind: Kind,
    values: Values,
    names: Mapping[str, Any],
    shapes: Shapes,
    framework: Framework,
    evaluator: Evaluator,
    span: Span,
) -> Resolved | None:
    """Every attribute of a layer of ``kind``; None where one has no value (and was reported)."""
    entering = shapes[0]
    key: list[Any] = [framework.name, kind.name, len(entering)]
    told = tell(key, values, names)
    if not told:
        key = [framework.name, kind.name, entering]
        told = settled(shapes) and tell(key, values, names, entering)
    asked = tuple(key)
    known = _ATTRIBUTES.get(asked) if told else None
    if known is None:
        known = resolve(kind, values, names, entering, framework, evaluator, span)
        if known is None:
            return None
        if told:
            _ATTRIBUTES.keep(asked, known)
    return Resolved(known, told)


def shared_operation(kind: Kind, attributes: Attributes, shapes: Shapes) -> Operation | Problem:
    """The operation of attributes that are shared, behind settled shapes; why there is none."""
    key = id(attributes), shapes
    known = _OPERATIONS.get(key)
    if known is not None:
        return known
    found = operation_of(kind, attributes, shapes)
    return _OPERATIONS.keep(key, found) if isinstance(found, Operation) else found


def operation_of(kind: Kind, attributes: Attributes, shapes: Shapes) -> Operation | Problem:
    """The operation of a layer with these attributes behind these shapes; why there is none."""
    if problem := kind.fault(shapes, attributes):
        return problem
    shape = kind.output(shapes, attributes)
    # A shape that entered was weighed when it came to be; one of many variants takes long to weigh.
    if shape is not shapes[0] and product(shape) > MAX_INTEGER:
        return Problem("over-limit", "the output has more than 2^63 - 1 values")
    return Operation(kind.name, attributes, shapes, shape)
