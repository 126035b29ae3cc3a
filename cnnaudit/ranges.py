"""Lists of values that the command line gives: ``1/20..1:1/20``, exactly, both ends included."""

from collections.abc import Iterator
from fractions import Fraction

from cnnaudit.errors import UsageError
from cnnaudit.parsing import expressions
from cnnaudit.parsing.expressions import ExpressionError, Number

#: Values of one quantity; a grid may be as large as its axes make it.
MAX_VALUES = 100_000


def read_range(name: str, text: str) -> Iterator[Number]:
    """One number, or ``start..stop:step``: from start up to and including stop, exactly.

    ``name`` is what is varied, for messages. Raises ``UsageError``.
    """
    first, dots, rest = text.partition("..")
    if not dots:
        yield _number(name, text)
        return
    last, colon, step_text = rest.partition(":")
    start, stop = _number(name, first), _number(name, last)
    step = _number(name, step_text) if colon else 1
    if step == 0 or (stop - start) / Fraction(step) < 0:
        raise UsageError(f"--vary {name}: {text} never gets from its start to its end")
    count = (stop - start) // step + 1
    if count > MAX_VALUES:
        raise UsageError(f"--vary {name}: more than {MAX_VALUES:,} values")
    for turn in range(int(count)):
        value = start + turn * step
        yield value.numerator if value.denominator == 1 else value


def _number(name: str, text: str) -> Number:
    try:
        value = expressions.evaluate(expressions.parse(text), {})
    except (ExpressionError, KeyError):
        raise UsageError(f"--vary {name}: '{text}' is not a number") from None
    if isinstance(value, bool):
        raise UsageError(f"--vary {name}: '{text}' is not a number")
    number: Number = value
    return number
