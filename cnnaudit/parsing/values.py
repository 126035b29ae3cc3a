"""What a text means in a field of a given type.

Two steps, because a value may depend on variables: ``read`` turns a YAML node into a ``Value``
(syntax, unknown names, impossible literals), ``raw`` and ``fit`` turn that into the attribute that
the layer table works with, once the variables and the number of spatial axes are known.
"""

import re
from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from cnnaudit.errors import Fault, Problems, Span, suggestion
from cnnaudit.layers.kind import Type
from cnnaudit.parsing import expressions
from cnnaudit.parsing.expressions import Expression, ExpressionError, Literal, Name, Operation
from cnnaudit.parsing.yamltree import Mapping as MappingNode
from cnnaudit.parsing.yamltree import Node, Scalar, Sequence
from cnnaudit.text import decimal

MAX_INTEGER = 2**63 - 1

# The YAML 1.2 core schema, and nothing that only looks like a number.
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_BASED = re.compile(r"0x[0-9a-fA-F]{1,16}|0o[0-7]{1,22}")
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = frozenset(("", "null", "Null", "NULL", "~"))
_SIZES = re.compile(r"\d+(?:x\d+)+", re.ASCII)


#: Ways to draw first weights (Glorot & Bengio 2010, He et al. 2015, LeCun 1998, Saxe et al. 2014).
INITIALISERS = (
    "zeros",
    "ones",
    "constant",
    "normal",
    "uniform",
    "glorot",
    "glorot_normal",
    "glorot_uniform",
    "xavier",
    "he",
    "he_normal",
    "he_uniform",
    "lecun",
    "lecun_normal",
    "lecun_uniform",
    "orthogonal",
)
_SCALED = re.compile(r"([a-z_]+)\(([^()]+)\)")


class Value(NamedTuple):
    """A value as written: a number, flag, word, expression, or a tuple of values; and where."""

    content: Any
    span: Span


class UnfitError(Exception):
    """The value is not what its field needs; ``fault`` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def is_null(node: Node) -> bool:
    """Whether the node says "no value": an empty plain scalar, ``null`` or ``~``."""
    return isinstance(node, Scalar) and node.plain and node.text in _NULLS


def flag(node: Node) -> bool | None:
    """The boolean that a plain ``true`` or ``false`` is, else None."""
    return _FLAGS.get(node.text) if isinstance(node, Scalar) and node.plain else None


def _describe(node: Node) -> str:
    if isinstance(node, Scalar):
        return f"'{node.text}'" if node.text else "nothing"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def _wrong(problems: Problems, node: Node, expects: str) -> None:
    problems.error("invalid-value", f"expected {expects}, not {_describe(node)}", node.span)


# Reading ------------------------------------------------------------------------------------------


def read(
    type_: Type,
    node: Node,
    names: Collection[str],
    problems: Problems,
    choices: tuple[str, ...] = (),
) -> Value | None:
    """The value of ``node`` for a field of ``type_``; None where it cannot be one (reported)."""
    value = _READERS.get(type_, _read_list)(type_, node, names, problems, choices)
    if value is not None and _is_constant(value.content):
        try:
            fit(type_, raw(value, {}), None, choices)
        except UnfitError as error:
            problems.fault(error.fault, node.span)
            return None
    return value


def _is_constant(content: Any) -> bool:
    if isinstance(content, Name | Operation):
        return False
    return not isinstance(content, tuple) or all(_is_constant(item.content) for item in content)


def scalar_value(
    node: Scalar, names: Collection[str], problems: Problems, expects: str
) -> Value | None:
    """A number, a flag or an expression over ``names``."""
    text = node.text.strip()
    if node.plain and text in _NULLS:
        problems.error("invalid-value", f"a value is missing: expected {expects}", node.span)
        return None
    if node.plain and text in _FLAGS:
        return Value(_FLAGS[text], node.span)
    try:
        if _NUMBER.fullmatch(text):
            return Value(expressions.number(text), node.span)
        if _BASED.fullmatch(text):
            return Value(int(text, 0), node.span)
        tree = expressions.parse(text)
    except ExpressionError as error:
        span = node.span
        if node.plain and span.line == span.end_line:
            span = span._replace(column=span.column + error.offset)
        digits = text.replace("_", "").replace(",", "")
        help = f"write {digits}" if digits.isdigit() and not text.isdigit() else None
        problems.error("invalid-expression", f"expected {expects}: {error}", span, help)
        return None
    if unknown := sorted(expressions.names(tree) - set(names)):
        known = (*names, *expressions.FUNCTIONS)
        problems.error(
            "invalid-expression",
            f"expected {expects}, and '{unknown[0]}' is not a name known here",
            node.span,
            suggestion(unknown[0], known),
        )
        return None
    return Value(tree.value if isinstance(tree, Literal) else tree, node.span)


def argument_value(node: Node, names: Collection[str], problems: Problems) -> Value | None:
    """A value of any type, for a variable or a block's parameter; other text stands for itself."""
    if isinstance(node, Sequence):
        items = [argument_value(item, names, problems) for item in node.items]
        return None if None in items else Value(tuple(items), node.span)
    if isinstance(node, MappingNode) or is_null(node):
        _wrong(problems, node, "a number, an expression, a word or a list")
        return None
    if not _NUMBER.fullmatch(node.text) and not (node.plain and node.text in _FLAGS):
        try:
            tree = expressions.parse(node.text)
        except ExpressionError:
            tree = None
        if tree is None or (isinstance(tree, Name) and tree.name not in names):
            return Value(node.text, node.span)
    return scalar_value(node, names, problems, "a number, an expression or a word")


def _read_init(
    type_: Type, node: Node, names: Collection[str], problems: Problems, _choices: tuple[str, ...]
) -> Value | None:
    """``he``, ``normal(0.01)``, ``{normal: 0.01}``, or a variable that holds one of them."""
    if isinstance(node, MappingNode) and len(node.entries) == 1:
        key, scale = node.entries[0]
        number = (
            scalar_value(scale, names, problems, Type.NUMBER.value)
            if isinstance(scale, Scalar)
            else None
        )
        return Value((Value(key.text, key.span), number), node.span) if number else None
    if not isinstance(node, Scalar) or is_null(node):
        _wrong(problems, node, type_.value)
        return None
    return Value(Name(node.text) if node.text in names else node.text, node.span)


_Reader = Callable[[Type, Node, Collection[str], Problems, tuple[str, ...]], Value | None]


def _read_scalar(
    type_: Type, node: Node, names: Collection[str], problems: Problems, _choices: tuple[str, ...]
) -> Value | None:
    if isinstance(node, Scalar):
        return scalar_value(node, names, problems, type_.value)
    _wrong(problems, node, type_.value)
    return None


def _read_choice(
    _type: Type, node: Node, names: Collection[str], problems: Problems, choices: tuple[str, ...]
) -> Value | None:
    if not isinstance(node, Scalar):
        _wrong(problems, node, " | ".join(choices))
        return None
    if node.text in choices:
        return Value(node.text, node.span)
    if node.text in names:
        return Value(Name(node.text), node.span)
    problems.error(
        "invalid-value",
        f"expected one of {', '.join(choices)}, not {_describe(node)}",
        node.span,
        suggestion(node.text, choices),
    )
    return None


def _read_list(
    type_: Type, node: Node, names: Collection[str], problems: Problems, _choices: tuple[str, ...]
) -> Value | None:
    """Types with several numbers: a word, sizes such as 1x7, one expression, or nested lists."""
    if isinstance(node, Sequence):
        items = [_read_list(type_, item, names, problems, ()) for item in node.items]
        if not items:
            _wrong(problems, node, type_.value)
        return None if None in items or not items else Value(tuple(items), node.span)
    if not isinstance(node, Scalar):
        _wrong(problems, node, type_.value)
        return None
    if node.text in _WORDS.get(type_, ()):
        return Value(node.text, node.span)
    if type_ in _SIZED and _SIZES.fullmatch(node.text):
        parts = node.text.split("x")
        if all(len(part) <= 19 and not (part[0] == "0" and len(part) > 1) for part in parts):
            return Value(tuple(Value(int(part), node.span) for part in parts), node.span)
    return scalar_value(node, names, problems, type_.value)


_WORDS = {Type.PADDING: ("valid", "same", "half"), Type.KERNEL: ("global",)}
_SIZED = frozenset((Type.AXES, Type.KERNEL, Type.EXTRA, Type.SHAPE))
_READERS: dict[Type, _Reader] = {
    Type.WHOLE: _read_scalar,
    Type.NUMBER: _read_scalar,
    Type.RATE: _read_scalar,
    Type.FLAG: _read_scalar,
    Type.AXIS: _read_scalar,
    Type.CHOICE: _read_choice,
    Type.INIT: _read_init,
}


# Evaluating and fitting ---------------------------------------------------------------------------


def raw(value: Value, values: Mapping[str, Any]) -> Any:
    """The plain value: expressions evaluated, lists as tuples.

    Raises ``KeyError`` for a name without a value, ``ExpressionError`` where there is no result.
    """
    content = value.content
    if isinstance(content, Name | Operation):
        tree: Expression = content
        return expressions.evaluate(tree, values)
    if isinstance(content, tuple):
        return tuple(raw(item, values) for item in content)
    return content


def fit(type_: Type, value: Any, axes: int | None, choices: tuple[str, ...] = ()) -> Any:
    """The attribute that a plain value stands for in a field of ``type_``.

    ``axes`` is the number of spatial axes of the layer's input; None leaves it open and only
    checks what can be checked. Raises ``UnfitError``.
    """
    if type_ is Type.CHOICE:
        if value not in choices:
            raise _unfit(f"one of {', '.join(choices)}", value)
        return value
    return _FITS[type_](value, axes)


def _unfit(expects: str, value: Any) -> UnfitError:
    shown = str(list(value)) if isinstance(value, tuple) else decimal(value)
    return UnfitError(Fault("invalid-value", f"expected {expects}, not {shown[:60]}"))


def integer(value: Any, least: int, expects: str) -> int:
    """``value`` as an int from ``least`` to 2^63 - 1; raises ``UnfitError``."""
    if isinstance(value, Fraction) and value.denominator != 1:
        message = f"{decimal(value)} is not a whole number"
        help = "use floor(), ceil() or round_even()"
        raise UnfitError(Fault("not-whole", message, help))
    if isinstance(value, bool) or not isinstance(value, int | Fraction) or value < least:
        raise _unfit(expects, value)
    if value > MAX_INTEGER:
        raise UnfitError(Fault("over-limit", "the number is larger than 2^63 - 1"))
    return int(value)


def _whole(value: Any, _axes: int | None) -> int:
    return integer(value, 1, Type.WHOLE.value)


def _number(value: Any, _axes: int | None) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise _unfit(Type.NUMBER.value, value)
    return value


def _rate(value: Any, _axes: int | None) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | Fraction) or not 0 <= value < 1:
        raise _unfit(Type.RATE.value, value)
    return value


def _flag(value: Any, _axes: int | None) -> bool:
    if not isinstance(value, bool):
        raise _unfit(Type.FLAG.value, value)
    return value


def _per_axis(value: Any, axes: int | None, least: int, expects: str) -> tuple[int, ...]:
    """One number for every axis, or one an axis."""
    if not isinstance(value, tuple):
        return (integer(value, least, expects),) * (axes or 1)
    if axes is not None and len(value) != axes:
        message = f"{len(value)} sizes, and the input has {axes} spatial axes"
        raise UnfitError(Fault("invalid-value", message))
    return tuple(integer(item, least, expects) for item in value)


def _axes_fit(value: Any, axes: int | None) -> tuple[int, ...]:
    return _per_axis(value, axes, 1, Type.AXES.value)


def _extra(value: Any, axes: int | None) -> tuple[int, ...]:
    return _per_axis(value, axes, 0, Type.EXTRA.value)


def _kernel(value: Any, axes: int | None) -> Any:
    return value if value == "global" else _axes_fit(value, axes)


def _padding(value: Any, axes: int | None) -> Any:
    if value in ("same", "half"):
        return value
    return _pairs(0 if value == "valid" else value, axes, Type.PADDING.value)


def _amounts(value: Any, axes: int | None) -> Any:
    return _pairs(value, axes, Type.AMOUNTS.value)


def _pairs(value: Any, axes: int | None, expects: str) -> tuple[tuple[int, int], ...]:
    if not isinstance(value, tuple):
        amount = integer(value, 0, expects)
        return ((amount, amount),) * (1 if axes is None else axes)
    if axes is not None and len(value) != axes:
        message = f"{len(value)} amounts, and the input has {axes} spatial axes"
        raise UnfitError(Fault("invalid-value", f"expected {expects}: {message}"))
    pairs = []
    for item in value:
        before, after = item if isinstance(item, tuple) and len(item) == 2 else (item, item)
        pairs.append((integer(before, 0, expects), integer(after, 0, expects)))
    return tuple(pairs)


def _shape(value: Any, _axes: int | None) -> tuple[int, ...]:
    sizes = value if isinstance(value, tuple) else (value,)
    return tuple(-1 if size == -1 else integer(size, 1, Type.SHAPE.value) for size in sizes)


def _integers(value: Any, expects: str, count: int | None = None) -> tuple[int, ...]:
    if not isinstance(value, tuple) or (count is not None and len(value) != count):
        raise _unfit(expects, value)
    return tuple(integer(item, -MAX_INTEGER, expects) for item in value)


def _order(value: Any, _axes: int | None) -> tuple[int, ...]:
    return _integers(value, Type.ORDER.value)


def _range(value: Any, _axes: int | None) -> tuple[int, ...]:
    return _integers(value, Type.RANGE.value, 2)


def _axis(value: Any, _axes: int | None) -> int:
    return integer(value, -MAX_INTEGER, Type.AXIS.value)


def _axis_list(value: Any, _axes: int | None) -> int | tuple[int, ...]:
    if isinstance(value, tuple):
        return _integers(value, Type.AXIS_LIST.value)
    return integer(value, -MAX_INTEGER, Type.AXIS_LIST.value)


def _init(value: Any, _axes: int | None) -> tuple[str, Any]:
    """The name of an initialiser, and its scale or None."""
    name, scale = value, None
    if isinstance(value, tuple) and len(value) == 2:
        name, scale = value[0], _number(value[1], None)
    elif isinstance(value, str) and (match := _SCALED.fullmatch(value)):
        name = match[1]
        try:
            scale = expressions.number(match[2])
        except (ExpressionError, ValueError):
            raise _unfit(Type.INIT.value, value) from None
    if not isinstance(name, str) or name not in INITIALISERS:
        hint = suggestion(name, INITIALISERS) if isinstance(name, str) else None
        message = f"expected {Type.INIT.value}, not {decimal(name)}"
        raise UnfitError(Fault("invalid-value", message, hint))
    return name, scale


_FITS: dict[Type, Callable[[Any, int | None], Any]] = {
    Type.WHOLE: _whole,
    Type.NUMBER: _number,
    Type.RATE: _rate,
    Type.FLAG: _flag,
    Type.AXES: _axes_fit,
    Type.KERNEL: _kernel,
    Type.PADDING: _padding,
    Type.AMOUNTS: _amounts,
    Type.EXTRA: _extra,
    Type.SHAPE: _shape,
    Type.ORDER: _order,
    Type.AXIS: _axis,
    Type.AXIS_LIST: _axis_list,
    Type.RANGE: _range,
    Type.INIT: _init,
}
