"""The rows of a report: the outline of a network, equal repetitions folded.

A row is a layer or the heading of a section. A heading carries the sums of the layers below it,
times the number of its repetitions; the rows below a folded heading are those of one repetition.
So the rows of depth 0 add up to the totals.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from cnnaudit.calculator import Audit, Row, layer_row
from cnnaudit.formatting import decimal, padding_text, shape_text, sizes_text
from cnnaudit.graph.graph import Layer, Outline, Section, layers_of, local_name
from cnnaudit.ops.op import Shape

T = TypeVar("T")


class ReportRow(NamedTuple):
    """A layer, a node or a heading: its name within its section, and the rows of its nodes."""

    depth: int
    name: str
    full_name: str
    operation: str
    rows: tuple[Row, ...]
    shape: Shape | None
    times: int = 1
    heading: bool = False

    @property
    def activation_size(self) -> int | None:
        """The size of the output; None for a heading, and if the shape is unknown."""
        return None if self.heading or not self.shape else self.rows[-1].activation_size

    @property
    def unknown(self) -> bool:
        """Whether the cost of all its nodes is unknown."""
        return bool(self.rows) and all(row.unknown for row in self.rows)

    @property
    def complete(self) -> bool:
        """Whether the cost of each of its nodes is known."""
        return not any(row.unknown for row in self.rows)

    @property
    def auxiliary(self) -> bool:
        """Whether this exists in training only and counts for nothing at inference."""
        return bool(self.rows) and all(row.node.auxiliary for row in self.rows)

    def total(self, quantity: str) -> int:
        """A quantity added up over the nodes and over the repetitions."""
        rows = (row for row in self.rows if self.auxiliary or not row.node.auxiliary)
        sum_once: int = sum(getattr(row, quantity) for row in rows)
        return self.times * sum_once


def folded_rows(audit: Audit) -> list[ReportRow]:
    """A row a layer; equal neighbours among repetitions are one row, ``×6``."""
    return _inputs(audit) + list(_layers(audit, audit.graph.outline, 0, True))


def unfolded_rows(audit: Audit) -> list[ReportRow]:
    """A row a layer, every repetition written out."""
    return _inputs(audit) + list(_layers(audit, audit.graph.outline, 0, False))


def node_rows(audit: Audit) -> list[ReportRow]:
    """A row a node: every repetition written out, every layer opened into its modifiers."""
    return _inputs(audit) + list(_nodes(audit, audit.graph.outline, 0))


def _inputs(audit: Audit) -> list[ReportRow]:
    nodes = [(row, row.node) for row in audit.rows if row.node.op == "input"]
    return [
        ReportRow(0, node.name, node.name, "input", (row,), node.output_shape)
        for row, node in nodes
    ]


def _nodes(audit: Audit, section: Section, depth: int) -> Iterator[ReportRow]:
    for child in section.children:
        if isinstance(child, Section):
            heading = _heading(audit, child, depth)
            yield heading._replace(name=local_name(child, section))
            yield from _nodes(audit, child, depth + 1)
            continue
        for index in child.nodes:
            row = audit.rows[index]
            name = row.node.name
            local = name.removeprefix(f"{child.name.rpartition('.')[0]}.")
            yield ReportRow(depth, local, name, _node_text(row), (row,), row.node.output_shape)


def _layers(audit: Audit, section: Section, depth: int, fold: bool) -> Iterator[ReportRow]:
    for first, last, count in _runs(audit, section, fold):
        name = local_name(first, section)
        if first is not last:
            name = f"{name}–{local_name(last, section)}"
        if isinstance(first, Layer):
            row = layer_row(audit, first)
            text = operation_text(row.rows)
            yield ReportRow(depth, name, first.name, text, row.rows, row.shape, count)
        elif fold and first.kind == "repeat" and len(runs := _runs(audit, first, True)) == 1:
            # All repetitions are the same, so they share one heading.
            (repetition, _, times) = runs[0]
            if isinstance(repetition, Section):
                heading = _heading(audit, repetition, depth, times)
                yield heading._replace(name=name, full_name=first.name)
                yield from _layers(audit, repetition, depth + 1, fold)
            else:
                row = layer_row(audit, repetition)
                text = operation_text(row.rows)
                yield ReportRow(depth, name, first.name, text, row.rows, row.shape, times)
        else:
            yield _heading(audit, first, depth, count)._replace(name=name)
            yield from _layers(audit, first, depth + 1, fold)


def _runs(audit: Audit, section: Section, fold: bool) -> list[tuple[Outline, Outline, int]]:
    """The children of a section; equal neighbours among repetitions as first, last and count."""
    if not fold or section.kind != "repeat":
        return [(child, child, 1) for child in section.children]
    return fold_equal(section.children, lambda child: _signature(audit, child))


def _heading(audit: Audit, section: Section, depth: int, times: int = 1) -> ReportRow:
    rows = tuple(audit.rows[index] for layer in layers_of(section) for index in layer.nodes)
    label = {
        "block": section.label,
        "repeat": section.label,
        "branches": f"branches, {section.label}",
        "branch": "branch" if section.children else "branch, identity",
    }.get(section.kind, section.kind)
    shape = rows[-1].node.output_shape if rows else None
    return ReportRow(depth, section.name, section.name, label, rows, shape, times, heading=True)


def _signature(audit: Audit, outline: Outline) -> list[object]:
    """Structure, attributes, shapes and numbers: repetitions with equal ones are one row."""
    signature: list[object] = []
    for layer in layers_of(outline):
        for row in (audit.rows[index] for index in layer.nodes):
            node = row.node
            local = node.name.removeprefix(outline.name)
            signature.append((local, node.op, node.attributes, node.output_shape, row[1:]))
    return signature


def fold_equal(items: Iterable[T], signature: Callable[[T], object]) -> list[tuple[T, T, int]]:
    """Equal neighbours as their first, their last and their number."""
    runs: list[tuple[T, T, int]] = []
    previous: object = None
    for item in items:
        current = signature(item)
        if runs and current == previous:
            first, _, count = runs[-1]
            runs[-1] = (first, item, count + 1)
        else:
            runs.append((item, item, 1))
        previous = current
    return runs


def operation_text(rows: tuple[Row, ...]) -> str:
    """The ops of a layer with their main attributes: ``conv 11×11/4 · relu``."""
    return " · ".join(_node_text(row) for row in rows)


def _node_text(row: Row) -> str:
    node = row.node
    attributes = node.attributes
    words = [node.op]
    if row.unknown:
        words = [attributes["class"], "(unknown)"]
    elif node.op == "activation":
        words = [attributes["function"]]
    elif node.op == "dropout":
        words.append(decimal(attributes["rate"]))
    elif "kernel" in attributes:
        words += _window_words(row)
    elif node.op == "adaptive_pool":
        words = [f"{attributes['mode']}_pool", f"to {sizes_text(attributes['size'])}"]
    elif node.op == "reshape":
        words.append(shape_text(attributes["shape"]))
    if not node.trainable and row.params:
        words.append("frozen")
    if node.shared is not None:
        words.append("shared")
    return " ".join(words)


def _window_words(row: Row) -> list[str]:
    attributes = row.node.attributes
    kernel = attributes["kernel"]
    if kernel == "global":
        return ["global"]
    stride, padding = attributes["stride"], attributes["padding"]
    words = [sizes_text(kernel)]
    if set(stride) != {1}:
        words[0] += "/" + (str(stride[0]) if len(set(stride)) == 1 else sizes_text(stride))
    if padding == "same":
        words.append("same")
    elif any(before or after for before, after in padding):
        words.append(f"pad {padding_text(padding)}")
    if attributes.get("rounding", "floor") != "floor":
        words.append("ceil")
    if set(attributes.get("dilation", (1,))) != {1}:
        words.append(f"dilation {sizes_text(attributes['dilation'])}")
    if attributes.get("groups", 1) != 1:
        words.append(f"groups {attributes['groups']}")
    if attributes.get("multiplier", 1) != 1:
        words.append(f"multiplier {attributes['multiplier']}")
    return words
