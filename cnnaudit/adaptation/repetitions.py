"""What a repeated layer has to say so that each repetition has its own value.

A layer that is repeated is one layer of the file: one value serves all repetitions, ``first`` may
give the first of them another, and an expression in ``i`` says the rest.
"""

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from cnnaudit.adaptation.patch import Verbatim
from cnnaudit.parsing.expressions import MAX_LENGTH

#: Stands for a value where repetitions of one layer need several, and no setting can say them.
INEXPRESSIBLE = object()


def per_repetition(
    attribute: str, values: Mapping[int, Any], *, has_first_value: bool
) -> dict[str, Any]:
    """The settings that give ``attribute`` these values, by repetition from 0.

    ``apart`` says that the file gives the first repetition a value of its own.
    """
    first, rest = values.get(0), [value for turn, value in sorted(values.items()) if turn]
    if sorted(values) != list(range(len(values))):
        # Not all repetitions have the attribute, and a setting would reach them all.
        return {attribute: INEXPRESSIBLE}
    if not rest:
        return {"first": {attribute: first}} if has_first_value else {attribute: first}
    if has_first_value or (len(set(rest)) == 1 and first != rest[0]):
        return {attribute: _by_turn(rest, 1), "first": {attribute: first}}
    return {attribute: _by_turn([first, *rest], 0)}


def _by_turn(values: list[Any], start: int) -> Any:
    """The value that all have, or the likes of ``26 if i < 2 else 38``; ``i`` from ``start`` on."""
    runs = [(value, len(list(run))) for value, run in groupby(values)]
    if len(runs) == 1:
        return values[0]
    if any(isinstance(value, bool) or not isinstance(value, int) for value in values):
        return INEXPRESSIBLE
    parts, turn = [], start
    for value, length in runs[:-1]:
        turn += length
        parts.append(f"{value} if i < {turn} else ")
    text = "".join(parts) + str(runs[-1][0])
    return Verbatim(text) if len(text) <= MAX_LENGTH else INEXPRESSIBLE
