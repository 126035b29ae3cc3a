"""The rows of a comparison: the aligned outlines, repetitions of the same difference folded."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from cnnaudit.calculator import LayerRow
from cnnaudit.comparison.alignment import Aligned, AlignedLayer, AlignedSection
from cnnaudit.comparison.diff import Cause, Comparison, DiffRow, leaves_of
from cnnaudit.formatting import (
    bound_text,
    count_text,
    mebibytes,
    shape_text,
    sizes_text,
    value_text,
)
from cnnaudit.graph.graph import local_name
from cnnaudit.render.report.rows import fold_equal
from cnnaudit.render.table import Column

#: The mark of each status at the start of a row, and the style of the row on a terminal.
MARKS = {"same": " ", "changed": "~", "added": "+", "removed": "-", "renamed": "="}
STYLES = {"added": "green", "removed": "red", "changed": "", "renamed": "cyan", "same": "dim"}

#: Attributes whose equal sizes are one number: a stride of 2, but a kernel of 3×3.
_STEPS = frozenset(("stride", "dilation", "output_padding", "factor"))


class DiffLine(NamedTuple):
    """A pair of layers, or the heading of a pair of sections (without ``pair``).

    ``status`` is that of the pair; of a heading, ``added``, ``removed`` or empty.
    """

    depth: int
    name: str
    pair: DiffRow | None
    status: str
    times: int = 1


def diff_lines(comparison: Comparison, *, only_changed: bool) -> list[DiffLine]:
    """The rows of a comparison, in the order of the files."""
    pairs = {_key(pair.a, pair.b): pair for pair in comparison.rows}
    return list(_rows(comparison.tree, pairs, 0, only_changed))


_Pairs = dict[tuple[str | None, str | None], DiffRow]


def _key(a: LayerRow | None, b: LayerRow | None) -> tuple[str | None, str | None]:
    return (a.name if a else None, b.name if b else None)


def _pair_of(leaf: AlignedLayer, pairs: _Pairs) -> DiffRow:
    return pairs[leaf.a.name if leaf.a else None, leaf.b.name if leaf.b else None]


def _rows(
    section: AlignedSection, pairs: _Pairs, depth: int, only_changed: bool
) -> Iterator[DiffLine]:
    for first, last, count in _runs(section, pairs):
        leaves = [_pair_of(leaf, pairs) for leaf in leaves_of(first)]
        if only_changed and all(pair.status == "same" for pair in leaves):
            continue
        name = _name(first, section)
        if first is not last:
            name = f"{name}–{_name(last, section)}"
        if isinstance(first, AlignedLayer):
            yield DiffLine(depth, name, leaves[0], leaves[0].status, count)
            continue
        status = "added" if first.a is None else "removed" if first.b is None else ""
        runs = _runs(first, pairs) if _repeats(first) else []
        if len(runs) == 1 and isinstance(repetition := runs[0][0], AlignedSection):
            # All repetitions are the same, so they share one heading.
            yield DiffLine(depth, name, None, status, runs[0][2])
            yield from _rows(repetition, pairs, depth + 1, only_changed)
        else:
            yield DiffLine(depth, name, None, status, count)
            yield from _rows(first, pairs, depth + 1, only_changed)


def _repeats(section: AlignedSection) -> bool:
    return any(part.kind == "repeat" for part in (section.a, section.b) if part)


def _runs(section: AlignedSection, pairs: _Pairs) -> list[tuple[Aligned, Aligned, int]]:
    """The children of a section; equal neighbours among repetitions as first, last and count."""
    if not _repeats(section):
        return [(child, child, 1) for child in section.children]
    return fold_equal(section.children, lambda child: _signature(child, pairs))


def _signature(child: Aligned, pairs: _Pairs) -> list[object]:
    """Statuses, causes and numbers: repetitions with equal ones are one row."""
    signature: list[object] = []
    for leaf in leaves_of(child):
        pair = _pair_of(leaf, pairs)
        causes = [cause[:4] for cause in pair.causes]
        sides = [
            [
                (row.node.op, row.node.attributes, row.node.output_shape, row[1:])
                for row in side.rows
            ]
            for side in (pair.a, pair.b)
            if side
        ]
        signature.append((pair.status, causes, sides))
    return signature


def _name(child: Aligned, section: AlignedSection) -> str:
    """The name within the section: ``old → new`` if the file changes it."""
    sides = ((child.a, section.a), (child.b, section.b))
    a, b = (local_name(part, inside) if part else None for part, inside in sides)
    if a is None or b is None or a == b:
        return a or b or ""
    is_named = any(part.named for part in (child.a, child.b) if part)
    return f"{a} → {b}" if is_named else b


def cause_text(cause: Cause) -> str:
    """``filters 96 → 4``; an inherited cause by its origin: ``← pool2``."""
    if cause.kind == "inherited":
        if cause.attribute == "inputs":
            return f"{cause.a} → {cause.b} inputs"
        return f"← {cause.source}"
    if cause.attribute == "op":
        return f"{cause.a} → {cause.b}"
    values = []
    for value in (cause.a, cause.b):
        if cause.attribute == "input":
            values.append(", ".join(shape_text(shape) for shape in value))
        elif isinstance(value, tuple) and value and isinstance(value[0], str):
            values.append(", ".join(value))
        elif cause.attribute in _STEPS and isinstance(value, tuple) and len(set(value)) == 1:
            values.append(str(value[0]))
        else:
            values.append(value_text(value))
    return f"{cause.attribute} {values[0]} → {values[1]}"


def why(pair: DiffRow) -> str:
    """The causes of a difference; inherited ones only if there are no others."""
    own_causes = [cause_text(cause) for cause in pair.causes if cause.kind == "own"]
    inherited = [cause_text(cause) for cause in pair.causes if cause.kind == "inherited"]
    return ", ".join(own_causes or dict.fromkeys(inherited))


def compact_shape(row: LayerRow) -> str:
    """``55×55×96``."""
    return sizes_text(row.shape) if row.shape else "?"


def name_text(row: DiffLine) -> str:
    """The name, indented, with the number of its repetitions."""
    times = f" ×{row.times}" if row.times > 1 else ""
    return "  " * row.depth + row.name + times


def reason_text(row: DiffLine) -> str:
    """The causes of a changed layer; else the status ``added``, ``removed`` or ``renamed``."""
    if row.pair is None or row.status in ("added", "removed", "renamed"):
        return row.status
    return why(row.pair)


class DiffQuantity(NamedTuple):
    """A quantity of both networks: its title, and its text for one of them."""

    title: str
    text: Callable[[LayerRow], str]


def quantity_text(text: Callable[[int], str], quantity: str) -> Callable[[LayerRow], str]:
    """The text of a quantity of one side; ``?`` if it is unknown."""
    return lambda row: "?" if row.unknown else text(getattr(row, quantity))


OUTPUT = DiffQuantity("Output", lambda row: shape_text(row.shape))
PARAMS = DiffQuantity("Params", quantity_text(count_text, "params"))
MACS = DiffQuantity("MACs", quantity_text(count_text, "macs"))

MARK = Column[DiffLine](
    "", lambda row: MARKS.get(row.status, ""), lambda row: STYLES.get(row.status, "")
)


def quantity_columns(quantity: DiffQuantity) -> tuple[Column[DiffLine], Column[DiffLine]]:
    """The columns of a quantity in both networks: ``=`` for the second if they agree."""

    def text_a(row: DiffLine) -> str:
        return quantity.text(row.pair.a) if row.pair and row.pair.a else ""

    def text_b(row: DiffLine) -> str:
        text = quantity.text(row.pair.b) if row.pair and row.pair.b else ""
        return "=" if text and text == text_a(row) else text

    def style_a(row: DiffLine) -> str:
        return "" if row.pair is None else "dim" if row.pair.b else STYLES[row.status]

    def style_b(row: DiffLine) -> str:
        return "" if row.pair is None else STYLES[row.status]

    return (
        Column(f"{quantity.title} A", text_a, style_a, right=True, name=quantity.title),
        Column("B", text_b, style_b, right=True, name=quantity.title),
    )


def ratio_text(a: int, b: int) -> str:
    """The ratio of ``b`` to ``a`` as text: ``563 times fewer``, ``+3.2 %``."""
    if a == b:
        return "the same"
    if a == 0 or b == 0:
        return "new" if a == 0 else "gone"
    large, small = max(a, b), min(a, b)
    if large >= 2 * small:
        times = large / small
        factor = f"{times:,.0f}" if times >= 9.95 else f"{times:.1f}"
        return f"{factor} times {'more' if b > a else 'fewer'}"
    change = 100 * (b - a) / a
    percentage = f"{abs(change):.1f}" if abs(change) >= 0.05 else "<0.1"
    return f"{'+' if b > a else '−'}{percentage} %"


def totals_lines(comparison: Comparison) -> list[str]:
    """The totals of both networks, their difference and ratio, in columns."""
    totals = comparison.totals
    quantities = [("Parameters", "params")]
    if totals["trainable_params"] != totals["params"]:
        quantities.append(("  trainable", "trainable_params"))
        quantities.append(("  non-trainable", "non_trainable_params"))
    quantities += [("MACs", "macs"), ("FLOPs", "flops"), ("Activations", "activation_size")]
    rows = []
    for title, key in quantities:
        a, b = totals[key]
        sign = "+" if b > a else "−" if b < a else "±"
        difference = f"{sign}{count_text(abs(b - a))}"
        rows.append((title, *bounds(comparison, count_text, a, b), difference, ratio_text(a, b)))
    a, b = totals["weight_bytes"]
    sizes = bounds(comparison, mebibytes, a, b)
    rows.append(("Weights, fp32", *sizes, "", ratio_text(a, b)))
    widths = [max(len(row[i]) for row in rows) for i in range(4)]
    return [
        f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}} → {row[2]:>{widths[2]}}"
        f"  {row[3]:>{widths[3]}}  {row[4]}"
        for row in rows
    ]


def bounds(comparison: Comparison, text: Callable[[int], str], a: int, b: int) -> tuple[str, str]:
    """A total of both networks, each with ``≥`` if layers of that network are unknown."""
    return (
        bound_text(text(a), comparison.a.complete),
        bound_text(text(b), comparison.b.complete),
    )


def unknown_lines(comparison: Comparison) -> list[str]:
    """The layers that the totals of either network leave out."""
    lines = []
    for side, audit in (("A", comparison.a), ("B", comparison.b)):
        names = [f"{name} ({what})" for name, what, _ in audit.graph.unknown]
        if names:
            more = f" and {len(names) - 5} more" if len(names) > 5 else ""
            lines.append(f"Unknown in {side}: {', '.join(names[:5])}{more}; not counted")
    return lines


def summary_line(comparison: Comparison) -> str:
    """Number of layers by status, and of changed ones with inherited causes only."""
    pairs = comparison.rows
    counts = {status: sum(p.status == status for p in pairs) for status in MARKS}
    own_count = sum(any(c.kind == "own" for c in p.causes) for p in pairs)
    texts = [f"{count} {status}" for status, count in counts.items() if count]
    inherited = counts["changed"] - own_count
    if counts["changed"]:
        changed = texts.index(f"{counts['changed']} changed")
        texts[changed] += f" ({own_count} own, {inherited} inherited)"
    return f"Layers: {', '.join(texts)}" if texts else "Layers: none"
