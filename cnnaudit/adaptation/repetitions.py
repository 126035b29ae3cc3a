"""Settings that give each repetition of a layer its own value.

A repeated layer is written once in the file: one value serves all repetitions, ``first`` can give
the first repetition another value, and an expression in ``i`` can tell the others apart.
"""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from cnnaudit.adaptation.patch import Verbatim
from cnnaudit.parsing.expressions import MAX_LENGTH

#: Stands for a value if the repetitions of a layer need several and no setting expresses them.
INEXPRESSIBLE = object()


def per_repetition(
    attribute: str, values: Mapping[int, Any], *, has_first_value: bool
) -> dict[str, Any]:
    """Return the settings that give ``attribute`` these values, by repetition from 0.

    ``has_first_value`` tells that the file already sets the attribute under ``first``.
    """
    if sorted(values) != list(range(len(values))):
        # A setting would apply to all repetitions, but not all have the attribute.
        return {attribute: INEXPRESSIBLE}
    first, *others = (values[repetition] for repetition in sorted(values))
    if not others:
        return {"first": {attribute: first}} if has_first_value else {attribute: first}
    if has_first_value or (len(set(others)) == 1 and first != others[0]):
        return {attribute: _value_by_repetition(others, 1), "first": {attribute: first}}
    return {attribute: _value_by_repetition([first, *others], 0)}


def _value_by_repetition(values: list[Any], start: int) -> Any:
    """The common value, or an expression such as ``26 if i < 2 else 38``; ``i`` from ``start``."""
    runs = [(value, len(list(run))) for value, run in groupby(values)]
    if len(runs) == 1:
        return values[0]
    if any(isinstance(value, bool) or not isinstance(value, int) for value in values):
        return INEXPRESSIBLE
    cases, stop = [], start
    for value, length in runs[:-1]:
        stop += length
        cases.append(f"{value} if i < {stop} else ")
    text = "".join(cases) + str(runs[-1][0])
    return Verbatim(text) if len(text) <= MAX_LENGTH else INEXPRESSIBLE
