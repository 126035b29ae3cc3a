"""The own changes of a comparison in order, each with the leaf behind which it is complete."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from cnnaudit.comparison.alignment import Aligned, AlignedLayer, AlignedSection
from cnnaudit.comparison.diff import Cause, Comparison, DiffRow, leaves_of, repeat_change
from cnnaudit.comparison.step import NetworkChange
from cnnaudit.graph.nodes import Layer, Section, local_name


class PlacedChange(NamedTuple):
    """Leaves that one change concerns: up to ``end``, excluded; ``top`` numbers the outermost part.

    A part is a layer, block or repetition that is written at the top of the network.
    """

    change: NetworkChange
    end: int
    top: int


class _Part(NamedTuple):
    """A part of the aligned tree with its leaves: their pairs, and where they begin."""

    aligned: Aligned
    start: int
    pairs: tuple[DiffRow, ...]

    @property
    def end(self) -> int:
        return self.start + len(self.pairs)


def placed_changes(comparison: Comparison) -> list[PlacedChange]:
    """What was written differently, top down."""
    whole = _Part(comparison.tree, 0, comparison.rows)
    found = [
        PlacedChange(change, end, top)
        for top, part in enumerate(_parts(whole))
        for change, end in _changes(part)
    ]
    return _with_replacements(found)


def _with_replacements(found: list[PlacedChange]) -> list[PlacedChange]:
    """The same, with a part that another one takes the place of as one change.

    Apart they would lead over a network that nobody meant, such as one without its first layer.
    Where several parts make way for several others, it cannot be said which is for which.
    """
    runs: list[list[PlacedChange]] = []
    for stretch in found:
        if runs and _same_gap(runs[-1][-1], stretch):
            runs[-1].append(stretch)
        else:
            runs.append([stretch])
    return [stretch for run in runs for stretch in _joined(run)]


def _joined(run: list[PlacedChange]) -> list[PlacedChange]:
    """A gap's removed and added parts, the last removed and the first added one as one change."""
    kinds = [stretch.change.kind for stretch in run]
    removed, added = kinds.count("removed"), kinds.count("added")
    if 1 not in (removed, added) or kinds != ["removed"] * removed + ["added"] * added:
        return run
    if not removed or not added:
        return run
    old, new = run[removed - 1 : removed + 1]
    return [*run[: removed - 1], _replaced(old.change, new), *run[removed + 1 :]]


def _replaced(old: NetworkChange, new: PlacedChange) -> PlacedChange:
    cause = Cause("own", "layer", old.name, new.change.name)
    return new._replace(
        change=NetworkChange("replaced", old.name, (cause,), old.layers + new.change.layers)
    )


def _same_gap(first: PlacedChange, second: PlacedChange) -> bool:
    """Whether both stand in one list of layers, with nothing of both networks between them."""
    a, b = first.change, second.change
    if not {a.kind, b.kind} <= {"added", "removed"} or second.end - b.layers != first.end:
        return False
    return a.name.rpartition(".")[0] == b.name.rpartition(".")[0]


def _parts(part: _Part) -> Iterator[_Part]:
    """What stands directly inside a section."""
    start = part.start
    assert isinstance(part.aligned, AlignedSection)
    for child in part.aligned.children:
        count = sum(1 for _ in leaves_of(child))
        first = start - part.start
        yield _Part(child, start, part.pairs[first : first + count])
        start += count


def _changes(part: _Part) -> Iterator[tuple[NetworkChange, int]]:
    aligned = part.aligned
    if aligned.a is None or aligned.b is None:
        kind = "added" if aligned.a is None else "removed"
        if part.pairs:
            yield NetworkChange(kind, _name(aligned), (), len(part.pairs)), part.end
    elif isinstance(aligned, AlignedLayer):
        if causes := _own(part.pairs):
            yield NetworkChange("changed", _name(aligned), causes, 1), part.end
    elif times := repeat_change(aligned):
        causes = (Cause("own", "repeat", *times), *_own(part.pairs))
        changed = sum(
            pair.status in ("added", "removed") or bool(_own((pair,))) for pair in part.pairs
        )
        yield NetworkChange("repeated", aligned.b.name, causes, changed), part.end
    elif aligned.b.kind == "repeat":
        yield from _turns(aligned.b, list(_parts(part)))
    else:
        for child in _parts(part):
            yield from _changes(child)


def _turns(section: Section, turns: list[_Part]) -> Iterator[tuple[NetworkChange, int]]:
    """Repetitions; neighbours that changed alike are one change."""
    for _, group in groupby(turns, _said):
        alike = list(group)
        if len(alike) == 1 or not _said(alike[0]):
            for turn in alike:
                yield from _changes(turn)
            continue
        pairs = tuple(pair for turn in alike for pair in turn.pairs)
        first, last = (
            local_name(turn.aligned.b or section, section) for turn in (alike[0], alike[-1])
        )
        changed = sum(bool(_own((pair,))) or pair.status in ("added", "removed") for pair in pairs)
        name = f"{section.name}.{first}–{last}"
        yield NetworkChange("changed", name, _own(pairs), changed), alike[-1].end


def _said(turn: _Part) -> list[tuple[str, object]]:
    """What was changed in a repetition."""
    prefix = (turn.aligned.b or turn.aligned.a or Layer("", ())).name
    return [
        (_row_name(pair).removeprefix(prefix), (pair.status in ("added", "removed"), _own((pair,))))
        for pair in turn.pairs
        if pair.status in ("added", "removed") or _own((pair,))
    ]


def _row_name(pair: DiffRow) -> str:
    row = pair.b or pair.a
    assert row is not None
    return row.name


def _own(pairs: Iterable[DiffRow]) -> tuple[Cause, ...]:
    """The own causes of several pairs, each once."""
    found = [cause for pair in pairs for cause in pair.causes if cause.kind == "own"]
    return tuple(dict.fromkeys(found))


def _name(aligned: Aligned) -> str:
    part = aligned.b or aligned.a
    assert part is not None
    return part.name
