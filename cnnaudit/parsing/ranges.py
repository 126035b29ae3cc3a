"""Ranges of values on the command line: ``1/20..1:1/20``, exact, with both ends included."""

from collections.abc import Iterator
from fractions import Fraction

from cnnaudit.errors import UsageError
from cnnaudit.parsing import expressions
from cnnaudit.parsing.expressions import ExpressionError, Number

#: The limit of values of one axis; the size of a grid is not limited by it.
MAX_VALUES = 100_000


def read_range(name: str, text: str) -> Iterator[Number]:
    """Read one number, or ``start..stop:step``: from start up to and including stop, exactly.

    ``name`` is the varied quantity, for messages. Raises ``UsageError``.
    """
    start_text, dots, rest = text.partition("..")
    if not dots:
        yield _read_number(name, text)
        return
    stop_text, colon, step_text = rest.partition(":")
    start, stop = _read_number(name, start_text), _read_number(name, stop_text)
    step = _read_number(name, step_text) if colon else 1
    if step == 0 or (stop - start) / Fraction(step) < 0:
        raise UsageError(f"--vary {name}: {text} never gets from its start to its end")
    count = (stop - start) // step + 1
    if count > MAX_VALUES:
        raise UsageError(f"--vary {name}: more than {MAX_VALUES:,} values")
    for index in range(int(count)):
        value = start + index * step
        yield value.numerator if value.denominator == 1 else value


def _read_number(name: str, text: str) -> Number:
    try:
        value = expressions.evaluate(expressions.parse(text), {})
    except (ExpressionError, KeyError):
        raise UsageError(f"--vary {name}: '{text}' is not a number") from None
    if isinstance(value, bool):
        raise UsageError(f"--vary {name}: '{text}' is not a number")
    number: Number = value
    return number
