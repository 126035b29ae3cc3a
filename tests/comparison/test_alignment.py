"""Long lists: cut at anchors, and aligned by what they share where there are none."""

import random

import pytest

from cnnaudit.comparison.alignment import MAX_CELLS
from cnnaudit.comparison.diff import compare
from tests.support import audit_text, chain

LONG = int(MAX_CELLS**0.5) + 60


def conv(width: int, name: str | None = None) -> str:
    return f"{{{f'name: {name}, ' if name else ''}conv: {width}, kernel: 1}}"


def test_a_long_list_is_cut_at_what_stands_once_on_both_sides() -> None:
    before = [conv(n % 5 + 1, f"layer-{n}") for n in range(LONG)]
    after = [line for n, line in enumerate(before) if n % 40 != 7]
    after[0], after[-1] = conv(9, "first"), conv(9, "last")
    found = compare(audit_text(chain(*before)), audit_text(chain(*after)))
    removed = [pair.a.name for pair in found.rows if pair.status == "removed" and pair.a]
    assert removed == [f"layer-{n}" for n in range(LONG) if n % 40 == 7]


@pytest.mark.parametrize("seed", range(3))
def test_a_long_list_without_names_loses_only_what_was_taken(seed: int) -> None:
    chance = random.Random(seed)
    before = [conv(chance.randint(1, 4)) for _ in range(LONG)]
    gone = set(chance.sample(range(LONG), 5))
    after = [line for n, line in enumerate(before) if n not in gone]
    found = compare(audit_text(chain(*before)), audit_text(chain(*after)))
    assert [pair.status for pair in found.rows].count("removed") == 5
    assert not any(c.kind == "own" for pair in found.rows for c in pair.causes)


def test_long_lists_that_share_nothing_are_told_apart() -> None:
    before, after = chain(*[conv(2)] * LONG), chain(*["relu"] * LONG)
    found = compare(audit_text(before), audit_text(after))
    statuses = [pair.status for pair in found.rows]
    assert statuses.count("removed") == statuses.count("added") == LONG
