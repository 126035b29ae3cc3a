"""Arithmetic in text fields: a bounded grammar, parsed to a tree and evaluated in exact rationals.

Nothing is executed: a name stands for a number that the caller provides, a call for one of a dozen
functions. ``29/1000`` is a rational, not a float, so a product is whole or it is not.

Functions and operators also work on arrays of numbers, one element a variant (``sweeping``):
comparisons select element by element, and a condition needs the same answer from all elements.

    condition   = either ["if" either "else" condition]
    either      = both {"or" both}         both = negation {"and" negation}
    negation    = ["not"] comparison       comparison = sum [("<" | "==" | …) sum]
    sum         = product {("+" | "-") product}
    product     = sign {("*" | "/" | "//" | "%") sign}
    sign        = ["-" | "+"] sign | atom
    atom        = number | name | function "(" condition {"," condition} ")" | "(" condition ")"
"""

import math
import operator
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import reduce
from typing import Any, NamedTuple, TypeAlias

MAX_LENGTH = 200
#: Bits of a numerator or denominator on the way; a result must fit in 63 anyway.
MAX_BITS = 1024
MAX_EXPONENT = 40
MAX_DEPTH = 16

Number: TypeAlias = int | Fraction

#: What makes a division exact.
ONE = Fraction(1)


class Literal(NamedTuple):
    """A number as it was written, exactly: 1 and true are different."""

    value: Number

    def __eq__(self, other: object) -> bool:
        return (
            type(other) is Literal
            and type(other.value) is type(self.value)
            and other.value == self.value
        )

    def __ne__(self, other: object) -> bool:
        return not self == other  # tuple defines its own

    def __hash__(self) -> int:
        return hash((type(self.value), self.value))


class Name(NamedTuple):
    """A name whose value the caller provides."""

    name: str


class Call(NamedTuple):
    """An operator or a function, and its operands."""

    symbol: str
    operands: "tuple[Expression, ...]"


#: An expression that depends on names.
Tree: TypeAlias = Name | Call
Expression: TypeAlias = Literal | Tree


class ExpressionError(Exception):
    """The text is not an expression, or cannot be evaluated; ``offset`` is in characters."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.offset = offset


def _choose(test: Any, x: Number, y: Number) -> Number:
    """``x`` where ``test`` holds, else ``y``."""
    chosen: Number = (x if test else y) if isinstance(test, bool) else test.choose(x, y)
    return chosen


def _minimum(*numbers: Number) -> Number:
    return reduce(lambda x, y: _choose(y < x, y, x), numbers)


def _maximum(*numbers: Number) -> Number:
    return reduce(lambda x, y: _choose(y > x, y, x), numbers)


def _round_even(x: Number) -> int:
    return 2 * math.ceil(x * Fraction(1, 2))


def _ceil_to(x: Number, step: Number) -> Number:
    return math.ceil(x / (ONE * step)) * step


def _round_to(x: Number, step: Number) -> Number:
    """Nearest multiple of ``step``, at least one, never below 0.9 x (MobileNet's rule)."""
    nearest = _maximum(step, math.floor(x / (ONE * step) + Fraction(1, 2)) * step)
    return _choose(nearest < Fraction(9, 10) * x, nearest + step, nearest)


def _divide(x: Number, y: Number) -> Number:
    return x / (ONE * y)


def _truth(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], bool]:
    """A comparison whose result is used as a condition or a flag."""
    return lambda x, y: bool(compare(x, y))


#: Functions by name: minimum and maximum number of arguments, and the function.
FUNCTIONS: dict[str, tuple[int, int, Callable[..., Number]]] = {
    "min": (1, 99, _minimum),
    "max": (1, 99, _maximum),
    "abs": (1, 1, abs),
    "floor": (1, 1, math.floor),
    "ceil": (1, 1, math.ceil),
    "round": (1, 1, round),
    "int": (1, 1, math.trunc),
    "round_even": (1, 1, _round_even),
    "ceil_to": (2, 2, _ceil_to),
    "round_to": (2, 2, _round_to),
}

_OPERATORS: dict[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "//": operator.floordiv,
    "%": operator.mod,
    "<": _truth(operator.lt),
    "<=": _truth(operator.le),
    ">": _truth(operator.gt),
    ">=": _truth(operator.ge),
    "==": _truth(operator.eq),
    "!=": _truth(operator.ne),
    "negative": operator.neg,
    "positive": operator.pos,
    "not": operator.not_,
}
_COMPARISONS = frozenset(("<", "<=", ">", ">=", "==", "!="))
WORDS = frozenset(("and", "or", "not", "if", "else", "true", "false"))

_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<name>[A-Za-z_]\w*)|(?P<symbol>//|<=|>=|==|!=|[-+*/%(),<>])|(?P<end>$)|(?P<bad>.))",
    re.ASCII | re.DOTALL,
)


class _Token(NamedTuple):
    kind: str
    text: str
    offset: int


def parse(text: str) -> Expression:
    """The tree of ``text``; raises ``ExpressionError`` with the offset of the error."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"an expression has at most {MAX_LENGTH} characters")
    parser = _Parser(_tokens(text))
    expression = parser.condition()
    token = parser.next()
    if token.kind != "end":
        raise ExpressionError(f"'{token.text}' was not expected here", token.offset)
    return expression


def number(text: str) -> Number:
    """A decimal literal as an exact number; raises ``ExpressionError``."""
    digits, _, exponent = text.lower().partition("e")
    if len(digits) > MAX_LENGTH or len(exponent) > 4 or abs(int(exponent or 0)) > MAX_EXPONENT:
        raise ExpressionError(f"{text[:20]}… is too large a number")
    integer_part = digits.lstrip("+-")
    if len(integer_part) > 1 and integer_part[0] == "0" and integer_part[1].isdigit():
        raise ExpressionError(f"{text} could mean two numbers: write it without the leading zero")
    if not exponent and "." not in digits:
        return int(digits)
    value = Fraction(text)
    return value.numerator if value.denominator == 1 else value


def names(expression: Expression) -> frozenset[str]:
    """The names in an expression."""
    if isinstance(expression, Name):
        return frozenset((expression.name,))
    if isinstance(expression, Call):
        return frozenset().union(*map(names, expression.operands))
    return frozenset()


def evaluate(expression: Expression, values: Mapping[str, Any]) -> Any:
    """The value of ``expression``: an int, a Fraction, a bool, or any value of a bare name.

    Raises ``KeyError`` for a name without a value, ``ExpressionError`` if there is no result.
    """
    if type(expression) is Name:
        return values[expression.name]
    if type(expression) is Literal:
        return expression.value
    assert type(expression) is Call
    symbol, operands = expression
    if symbol == "if":
        chosen, condition, other = operands
        return evaluate(chosen if _holds(condition, values) else other, values)
    if symbol == "and":
        return all(_holds(operand, values) for operand in operands)
    if symbol == "or":
        return any(_holds(operand, values) for operand in operands)
    return _apply(symbol, [evaluate(operand, values) for operand in operands])


def _holds(condition: Expression, values: Mapping[str, Any]) -> bool:
    value = evaluate(condition, values)
    if not isinstance(value, Number):
        raise ExpressionError(f"{_describe(value)} is neither true nor false")
    return bool(value)


def _describe(value: Any) -> str:
    return "a list" if isinstance(value, tuple) else f"'{value}'"


def _apply(symbol: str, arguments: list[Any]) -> Any:
    for argument in arguments:
        if not isinstance(argument, Number):
            raise ExpressionError(f"{_describe(argument)} is not a number")
    function = _OPERATORS.get(symbol) or FUNCTIONS[symbol][2]
    try:
        result = function(*arguments)
    except ZeroDivisionError:
        raise ExpressionError("division by zero") from None
    if type(result) is Fraction:
        if result.denominator == 1:
            result = result.numerator
        elif result.denominator.bit_length() > MAX_BITS:
            raise ExpressionError("the result is too long a fraction")
    if type(result) in (int, Fraction) and result.numerator.bit_length() > MAX_BITS:
        raise ExpressionError("the result is too large a number")
    return result


def _tokens(text: str) -> list[_Token]:
    tokens = []
    position = 0
    while True:
        match = _TOKEN.match(text, position)
        assert match is not None and match.lastgroup is not None
        kind, word = match.lastgroup, match[match.lastgroup]
        offset = match.start(kind)
        if kind == "bad":
            raise ExpressionError(f"'{word}' is not part of an expression", offset)
        if kind == "name" and word in WORDS:
            kind = "symbol"
        tokens.append(_Token(kind, word, offset))
        if kind == "end":
            return tokens
        position = match.end()


class _Parser:
    """Recursive descent over the tokens."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.position = 0
        self.depth = 0

    def next(self) -> _Token:
        token = self.tokens[self.position]
        self.position += token.kind != "end"
        return token

    def accept(self, *symbols: str) -> str | None:
        token = self.tokens[self.position]
        if token.kind == "symbol" and token.text in symbols:
            self.position += 1
            return token.text
        return None

    def expect(self, symbol: str) -> None:
        token = self.tokens[self.position]
        if self.accept(symbol) is None:
            raise ExpressionError(f"'{symbol}' was expected here", token.offset)

    def condition(self) -> Expression:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(f"nested more than {MAX_DEPTH} deep", self.next().offset)
        value = self._condition()
        self.depth -= 1
        return value

    def _condition(self) -> Expression:
        value = self.either()
        if self.accept("if"):
            test = self.either()
            self.expect("else")
            return Call("if", (value, test, self.condition()))
        return value

    def either(self) -> Expression:
        return self._chain("or", self.both)

    def both(self) -> Expression:
        return self._chain("and", self.negation)

    def _chain(self, word: str, operand: Callable[[], Expression]) -> Expression:
        operands = [operand()]
        while self.accept(word):
            operands.append(operand())
        return operands[0] if len(operands) == 1 else Call(word, tuple(operands))

    def negation(self) -> Expression:
        if self.accept("not"):
            return Call("not", (self.negation(),))
        return self.comparison()

    def comparison(self) -> Expression:
        left = self.sum()
        symbol = self.accept(*_COMPARISONS)
        return Call(symbol, (left, self.sum())) if symbol else left

    def sum(self) -> Expression:
        left = self.product()
        while symbol := self.accept("+", "-"):
            left = Call(symbol, (left, self.product()))
        return left

    def product(self) -> Expression:
        left = self.sign()
        while symbol := self.accept("*", "/", "//", "%"):
            left = Call(symbol, (left, self.sign()))
        return left

    def sign(self) -> Expression:
        symbol = self.accept("-", "+")
        if symbol:
            return Call("negative" if symbol == "-" else "positive", (self.sign(),))
        return self.atom()

    def atom(self) -> Expression:
        token = self.next()
        if token.kind == "number":
            try:
                return Literal(number(token.text))
            except ExpressionError as error:
                raise ExpressionError(str(error), token.offset) from None
        if token.kind == "name":
            if self.accept("("):
                return self._call(token)
            return Name(token.text)
        if token.text in ("true", "false"):
            return Literal(token.text == "true")
        if token.text == "(":
            value = self.condition()
            self.expect(")")
            return value
        what = "the expression ends too early" if token.kind == "end" else None
        raise ExpressionError(what or f"'{token.text}' was not expected here", token.offset)

    def _call(self, function: _Token) -> Expression:
        if function.text not in FUNCTIONS:
            function_names = ", ".join(FUNCTIONS)
            message = f"there is no function '{function.text}'; there are {function_names}"
            raise ExpressionError(message, function.offset)
        arguments = [self.condition()]
        while self.accept(","):
            arguments.append(self.condition())
        self.expect(")")
        least, most, _ = FUNCTIONS[function.text]
        if not least <= len(arguments) <= most:
            message = f"{function.text}() takes {least} argument{'s' * (least > 1)}"
            raise ExpressionError(message, function.offset)
        return Call(function.text, tuple(arguments))
