"""Parses a node as a value of a given field type: a constant, a name or an expression.

A value may depend on variables, so there are two steps: ``read`` turns a YAML node into a
``ParsedValue`` (syntax, unknown names, impossible literals); ``evaluate_value`` and ``coerce`` turn
that into an attribute once the variables and the number of axes are known.
"""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from cnnaudit.errors import Diagnostics, Span, did_you_mean
from cnnaudit.lazy import load_function
from cnnaudit.ops.op import FieldType
from cnnaudit.parsing import expressions
from cnnaudit.parsing.expressions import Call, ExpressionError, Literal, Name, Tree
from cnnaudit.parsing.field_types import CoercionError, coerce
from cnnaudit.parsing.yaml_tree import ListNode, MapNode, ScalarNode, YamlNode

# Numbers of the YAML 1.2 core schema. Patterns that few files need are compiled on use.
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
_BASED = r"0x[0-9a-fA-F]{1,16}|0o[0-7]{1,22}"
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULLS = frozenset(("", "null", "Null", "NULL", "~"))
_SIZES = r"(?a:\d+(?:x\d+)+)"
#: Sizes written in another way: 28,28,1 or 28 x 28 x 1.
_ALMOST_SIZES = r"\d+(?:(?:\s*[x×*,]\s*|\s+)\d+)+"
#: Numbers of YAML 1.1 and other languages that the core schema does not have.
_ALMOST_NUMBER = r"(?a:[-+]?\d[\d_,:]*|0b[01]+)"
#: The first characters of all these numbers.
_STARTS = frozenset("+-.0123456789")
_OLD_FLAGS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


#: The name in place of an unreadable value; no identifier, so it never has a value.
UNREADABLE = "?"
_BROKEN = Name(UNREADABLE)


class ParsedValue(NamedTuple):
    """A value as written: a number, flag, word, expression, or a tuple of values; and where.

    Two are equal if their contents are, whatever their spans; 1 and true differ.
    """

    expr: Any
    span: Span

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, ParsedValue)
            and type(other.expr) is type(self.expr)
            and bool(other.expr == self.expr)
        )

    def __ne__(self, other: object) -> bool:
        return not self == other  # tuple defines its own

    def __hash__(self) -> int:
        return hash((type(self.expr), self.expr))


def names_in(value: ParsedValue) -> frozenset[str]:
    """The names in the expressions of a value."""
    content = value.expr
    if isinstance(content, Tree):
        return expressions.names(content)
    if isinstance(content, tuple):
        return frozenset().union(*map(names_in, content))
    return frozenset()


def broken(span: Span) -> ParsedValue:
    """A placeholder for an unreadable value (reported); its users report nothing further."""
    return ParsedValue(_BROKEN, span)


def is_null(node: YamlNode) -> bool:
    """Whether the node is "no value": an empty plain scalar, ``null`` or ``~``."""
    return isinstance(node, ScalarNode) and node.text in _NULLS and node.plain


def flag(node: YamlNode) -> bool | None:
    """The value of a plain ``true`` or ``false``; None for other nodes."""
    return _FLAGS.get(node.text) if isinstance(node, ScalarNode) and node.plain else None


def _describe(node: YamlNode) -> str:
    if isinstance(node, ScalarNode):
        return f"'{node.text[:60]}'" if node.text else "nothing"
    if isinstance(node, ListNode):
        return "a list" if node.items else "an empty list"
    return "a mapping"


def _wrong(diagnostics: Diagnostics, node: YamlNode, expects: str) -> None:
    diagnostics.error("invalid-value", f"expected {expects}, not {_describe(node)}", node.span)


# Reading ------------------------------------------------------------------------------------------


def read(
    type_: FieldType,
    node: YamlNode,
    names: Collection[str],
    diagnostics: Diagnostics,
    choices: tuple[str, ...] = (),
) -> ParsedValue | None:
    """The value of ``node`` for a field of ``type_``; None after reporting an error."""
    value = _READERS.get(type_, _read_list)(type_, node, names, diagnostics, choices)
    if value is not None and _is_constant(value.expr):
        try:
            coerce(type_, evaluate_value(value, {}), None, choices)
        except CoercionError as error:
            diagnostics.problem(error.problem, node.span)
            return None
    return value


def _is_constant(content: Any) -> bool:
    if isinstance(content, Tree):
        return False
    return not isinstance(content, tuple) or all(_is_constant(item.expr) for item in content)


def scalar_value(
    node: ScalarNode, names: Collection[str], diagnostics: Diagnostics, expects: str
) -> ParsedValue | None:
    """A number, a flag or an expression over ``names``."""
    text = node.text.strip()
    if node.plain and text in _NULLS:
        diagnostics.error("invalid-value", f"a value is missing: expected {expects}", node.span)
        return None
    if node.plain and text in _FLAGS:
        return ParsedValue(_FLAGS[text], node.span)
    try:
        if _NUMBER.fullmatch(text):
            return ParsedValue(expressions.number(text), node.span)
        if text[:1] == "0" and re.fullmatch(_BASED, text):
            return ParsedValue(int(text, 0), node.span)
        tree = expressions.parse(text)
    except ExpressionError as error:
        span = node.span
        if node.plain and span.line == span.end_line:
            span = span._replace(column=span.column + error.offset)
        diagnostics.error(
            "invalid-expression", f"expected {expects}: {error}", span, _number_help(text)
        )
        return None
    if unknown := sorted(name for name in expressions.names(tree) if name not in names):
        visible_names = (*names, *expressions.FUNCTIONS)
        diagnostics.error(
            "invalid-expression",
            f"expected {expects}, and '{unknown[0]}' is not a name known here",
            node.span,
            did_you_mean(unknown[0], visible_names),
        )
        return None
    return ParsedValue(tree.value if isinstance(tree, Literal) else tree, node.span)


def _number_help(text: str) -> str | None:
    """Help for a text that looks like a number; None if it does not."""
    if not re.fullmatch(_ALMOST_NUMBER, text):
        return None
    if text[:2] == "0b":
        return f"write {int(text, 2)}"
    digits = text.replace("_", "").replace(",", "")
    return f"write {digits.lstrip('0') or 0}" if digits.isdigit() else "write one plain number"


def argument_value(
    node: YamlNode, names: Collection[str], diagnostics: Diagnostics
) -> ParsedValue | None:
    """A value of any type, for a variable or a block's parameter; other text stands for itself."""
    if isinstance(node, ListNode):
        items = [argument_value(item, names, diagnostics) for item in node.items]
        return None if None in items else ParsedValue(tuple(items), node.span)
    if isinstance(node, MapNode) or is_null(node):
        _wrong(diagnostics, node, "a number, an expression, a word or a list")
        return None
    if not _is_number(node.text) and not (node.plain and node.text in _FLAGS):
        try:
            tree = expressions.parse(node.text)
        except ExpressionError:
            tree = None
        if tree is None or (isinstance(tree, Name) and tree.name not in names):
            return ParsedValue(node.text, node.span)
    return scalar_value(node, names, diagnostics, "a number, an expression or a word")


def _is_number(text: str) -> bool:
    """Whether a text is a number, or looks like one and no word."""
    forms = _NUMBER, _BASED, _ALMOST_NUMBER
    return text[:1] in _STARTS and any(re.fullmatch(form, text) for form in forms)


def _read_init(
    type_: FieldType,
    node: YamlNode,
    names: Collection[str],
    diagnostics: Diagnostics,
    _choices: tuple[str, ...],
) -> ParsedValue | None:
    """``he``, ``normal(0.01)``, ``{normal: 0.01}``, or a variable that holds one of them."""
    if isinstance(node, MapNode) and len(node.entries) == 1:
        key, scale = node.entries[0]
        number = (
            scalar_value(scale, names, diagnostics, FieldType.NUMBER.value)
            if isinstance(scale, ScalarNode)
            else None
        )
        return ParsedValue((ParsedValue(key.text, key.span), number), node.span) if number else None
    if not isinstance(node, ScalarNode) or is_null(node):
        _wrong(diagnostics, node, type_.value)
        return None
    return ParsedValue(Name(node.text) if node.text in names else node.text, node.span)


_Reader = Callable[
    [FieldType, YamlNode, Collection[str], Diagnostics, tuple[str, ...]], ParsedValue | None
]


def _read_scalar(
    type_: FieldType,
    node: YamlNode,
    names: Collection[str],
    diagnostics: Diagnostics,
    _choices: tuple[str, ...],
) -> ParsedValue | None:
    if isinstance(node, ScalarNode):
        if type_ is FieldType.FLAG and node.text.lower() in _OLD_FLAGS and node.text not in names:
            help = f"write {_OLD_FLAGS[node.text.lower()]}"
            message = f"expected {type_.value}, and {_describe(node)} is a word to YAML 1.2"
            diagnostics.error("invalid-value", message, node.span, help)
            return None
        return scalar_value(node, names, diagnostics, type_.value)
    _wrong(diagnostics, node, type_.value)
    return None


def _read_choice(
    _type: FieldType,
    node: YamlNode,
    names: Collection[str],
    diagnostics: Diagnostics,
    choices: tuple[str, ...],
) -> ParsedValue | None:
    if not isinstance(node, ScalarNode):
        _wrong(diagnostics, node, f"one of {', '.join(choices)}" if choices else "a word")
        return None
    if node.text in choices:
        return ParsedValue(node.text, node.span)
    if node.text in names:
        return ParsedValue(Name(node.text), node.span)
    diagnostics.error(
        "invalid-value",
        f"expected one of {', '.join(choices)}, not {_describe(node)}",
        node.span,
        load_function(_WORD_HELP)(node.text, choices),
    )
    return None


def _read_list(
    type_: FieldType,
    node: YamlNode,
    names: Collection[str],
    diagnostics: Diagnostics,
    _choices: tuple[str, ...],
) -> ParsedValue | None:
    """Types with several numbers: a word, sizes such as 1x7, one expression, or nested lists."""
    if isinstance(node, ListNode):
        items = [_read_list(type_, item, names, diagnostics, ()) for item in node.items]
        if not items:
            _wrong(diagnostics, node, type_.value)
        return None if None in items or not items else ParsedValue(tuple(items), node.span)
    if not isinstance(node, ScalarNode):
        _wrong(diagnostics, node, type_.value)
        return None
    if node.text in _WORDS.get(type_, ()):
        return ParsedValue(node.text, node.span)
    several = type_ in _SIZED and node.text[:1].isdecimal() and not node.text.isdecimal()
    if several and node.text[:1].isdecimal() and re.fullmatch(_SIZES, node.text):
        parts = node.text.split("x")
        if all(len(part) <= 19 and not (part[0] == "0" and len(part) > 1) for part in parts):
            return ParsedValue(
                tuple(ParsedValue(int(part), node.span) for part in parts), node.span
            )
    if several and node.text[:1].isdecimal() and re.fullmatch(_ALMOST_SIZES, node.text):
        plain = f"write {'x'.join(re.findall(r'[0-9]+', node.text))}"
        message = f"expected {type_.value}, not {_describe(node)}"
        diagnostics.error("invalid-value", message, node.span, plain)
        return None
    words = _WORDS.get(type_, ())
    if words and node.text.replace("_", "").isalpha() and node.text not in names:
        help = load_function(_WORD_HELP)(node.text, words)
        help = help or did_you_mean(node.text, tuple(names))
        message = f"expected {type_.value}, not {_describe(node)}"
        diagnostics.error("invalid-value", message, node.span, help)
        return None
    return scalar_value(node, names, diagnostics, type_.value)


_WORDS = {FieldType.PADDING: ("valid", "same", "half"), FieldType.KERNEL: ("global",)}
_SIZED = frozenset((FieldType.AXES, FieldType.KERNEL, FieldType.EXTRA, FieldType.SHAPE))
#: What to write instead of an unknown word; loaded when there is one.
_WORD_HELP = "cnnaudit.parsing.corrections:correct_word"
_READERS: dict[FieldType, _Reader] = {
    FieldType.WHOLE: _read_scalar,
    FieldType.NUMBER: _read_scalar,
    FieldType.RATE: _read_scalar,
    FieldType.FLAG: _read_scalar,
    FieldType.AXIS: _read_scalar,
    FieldType.CHOICE: _read_choice,
    FieldType.INIT: _read_init,
}


# Evaluating and fitting ---------------------------------------------------------------------------


def evaluate_value(value: ParsedValue, values: Mapping[str, Any]) -> Any:
    """The plain value: expressions evaluated, lists as tuples.

    Raises ``KeyError`` for a name without a value, ``ExpressionError`` if there is no result.
    """
    content = value.expr
    if type(content) is Name:
        return values[content.name]
    if type(content) is Call:
        return expressions.evaluate(content, values)
    if type(content) is tuple:
        return tuple([evaluate_value(item, values) for item in content])
    return content
