"""Attributes of one layer: expressions evaluated, coerced to their types, defaults filled in."""

from collections import deque
from collections.abc import Collection, Mapping
from functools import lru_cache
from math import prod
from typing import Any

from cnnaudit.errors import Diagnostics, Problem, Span
from cnnaudit.ops.frameworks import Framework
from cnnaudit.ops.op import REQUIRED, Attributes, Field, FieldType, Op, Shape
from cnnaudit.ops.registry import OPS
from cnnaudit.parsing.expressions import ExpressionError, Name
from cnnaudit.parsing.field_types import CoercionError, coerce
from cnnaudit.parsing.layer_settings import ParsedAttributes
from cnnaudit.parsing.values import UNREADABLE, ParsedValue, evaluate_value, names_in


class Word(str):
    """A text that is the value of a variable or argument, with its span."""

    span: Span

    def __new__(cls, text: Any, span: Span) -> Any:
        """Return a ``Word`` for a text, and any other value unchanged."""
        if not isinstance(text, str):
            return text
        word = super().__new__(cls, text)
        word.span = span
        return word


class Evaluator:
    """Evaluates parsed values and reports those without a value.

    ``failed`` are variables that have been reported; expressions with them are skipped.
    """

    def __init__(self, diagnostics: Diagnostics) -> None:
        self.diagnostics = diagnostics
        self.failed: set[str] = {UNREADABLE}

    def number(
        self,
        type_: FieldType,
        value: ParsedValue,
        names: Mapping[str, Any],
        shape: Shape | None = None,
        axes: int | None = None,
        choices: tuple[str, ...] = (),
    ) -> Any:
        """Return ``value`` as an attribute of ``type_``; None after reporting an invalid value.

        ``shape`` is the layer's input shape, which ``in_channels`` and similar names need.
        """
        try:
            return coerce(type_, _evaluated(value, names, shape), axes, choices)
        except CoercionError as error:
            self.diagnostics.problem(error.problem, value.span, _origin(value, names))
        except ExpressionError as error:
            self.diagnostics.error("invalid-expression", str(error), value.span)
        except KeyError as error:
            self._no_value(str(error.args[0]), value.span, shape)
        return None

    def setting(self, type_: FieldType, value: ParsedValue, names: Mapping[str, Any]) -> Any:
        """Return a claim or training setting: a number or shape of its type, or a word."""
        if type_ is FieldType.CHOICE:
            return self.plain(value, names, None)
        return self.number(type_, value, names)

    def plain(self, value: ParsedValue, names: Mapping[str, Any], shape: Shape | None) -> Any:
        """Return a block's argument: a number, flag, word or tuple; None after an error."""
        try:
            result = _evaluated(value, names, shape)
            return Word(result, value.span) if value.expr is result else result
        except ExpressionError as error:
            self.diagnostics.error("invalid-expression", str(error), value.span)
        except KeyError as error:
            self._no_value(str(error.args[0]), value.span, shape)
        return None

    def constants(self, vars: ParsedAttributes, classes: ParsedValue | None) -> dict[str, Any]:
        """Evaluate the variables and ``classes`` in the order of their dependencies."""
        written = dict(vars)
        if classes is not None:
            written["classes"] = classes
        needs = {name: names_in(value) & written.keys() for name, value in written.items()}
        users: dict[str, list[str]] = {name: [] for name in written}
        for name, needed in needs.items():
            for other in needed:
                users[other].append(name)
        open_needs = {name: len(needed) for name, needed in needs.items()}
        ready = deque(name for name, count in open_needs.items() if count == 0)
        values: dict[str, Any] = {}
        while ready:
            name = ready.popleft()
            value = written[name]
            evaluate = self._classes if name == "classes" else self._variable
            result = evaluate(value, values)
            if result is None:
                self.failed.add(name)
            else:
                values[name] = result
            for user in users[name]:
                open_needs[user] -= 1
                if open_needs[user] == 0:
                    ready.append(user)
        waiting = [name for name, count in open_needs.items() if count]
        if waiting:
            message = f"these variables need each other in a circle: {', '.join(waiting)}"
            self.diagnostics.error("invalid-expression", message, written[waiting[0]].span)
            self.failed.update(waiting)
        return values

    def _classes(self, value: ParsedValue, values: Mapping[str, Any]) -> Any:
        return self.number(FieldType.WHOLE, value, values)

    def _variable(self, value: ParsedValue, values: Mapping[str, Any]) -> Any:
        return self.plain(value, values, None)

    def _no_value(self, name: str, span: Span, shape: Shape | None) -> None:
        if name in self.failed:
            return
        what = "no number of classes is given" if name == "classes" else "it has no value here"
        if name.startswith("in_") and shape is not None:
            what = f"the input has {len(shape)} ax{'is' if len(shape) == 1 else 'es'}"
        self.diagnostics.error("invalid-expression", f"'{name}': {what}", span)


def _origin(value: ParsedValue, names: Mapping[str, Any]) -> tuple[str, ...]:
    """A note if a name has a word as its value, which may be a misspelt variable."""
    content = value.expr
    word = names.get(content.name) if isinstance(content, Name) else None
    if not isinstance(content, Name) or not isinstance(word, Word):
        return ()
    return (f"'{content.name}' is the word '{word}' here, written in line {word.span.line}",)


def _evaluated(value: ParsedValue, names: Mapping[str, Any], shape: Shape | None) -> Any:
    """Evaluate a value; raises as ``evaluate_value`` does."""
    try:
        return evaluate_value(value, names)
    except KeyError:
        # Few values use names of the input, and no variable or parameter can have such a name.
        if shape is None:
            raise
        return evaluate_value(value, {**names, **incoming(shape)})


def uses(value: ParsedValue, names: Collection[str]) -> bool:
    """Whether an expression in ``value`` needs one of ``names``."""
    return not names_in(value).isdisjoint(names)


#: The names by which an expression may use the layer's input.
INCOMING = ("in_channels", "in_height", "in_width", "in_features")


def incoming(shape: Shape | None) -> dict[str, int]:
    """The values of INCOMING for an input shape; without height or width if it has none."""
    if shape is None:
        return {}
    names = {"in_channels": shape[-1], "in_features": prod(shape)}
    if len(shape) >= 2:
        names["in_width"] = shape[-2]
    if len(shape) >= 3:
        names["in_height"] = shape[-3]
    return names


def arguments_of(
    op: Op,
    values: ParsedAttributes,
    names: Mapping[str, Any],
    shape: Shape,
    evaluator: Evaluator,
    span: Span,
) -> dict[str, Any] | None:
    """The arguments of an op in the order of its fields, defaults filled in.

    ``shape`` is the input shape. Returns None after reporting what is missing or wrong.
    """
    axes = len(shape) - 1
    arguments: dict[str, Any] = {}
    missing: list[str] = []
    failed = False
    for field, default in _defaults(op.name, axes):
        value = values.get(field.name)
        if value is not None:
            argument = evaluator.number(field.type, value, names, shape, axes, field.choices)
            failed |= argument is None
            arguments[field.name] = argument
        elif default is REQUIRED:
            missing.append(field.name)
        else:
            arguments[field.name] = default
    if missing:
        evaluator.diagnostics.problem(_missing(op, missing), span)
    return None if failed or missing else arguments


def fitted(op: Op, values: Mapping[str, Any], shape: Shape, framework: Framework) -> Attributes:
    """The attributes of an op from plain values, defaults filled in.

    ``shape`` is the input shape. A value of None counts as missing. Raises ``CoercionError`` for a
    value that its field cannot hold, and for a required one that is missing.
    """
    axes = len(shape) - 1
    attributes: dict[str, Any] = {}
    missing: list[str] = []
    for field, default in _defaults(op.name, axes):
        value = values.get(field.name)
        if value is not None:
            attributes[field.name] = coerce(field.type, value, axes, field.choices)
        elif default is REQUIRED:
            missing.append(field.name)
        else:
            attributes[field.name] = default
    if missing:
        raise CoercionError(_missing(op, missing))
    return op.fill_defaults(attributes, framework)


@lru_cache(maxsize=256)
def _defaults(name: str, axes: int) -> tuple[tuple[Field, Any], ...]:
    """The fields of an op, each with its default for so many spatial axes."""
    return tuple((field, _default(field, axes)) for field in OPS[name].fields)


def _default(field: Field, axes: int) -> Any:
    if field.default in (None, REQUIRED) or field.type is FieldType.CHOICE:
        return field.default
    return coerce(field.type, field.default, axes, field.choices)


def _missing(op: Op, missing: list[str]) -> Problem:
    what = " and ".join(f"`{name}`" for name in missing)
    name = missing[0]
    if name == op.principal:
        example = f"`{op.name}: …`"
    else:
        example = f"`{name}: 3`, here or under `defaults`"
    return Problem("missing-key", f"'{op.name}' needs {what}", f"write {example}")
