"""The own changes of layers in a comparison, in order, with the leaves that each concerns."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from cnnaudit.comparison.alignment import Aligned, AlignedLayer, AlignedSection
from cnnaudit.comparison.diff import Cause, Comparison, DiffRow, leaves_of, repeat_change
from cnnaudit.comparison.step import NetworkChange
from cnnaudit.graph.graph import Section, local_name


class PlacedChange(NamedTuple):
    """A change, and the first leaf after those that it concerns.

    ``top`` numbers the layer, block or repetition at the top of the network that contains it.
    """

    change: NetworkChange
    end: int
    top: int


class _Part(NamedTuple):
    """A part of the aligned tree with the rows of its leaves, of which ``start`` is the first."""

    aligned: Aligned
    start: int
    rows: tuple[DiffRow, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.rows)

    @property
    def name(self) -> str:
        outline = self.aligned.b or self.aligned.a
        assert outline is not None
        return outline.name


def placed_changes(comparison: Comparison) -> list[PlacedChange]:
    """Return the layer changes of a comparison from the top down."""
    network = _Part(comparison.tree, 0, comparison.rows)
    changes = [
        PlacedChange(change, end, top)
        for top, part in enumerate(_children(network))
        for change, end in _changes(part)
    ]
    return _with_replacements(changes)


def _with_replacements(changes: list[PlacedChange]) -> list[PlacedChange]:
    """Join the removal of a part and the addition in its place into one change.

    Alone, the removal would give a network that nobody intended, such as one without its first
    layer. If several parts replace several others, it is unknown which replaces which.
    """
    runs: list[list[PlacedChange]] = []
    for change in changes:
        if runs and _in_same_gap(runs[-1][-1], change):
            runs[-1].append(change)
        else:
            runs.append([change])
    return [change for run in runs for change in _join_replacement(run)]


def _join_replacement(run: list[PlacedChange]) -> list[PlacedChange]:
    """Join the last removal and the first addition of a gap, if there is only one of either."""
    kinds = [placed.change.kind for placed in run]
    removed, added = kinds.count("removed"), kinds.count("added")
    if 1 not in (removed, added) or kinds != ["removed"] * removed + ["added"] * added:
        return run
    if not removed or not added:
        return run
    old, new = run[removed - 1 : removed + 1]
    return [*run[: removed - 1], _replacement(old.change, new), *run[removed + 1 :]]


def _replacement(old: NetworkChange, new: PlacedChange) -> PlacedChange:
    cause = Cause("own", "layer", old.name, new.change.name)
    layers = old.layers + new.change.layers
    return new._replace(change=NetworkChange("replaced", old.name, (cause,), layers))


def _in_same_gap(first: PlacedChange, second: PlacedChange) -> bool:
    """Whether two parts are added or removed in one list, with no matched layer between them."""
    a, b = first.change, second.change
    if not {a.kind, b.kind} <= {"added", "removed"} or second.end - b.layers != first.end:
        return False
    return a.name.rpartition(".")[0] == b.name.rpartition(".")[0]


def _children(part: _Part) -> Iterator[_Part]:
    """Yield the parts directly inside a section."""
    start = part.start
    assert isinstance(part.aligned, AlignedSection)
    for child in part.aligned.children:
        count = sum(1 for _ in leaves_of(child))
        offset = start - part.start
        yield _Part(child, start, part.rows[offset : offset + count])
        start += count


def _changes(part: _Part) -> Iterator[tuple[NetworkChange, int]]:
    """Yield the changes of a part, each with the first leaf after those that it concerns."""
    aligned = part.aligned
    if aligned.a is None or aligned.b is None:
        kind = "added" if aligned.a is None else "removed"
        if part.rows:
            yield NetworkChange(kind, part.name, (), len(part.rows)), part.end
    elif isinstance(aligned, AlignedLayer):
        if causes := _own_causes(part.rows):
            yield NetworkChange("changed", part.name, causes, 1), part.end
    elif repeats := repeat_change(aligned):
        causes = (Cause("own", "repeat", *repeats), *_own_causes(part.rows))
        changed = sum(map(_is_changed, part.rows))
        yield NetworkChange("repeated", aligned.b.name, causes, changed), part.end
    elif aligned.b.kind == "repeat":
        yield from _repetition_changes(aligned.b, list(_children(part)))
    else:
        for child in _children(part):
            yield from _changes(child)


def _repetition_changes(
    section: Section, repetitions: list[_Part]
) -> Iterator[tuple[NetworkChange, int]]:
    """Yield the changes of repetitions; equal changes of neighbours are one change."""
    for edits, group in groupby(repetitions, _edits):
        equal = list(group)
        if len(equal) == 1 or not edits:
            for repetition in equal:
                yield from _changes(repetition)
            continue
        rows = tuple(row for repetition in equal for row in repetition.rows)
        first, last = (
            local_name(repetition.aligned.b or section, section)
            for repetition in (equal[0], equal[-1])
        )
        changed = sum(map(_is_changed, rows))
        name = f"{section.name}.{first}–{last}"
        yield NetworkChange("changed", name, _own_causes(rows), changed), equal[-1].end


def _edits(repetition: _Part) -> list[tuple[str, object]]:
    """Return the changed rows of a repetition by their names in it, equal for equal changes."""
    edits: list[tuple[str, object]] = []
    for row in repetition.rows:
        if _is_changed(row):
            layer = row.b or row.a
            assert layer is not None
            name = layer.name.removeprefix(repetition.name)
            edits.append((name, (_is_added_or_removed(row), _own_causes((row,)))))
    return edits


def _is_changed(row: DiffRow) -> bool:
    return _is_added_or_removed(row) or bool(_own_causes((row,)))


def _is_added_or_removed(row: DiffRow) -> bool:
    return row.status in ("added", "removed")


def _own_causes(rows: Iterable[DiffRow]) -> tuple[Cause, ...]:
    """Return the own causes of several rows, without duplicates."""
    causes = [cause for row in rows for cause in row.causes if cause.kind == "own"]
    return tuple(dict.fromkeys(causes))
