"""Alignment of two networks: their outlines are merged into one tree of matched layers.

Lists of siblings are aligned in order, by name and by similarity of the layers, so that an
inserted, removed or renamed layer does not shift the others; matched blocks and branches are then
aligned inside. Equal beginnings and ends of two lists are matched first; what is left is aligned by
greatest total similarity (Needleman & Wunsch 1970, without a gap penalty). Long lists are first cut
at entries that occur once on both sides (a patience diff), so that the cost stays near linear.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypeAlias

from cnnaudit.graph.graph import Graph, Layer, Outline, Section, layers_of

#: The largest similarity table that is computed; larger gaps are cut at anchors first.
MAX_CELLS = 40_000
#: Long lists without anchors count as entirely different if they differ by more edits.
MAX_EDITS = 2_000

_SAME_OPERATION = 10
_SIMILAR = 10
_IDENTICAL = 12
_SAME_NAME = 8
_SAME_NUMBER = 1


class AlignedLayer(NamedTuple):
    """Two matched layers, or a layer of one network alone."""

    a: Layer | None
    b: Layer | None


class AlignedSection(NamedTuple):
    """Two matched sections, or a section of one network alone, with their aligned children."""

    a: Section | None
    b: Section | None
    children: "tuple[Aligned, ...]"


Aligned: TypeAlias = AlignedLayer | AlignedSection


class _Entry(NamedTuple):
    """A layer or section of one network, with its features for the similarity score.

    ``identity`` is equal for entries of equal content, names aside.
    """

    outline: Outline
    name: str
    operation: Hashable
    features: dict[str, Hashable]
    identity: int

    @property
    def named(self) -> bool:
        return self.outline.named

    @property
    def title(self) -> tuple[str, bool, Hashable]:
        """The name, whether it was given in the file, and the operation."""
        return self.name, self.named, self.operation


def align(a: Graph, b: Graph) -> AlignedSection:
    """Return the aligned tree of two graphs; every layer of both is in one leaf."""
    outline_a, outline_b = a.outline, b.outline
    if _is_flat(outline_a) != _is_flat(outline_b):
        # An imported model has no sections: compare both networks as lists of layers.
        outline_a = outline_a._replace(children=tuple(layers_of(outline_a)))
        outline_b = outline_b._replace(children=tuple(layers_of(outline_b)))
    aligner = _Aligner(a, b)
    return AlignedSection(outline_a, outline_b, aligner.children(outline_a, outline_b))


def _is_flat(outline: Section) -> bool:
    return all(isinstance(child, Layer) for child in outline.children)


def signature(graph: Graph, layer: Layer) -> dict[str, Any]:
    """Return the attributes of a layer, with those of its modifiers under the modifier's name.

    ``{"op": "conv", "filters": 8, "activation": "relu", "batch_norm": True,
    "batch_norm.scale": False}``.
    """
    node = graph.nodes[layer.nodes[0]]
    values: dict[str, Any] = {"op": node.op, **node.attributes}
    for index in layer.nodes[1:]:
        modifier = graph.nodes[index]
        attributes = dict(modifier.attributes)
        main_attribute = {"activation": "function", "dropout": "rate"}.get(modifier.op)
        values[modifier.op] = attributes.pop(main_attribute) if main_attribute else True
        values |= {f"{modifier.op}.{name}": value for name, value in attributes.items()}
    if not node.trainable:
        values["trainable"] = False
    if node.init is not None:
        values["init"] = node.init.name
        if node.init.scale is not None:
            values["init.scale"] = node.init.scale
    return values


class _Aligner:
    def __init__(self, a: Graph, b: Graph) -> None:
        self.a = a
        self.b = b
        self.identities: dict[Hashable, int] = {}

    def children(self, a: Section, b: Section) -> tuple[Aligned, ...]:
        entries_a = [self.entry(self.a, child) for child in a.children]
        entries_b = [self.entry(self.b, child) for child in b.children]
        aligned: list[Aligned] = []
        for i, j in match_siblings(entries_a, entries_b):
            outline_a = entries_a[i].outline if i is not None else None
            outline_b = entries_b[j].outline if j is not None else None
            aligned.append(self.pair(outline_a, outline_b))
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
            features = signature(graph, outline)
            operation: Hashable = features.pop("op")
            key: Hashable = (operation, tuple(sorted(features.items(), key=lambda pair: pair[0])))
            return _Entry(outline, name, operation, features, self.identity(key))
        children = [self.entry(graph, child) for child in outline.children]
        order = tuple(child.identity for child in children)
        section_features: dict[str, Hashable] = {
            f"{identity}.{n}": True
            for identity, count in Counter(order).items()
            for n in range(count)
        }
        section_features["label"] = outline.label
        identity = self.identity((outline.kind, outline.label, order))
        return _Entry(outline, name, outline.kind, section_features, identity)

    def identity(self, key: Hashable) -> int:
        """Number contents in the order of their first occurrence."""
        return self.identities.setdefault(key, len(self.identities))


# Lists of siblings --------------------------------------------------------------------------------

_Matches: TypeAlias = list[tuple[int, int]]


class _Gap(NamedTuple):
    """Positions that are not matched yet: a[i:i_end] and b[j:j_end]."""

    i: int
    i_end: int
    j: int
    j_end: int

    @property
    def sizes(self) -> tuple[int, int]:
        return self.i_end - self.i, self.j_end - self.j


def match_siblings(a: Sequence[_Entry], b: Sequence[_Entry]) -> list[tuple[int | None, int | None]]:
    """Return matched positions in order, with None on the side without a counterpart."""
    if [entry.title for entry in a] == [entry.title for entry in b]:
        # The same names in the same order: similarities elsewhere are coincidences of widths.
        return [(position, position) for position in range(len(a))]
    end = len(a), len(b)
    pairs: list[tuple[int | None, int | None]] = []
    i = j = 0
    for m, n in [*_match(a, b, _Gap(0, len(a), 0, len(b))), end]:
        pairs += [(position, None) for position in range(i, m)]
        pairs += [(None, position) for position in range(j, n)]
        if (m, n) != end:
            pairs.append((m, n))
        i, j = m + 1, n + 1
    return pairs


def _match(a: Sequence[_Entry], b: Sequence[_Entry], gap: _Gap) -> _Matches:
    """Return the matched positions in a gap, ascending on both sides."""
    i, i_end, j, j_end = gap
    head: _Matches = []
    while i < i_end and j < j_end and _are_equal(a[i], b[j]):
        head.append((i, j))
        i, j = i + 1, j + 1
    tail: _Matches = []
    while i < i_end and j < j_end and _are_equal(a[i_end - 1], b[j_end - 1]):
        i_end, j_end = i_end - 1, j_end - 1
        tail.append((i_end, j_end))
    middle: _Matches = []
    if i < i_end and j < j_end:
        is_small = (i_end - i) * (j_end - j) <= MAX_CELLS
        match_middle = _match_most_similar if is_small else _match_between_anchors
        middle = match_middle(a, b, _Gap(i, i_end, j, j_end))
    return head + middle + tail[::-1]


def _are_equal(x: _Entry, y: _Entry) -> bool:
    return x.identity == y.identity and x.name == y.name and x.named == y.named


def similarity(x: _Entry, y: _Entry) -> int:
    """Return a score of what two entries have in common; 0 if they must not be matched."""
    same_name = x.name == y.name
    name_score = _SAME_NAME if same_name and x.named and y.named else 0
    if x.operation != y.operation:
        both_layers = isinstance(x.outline, Layer) and isinstance(y.outline, Layer)
        return name_score if both_layers else 0
    number_score = _SAME_NUMBER if same_name else 0
    if x.identity == y.identity:
        return _SAME_OPERATION + _SIMILAR + _IDENTICAL + name_score + number_score
    keys = x.features.keys() | y.features.keys()
    equal = sum(x.features.get(key) == y.features.get(key) for key in keys)
    if x.named and y.named and not same_name and 2 * equal < len(keys):
        return 0
    feature_score = _SIMILAR * equal // max(len(keys), 1)
    return _SAME_OPERATION + feature_score + name_score + number_score


def _match_most_similar(a: Sequence[_Entry], b: Sequence[_Entry], gap: _Gap) -> _Matches:
    """Return the matches of greatest total similarity; ties do not depend on the side."""
    i, _, j, _ = gap
    rows, columns = gap.sizes
    scores = [[similarity(a[i + m], b[j + n]) for n in range(columns)] for m in range(rows)]
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for m in range(rows - 1, -1, -1):
        for n in range(columns - 1, -1, -1):
            matched = scores[m][n] + best[m + 1][n + 1] if scores[m][n] else 0
            best[m][n] = max(matched, best[m + 1][n], best[m][n + 1])
    matches = []
    m = n = 0
    while m < rows and n < columns:
        if scores[m][n] and best[m][n] == scores[m][n] + best[m + 1][n + 1]:
            matches.append((i + m, j + n))
            m, n = m + 1, n + 1
        elif best[m + 1][n] > best[m][n + 1]:
            m += 1
        elif best[m + 1][n] < best[m][n + 1] or _tie_key(b[j + n]) < _tie_key(a[i + m]):
            n += 1
        else:
            m += 1
    return matches


def _tie_key(entry: _Entry) -> tuple[str, str]:
    """A sort key that does not depend on the side, so that a diff mirrors its reverse."""
    return entry.name, repr((entry.operation, sorted(map(repr, entry.features.items()))))


_ANCHOR_KEYS: tuple[Callable[[_Entry], Hashable], ...] = (
    lambda entry: (entry.name, entry.identity) if entry.named else None,
    lambda entry: entry.name if entry.named else None,
    lambda entry: entry.identity,
)


def _match_between_anchors(a: Sequence[_Entry], b: Sequence[_Entry], gap: _Gap) -> _Matches:
    """Cut a gap at anchors and match the parts; without anchors nothing is matched.

    Anchors are entries that occur once on both sides, or else a common subsequence.
    """
    anchors: _Matches = []
    for key in _ANCHOR_KEYS:
        anchors = _longest_ascending(_unique_on_both(key, a, b, gap))
        if anchors:
            break
    else:
        anchors = _common_subsequence(a, b, gap)
    if not anchors:
        return []
    i, i_end, j, j_end = gap
    matches: _Matches = []
    for m, n in anchors:
        matches += _match(a, b, _Gap(i, m, j, n))
        matches.append((m, n))
        i, j = m + 1, n + 1
    return matches + _match(a, b, _Gap(i, i_end, j, j_end))


def _unique_on_both(
    key: Callable[[_Entry], Hashable], a: Sequence[_Entry], b: Sequence[_Entry], gap: _Gap
) -> _Matches:
    """Return the positions of entries whose key occurs once on each side; None is no key."""

    def unique(entries: Sequence[_Entry], start: int, end: int) -> dict[Hashable, int]:
        keys = [key(entry) for entry in entries[start:end]]
        counts = Counter(keys)
        return {k: n for n, k in enumerate(keys, start) if counts[k] == 1 and k}

    unique_a, unique_b = unique(a, gap.i, gap.i_end), unique(b, gap.j, gap.j_end)
    return [(position, unique_b[k]) for k, position in unique_a.items() if k in unique_b]


def _longest_ascending(points: _Matches) -> _Matches:
    """Return the longest run of points that ascends on both sides (patience sorting)."""
    piles: list[int] = []
    tops: list[int] = []
    predecessors: list[int | None] = []
    for index, (_, n) in enumerate(points):
        pile = bisect_left(piles, n)
        predecessors.append(tops[pile - 1] if pile else None)
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
        last = predecessors[last]
    return run[::-1]


def _common_subsequence(a: Sequence[_Entry], b: Sequence[_Entry], gap: _Gap) -> _Matches:
    """Return a longest common subsequence by identity (Myers 1986).

    Returns [] if more than ``MAX_EDITS`` edits separate the lists.
    """
    rows, columns = gap.sizes
    furthest = {1: 0}
    trace = []
    for edits in range(min(rows + columns, MAX_EDITS) + 1):
        trace.append(dict(furthest))
        for diagonal in range(-edits, edits + 1, 2):
            down = _goes_down(furthest, diagonal, edits)
            m = furthest[diagonal + 1] if down else furthest[diagonal - 1] + 1
            n = m - diagonal
            while m < rows and n < columns and a[gap.i + m].identity == b[gap.j + n].identity:
                m, n = m + 1, n + 1
            furthest[diagonal] = m
            if m >= rows and n >= columns:
                return _backtrack(trace, gap)
    return []


def _goes_down(furthest: dict[int, int], diagonal: int, edits: int) -> bool:
    """Whether the furthest path to a diagonal ends with an insertion, not a removal."""
    if diagonal in (-edits, edits):
        return diagonal == -edits
    return furthest[diagonal - 1] < furthest[diagonal + 1]


def _backtrack(trace: list[dict[int, int]], gap: _Gap) -> _Matches:
    """Return the matches on the path that a trace of furthest positions ends with."""
    m, n = gap.sizes
    matches = []
    for edits in range(len(trace) - 1, -1, -1):
        furthest, diagonal = trace[edits], m - n
        previous = diagonal + 1 if _goes_down(furthest, diagonal, edits) else diagonal - 1
        start = furthest[previous] if edits else 0
        while m > start and n > start - previous and m > 0 and n > 0:
            m, n = m - 1, n - 1
            matches.append((gap.i + m, gap.j + n))
        if edits:
            m, n = start, start - previous
    return matches[::-1]
