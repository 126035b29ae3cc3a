"""Alignment of long lists: cut at anchors, or at a common subsequence if there are none."""

import random

import pytest

from cnnaudit.comparison.alignment import MAX_CELLS
from cnnaudit.comparison.diff import compare
from tests.support import audit_text, chain

LONG = int(MAX_CELLS**0.5) + 60


def conv(width: int, name: str | None = None) -> str:
    return f"{{{f'name: {name}, ' if name else ''}conv: {width}, kernel: 1}}"


def test_a_long_list_is_cut_at_names_unique_on_both_sides() -> None:
    before = [conv(n % 5 + 1, f"layer-{n}") for n in range(LONG)]
    after = [line for n, line in enumerate(before) if n % 40 != 7]
    after[0], after[-1] = conv(9, "first"), conv(9, "last")
    comparison = compare(audit_text(chain(*before)), audit_text(chain(*after)))
    removed = [row.a.name for row in comparison.rows if row.status == "removed" and row.a]
    assert removed == [f"layer-{n}" for n in range(LONG) if n % 40 == 7]


@pytest.mark.parametrize("seed", range(3))
def test_a_long_list_without_names_loses_only_the_removed_layers(seed: int) -> None:
    chance = random.Random(seed)
    before = [conv(chance.randint(1, 4)) for _ in range(LONG)]
    removed = set(chance.sample(range(LONG), 5))
    after = [line for n, line in enumerate(before) if n not in removed]
    comparison = compare(audit_text(chain(*before)), audit_text(chain(*after)))
    assert [row.status for row in comparison.rows].count("removed") == 5
    assert not any(c.kind == "own" for row in comparison.rows for c in row.causes)


def test_long_lists_without_common_layers_are_not_matched() -> None:
    before, after = chain(*[conv(2)] * LONG), chain(*["relu"] * LONG)
    comparison = compare(audit_text(before), audit_text(after))
    statuses = [row.status for row in comparison.rows]
    assert statuses.count("removed") == statuses.count("added") == LONG
