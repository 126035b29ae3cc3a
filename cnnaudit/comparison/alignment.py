"""Which layer of one network is which of another: two outlines become one aligned tree.

Lists of siblings are aligned in order, by names and by what the layers are, so that a layer
inserted, removed or renamed does not shift the rest; matched blocks and branches are opened and
aligned likewise. Lists that begin or end alike are cut there; long ones are cut at items that stand
once on both sides (a patience diff), so the cost stays near linear; the rest is an alignment of
greatest total similarity (Needleman & Wunsch 1970, without a price for gaps).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypeAlias

from cnnaudit.graph.nodes import Graph, Layer, Outline, Section, layers

#: Cells of a similarity table that are worth their time; larger gaps are cut first.
MAX_CELLS = 40_000
#: Edits after which two long lists without anchors are taken to have nothing in common.
MAX_EDITS = 2_000

_SAME_OPERATION = 10
_SIMILAR = 10
_IDENTICAL = 12
_SAME_NAME = 8
_SAME_NUMBER = 1


class AlignedLayer(NamedTuple):
    """A layer of each side, or of one side alone."""

    a: Layer | None
    b: Layer | None


class AlignedSection(NamedTuple):
    """A section of each side, or of one side alone, and what became of its layers."""

    a: Section | None
    b: Section | None
    children: "tuple[Aligned, ...]"


Aligned: TypeAlias = AlignedLayer | AlignedSection


class _Entry(NamedTuple):
    """One side's item with all that similarity asks about; ``identity`` numbers what it is."""

    outline: Outline
    name: str
    operation: Hashable
    features: dict[str, Hashable]
    identity: int

    @property
    def named(self) -> bool:
        return self.outline.named


def align(a: Graph, b: Graph) -> AlignedSection:
    """The aligned tree of two graphs; its leaves hold every written layer of both once."""
    first, second = a.outline, b.outline
    if _flat(first) != _flat(second):
        # A foreign file has no sections: two lists of layers are compared instead.
        first = first._replace(children=tuple(layers(first)))
        second = second._replace(children=tuple(layers(second)))
    aligner = _Aligner(a, b)
    return AlignedSection(first, second, aligner.children(first, second))


def _flat(outline: Section) -> bool:
    return all(isinstance(child, Layer) for child in outline.children)


def signature(graph: Graph, layer: Layer) -> dict[str, Any]:
    """What a written layer says of itself: attributes, and modifiers under their own names."""
    node = graph.nodes[layer.nodes[0]]
    found: dict[str, Any] = {"op": node.kind, **node.attributes}
    for index in layer.nodes[1:]:
        modifier = graph.nodes[index]
        attributes = dict(modifier.attributes)
        principal = {"activation": "function", "dropout": "rate"}.get(modifier.kind)
        found[modifier.kind] = attributes.pop(principal) if principal else True
        found |= {f"{modifier.kind}.{name}": value for name, value in attributes.items()}
    if not node.trainable:
        found["trainable"] = False
    if node.init is not None:
        found["init"] = node.init.name
        if node.init.scale is not None:
            found["init.scale"] = node.init.scale
    return found


class _Aligner:
    def __init__(self, a: Graph, b: Graph) -> None:
        self.a = a
        self.b = b
        self.identities: dict[Hashable, int] = {}

    def children(self, a: Section, b: Section) -> tuple[Aligned, ...]:
        firsts = [self.entry(self.a, child) for child in a.children]
        seconds = [self.entry(self.b, child) for child in b.children]
        aligned: list[Aligned] = []
        for i, j in match_siblings(firsts, seconds):
            first = firsts[i].outline if i is not None else None
            second = seconds[j].outline if j is not None else None
            aligned.append(self.pair(first, second))
        return tuple(aligned)

    def pair(self, a: Outline | None, b: Outline | None) -> Aligned:
        if isinstance(a, Section) and isinstance(b, Section):
            return AlignedSection(a, b, self.children(a, b))
        if isinstance(a, Section):
            return AlignedSection(a, None, tuple(self.pair(child, None) for child in a.children))
        if isinstance(b, Section):
            return AlignedSection(None, b, tuple(self.pair(None, child) for child in b.children))
        return AlignedLayer(a, b)

    def entry(self, graph: Graph, outline: Outline) -> _Entry:
        name = outline.name.rpartition(".")[2]
        if isinstance(outline, Layer):
            said = signature(graph, outline)
            operation: Hashable = said.pop("op")
            key: Hashable = (operation, tuple(sorted(said.items(), key=lambda item: item[0])))
            return _Entry(outline, name, operation, said, self.identity(key))
        inner = [self.entry(graph, child) for child in outline.children]
        counts = Counter(entry.identity for entry in inner)
        held: dict[str, Hashable] = {
            f"{identity}.{n}": True for identity, count in counts.items() for n in range(count)
        }
        held["label"] = outline.label
        order = tuple(entry.identity for entry in inner)
        identity = self.identity((outline.kind, outline.label, order))
        return _Entry(outline, name, outline.kind, held, identity)

    def identity(self, key: Hashable) -> int:
        return self.identities.setdefault(key, len(self.identities))


# Lists of siblings --------------------------------------------------------------------------------

_Pairs = list[tuple[int | None, int | None]]


def match_siblings(a: Sequence[_Entry], b: Sequence[_Entry]) -> _Pairs:
    """Positions that belong together, in order; None on the side that has no counterpart."""
    if [_called(entry) for entry in a] == [_called(entry) for entry in b]:
        # The same names in the same order: what is alike elsewhere is a coincidence of widths.
        return [(position, position) for position in range(len(a))]
    matched = _matches(a, b, 0, len(a), 0, len(b))
    result: _Pairs = []
    i = j = 0
    for m, n in [*matched, (len(a), len(b))]:
        result += [(x, None) for x in range(i, m)]
        result += [(None, y) for y in range(j, n)]
        if (m, n) != (len(a), len(b)):
            result.append((m, n))
        i, j = m + 1, n + 1
    return result


def _matches(
    a: Sequence[_Entry], b: Sequence[_Entry], i: int, i_end: int, j: int, j_end: int
) -> list[tuple[int, int]]:
    """Matched positions of a[i:i_end] and b[j:j_end], ascending on both sides."""
    head: list[tuple[int, int]] = []
    while i < i_end and j < j_end and _same(a[i], b[j]):
        head.append((i, j))
        i, j = i + 1, j + 1
    tail: list[tuple[int, int]] = []
    while i < i_end and j < j_end and _same(a[i_end - 1], b[j_end - 1]):
        i_end, j_end = i_end - 1, j_end - 1
        tail.append((i_end, j_end))
    middle: list[tuple[int, int]] = []
    if i < i_end and j < j_end:
        if (i_end - i) * (j_end - j) <= MAX_CELLS:
            middle = _most_similar(a, b, i, i_end, j, j_end)
        else:
            middle = _between_anchors(a, b, i, i_end, j, j_end)
    return head + middle + tail[::-1]


def _called(entry: _Entry) -> tuple[str, bool, Hashable]:
    return entry.name, entry.named, entry.operation


def _same(x: _Entry, y: _Entry) -> bool:
    return x.identity == y.identity and x.name == y.name and x.named == y.named


def similarity(x: _Entry, y: _Entry) -> int:
    """How much two items have in common; 0 where they are not to be matched."""
    called_alike = x.name == y.name
    by_name = _SAME_NAME if called_alike and x.named and y.named else 0
    if x.operation != y.operation:
        both_layers = isinstance(x.outline, Layer) and isinstance(y.outline, Layer)
        return by_name if both_layers else 0
    number = _SAME_NUMBER if called_alike else 0
    if x.identity == y.identity:
        return _SAME_OPERATION + _SIMILAR + _IDENTICAL + by_name + number
    keys = x.features.keys() | y.features.keys()
    equal = sum(x.features.get(key) == y.features.get(key) for key in keys)
    alike = _SIMILAR * equal // max(len(keys), 1)
    if x.named and y.named and not called_alike and 2 * equal < len(keys):
        return 0
    return _SAME_OPERATION + alike + by_name + number


def _most_similar(
    a: Sequence[_Entry], b: Sequence[_Entry], i: int, i_end: int, j: int, j_end: int
) -> list[tuple[int, int]]:
    """The matches of greatest total similarity; ties fall the same way from both sides."""
    rows, columns = i_end - i, j_end - j
    scores = [[similarity(a[i + m], b[j + n]) for n in range(columns)] for m in range(rows)]
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for m in range(rows - 1, -1, -1):
        for n in range(columns - 1, -1, -1):
            together = scores[m][n] + best[m + 1][n + 1] if scores[m][n] else 0
            best[m][n] = max(together, best[m + 1][n], best[m][n + 1])
    matched = []
    m = n = 0
    while m < rows and n < columns:
        if scores[m][n] and best[m][n] == scores[m][n] + best[m + 1][n + 1]:
            matched.append((i + m, j + n))
            m, n = m + 1, n + 1
        elif best[m + 1][n] > best[m][n + 1]:
            m += 1
        elif best[m + 1][n] < best[m][n + 1] or _order(b[j + n]) < _order(a[i + m]):
            n += 1
        else:
            m += 1
    return matched


def _order(entry: _Entry) -> tuple[str, str]:
    """An order that does not depend on the side, so that a diff mirrors its reverse."""
    return entry.name, repr((entry.operation, sorted(map(repr, entry.features.items()))))


_KEYS: tuple[Callable[[_Entry], Hashable], ...] = (
    lambda entry: (entry.name, entry.identity) if entry.named else None,
    lambda entry: entry.name if entry.named else None,
    lambda entry: entry.identity,
)


def _between_anchors(
    a: Sequence[_Entry], b: Sequence[_Entry], i: int, i_end: int, j: int, j_end: int
) -> list[tuple[int, int]]:
    """Cut long lists at items that stand once on both sides, or at what they share in order."""
    anchors: list[tuple[int, int]] = []
    for key in _KEYS:
        anchors = _ascending(_unique_on_both(key, a, b, i, i_end, j, j_end))
        if anchors:
            break
    else:
        anchors = _common(a, b, i, i_end, j, j_end)
    if not anchors:
        return []
    matched: list[tuple[int, int]] = []
    for m, n in anchors:
        matched += _matches(a, b, i, m, j, n)
        matched.append((m, n))
        i, j = m + 1, n + 1
    return matched + _matches(a, b, i, i_end, j, j_end)


def _unique_on_both(
    key: Callable[[_Entry], Hashable],
    a: Sequence[_Entry],
    b: Sequence[_Entry],
    i: int,
    i_end: int,
    j: int,
    j_end: int,
) -> list[tuple[int, int]]:
    def once(entries: Sequence[_Entry], start: int, end: int) -> dict[Hashable, int]:
        counts = Counter(key(entries[n]) for n in range(start, end))
        return {k: n for n in range(start, end) if counts[k := key(entries[n])] == 1 and k}

    firsts, seconds = once(a, i, i_end), once(b, j, j_end)
    return [(position, seconds[k]) for k, position in firsts.items() if k in seconds]


def _ascending(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of points that ascends on both sides (patience sorting)."""
    piles: list[int] = []
    tops: list[int] = []
    before: list[int | None] = []
    for index, (_, n) in enumerate(points):
        pile = bisect_left(piles, n)
        before.append(tops[pile - 1] if pile else None)
        if pile == len(piles):
            piles.append(n)
            tops.append(index)
        else:
            piles[pile] = n
            tops[pile] = index
    run = []
    last = tops[-1] if tops else None
    while last is not None:
        run.append(points[last])
        last = before[last]
    return run[::-1]


def _common(
    a: Sequence[_Entry], b: Sequence[_Entry], i: int, i_end: int, j: int, j_end: int
) -> list[tuple[int, int]]:
    """A longest common subsequence by identity (Myers 1986), up to MAX_EDITS edits."""
    rows, columns = i_end - i, j_end - j
    furthest = {1: 0}
    trace = []
    for edits in range(min(rows + columns, MAX_EDITS) + 1):
        trace.append(dict(furthest))
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (
                diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1]
            )
            m = furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1
            n = m - diagonal
            while m < rows and n < columns and a[i + m].identity == b[j + n].identity:
                m, n = m + 1, n + 1
            furthest[diagonal] = m
            if m >= rows and n >= columns:
                return _walk_back(trace, rows, columns, i, j)
    return []


def _walk_back(
    trace: list[dict[int, int]], m: int, n: int, i: int, j: int
) -> list[tuple[int, int]]:
    matched = []
    for edits in range(len(trace) - 1, -1, -1):
        furthest, diagonal = trace[edits], m - n
        down = diagonal == -edits or (
            diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1]
        )
        previous = diagonal + 1 if down else diagonal - 1
        start = furthest[previous] if edits else 0
        while m > start and n > start - previous and m > 0 and n > 0:
            m, n = m - 1, n - 1
            matched.append((i + m, j + n))
        if edits:
            m, n = start, start - previous
    return matched[::-1]
