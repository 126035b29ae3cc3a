"""The error of an input in another order of axes, in place of those that follow from it.

An order is only named if the network can be built with it, or further than as it is written.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cnnaudit.errors import Diagnostic, Diagnostics, error_diagnostic
from cnnaudit.graph.axes_warnings import help_of, message_of
from cnnaudit.graph.graph import Graph
from cnnaudit.graph.input_axes import AxisOrder, other_orders
from cnnaudit.graph.input_override import file_input_shape
from cnnaudit.ops.op import Shape
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.values import ParsedValue


class BuildAttempt(NamedTuple):
    """The errors of a build, and how many nodes it has."""

    errors: tuple[Diagnostic, ...]
    node_count: int


class _Order(NamedTuple):
    """An input of the file, as it is written, and another order of its axes."""

    name: str
    value: ParsedValue
    shape: Shape
    order: AxisOrder


def name_axes(
    architecture: Architecture,
    diagnostics: Diagnostics,
    earlier_count: int,
    node_count: int,
    build: Callable[[Architecture, Diagnostics], tuple[Graph | None, int]],
) -> Diagnostics:
    """The errors of a file, those of its build that another order of axes explains as one.

    The first ``earlier_count`` are from before the build, whose nodes are ``node_count``.
    """
    errors = tuple(diagnostics)
    attempt = BuildAttempt(errors[earlier_count:], node_count)

    def try_other(other: Architecture) -> BuildAttempt:
        other_errors = Diagnostics()
        _, count = build(other, other_errors)
        return BuildAttempt(tuple(other_errors), count)

    result = Diagnostics()
    for error in (*errors[:earlier_count], *_explained_errors(architecture, attempt, try_other)):
        result.add(error)
    return result


def _explained_errors(
    architecture: Architecture, before: BuildAttempt, build: Callable[[Architecture], BuildAttempt]
) -> tuple[Diagnostic, ...]:
    for orders in _orders(architecture):
        inputs = dict(architecture.inputs)
        for name, value, _, order in orders:
            inputs[name] = _as_value(order.shapes[-1], value)
        after = build(architecture._replace(inputs=inputs))
        if _explains(before, after):
            errors = [_error(*order) for order in orders]
            return (*errors, *(error for error in after.errors if error in before.errors))
    return before.errors


def _orders(architecture: Architecture) -> list[list[_Order]]:
    """The orders to try: one input at a time, or all inputs if they are alike."""
    candidates: list[list[_Order]] = []
    for name, value in architecture.inputs.items():
        shape = file_input_shape(architecture, name)
        if shape is None or -1 in shape:
            return []
        candidates.append([_Order(name, value, shape, order) for order in other_orders(shape)])
    single = [[order] for orders in candidates for order in orders]
    if len(candidates) < 2 or not all(candidates):
        return single
    return [[orders[0] for orders in candidates], *single]


def _explains(before: BuildAttempt, after: BuildAttempt) -> bool:
    """Whether the errors go, or the network grows and has none of its errors any more."""
    if set(after.errors) < set(before.errors):
        return True
    is_further = after.node_count > before.node_count
    return is_further and not set(after.errors) & set(before.errors)


def _as_value(shape: Sequence[int], written: ParsedValue) -> ParsedValue:
    return ParsedValue(tuple(ParsedValue(size, written.span) for size in shape), written.span)


def _error(name: str, value: ParsedValue, shape: Shape, order: AxisOrder) -> Diagnostic:
    span = value.span
    is_option = span.source.path == "--input"
    return error_diagnostic(
        "invalid-input",
        message_of(shape, order),
        span.source.path,
        span,
        help_of(name, order, is_option),
    )
