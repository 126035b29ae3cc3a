"""What is varied: ``--vary width=1/20..1:1/20`` as the exact values of an axis, and axes as a grid.

Variants are numbered from 0 in the order of the grid: the first axis changes slowest.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from cnnaudit.errors import Diagnostics, UsageError, did_you_mean
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.layers.kind import Shape, Type
from cnnaudit.parsing.document import Document
from cnnaudit.parsing.expressions import Number
from cnnaudit.parsing.fitting import MAX_INTEGER
from cnnaudit.ranges import MAX_VALUES, numbers
from cnnaudit.text import decimal

BATCH, INPUT, CLASSES = "batch", "input", "classes"


class Axis(NamedTuple):
    """A varied quantity and its values: numbers, words, or the shapes of an input."""

    name: str
    values: tuple[Any, ...]

    def text(self, position: int) -> str:
        """A value as it is written in a table: ``0.05``, ``1/3``, ``64x64x3``."""
        value = self.values[position]
        return "x".join(map(str, value)) if isinstance(value, tuple) else decimal(value)

    def measure(self, position: int) -> Number:
        """What a value counts as where values are compared; a shape by how many it holds."""
        value = self.values[position]
        if isinstance(value, tuple):
            total = 1
            for size in value:
                total *= size
            return total
        if isinstance(value, int | Fraction):
            return value
        raise UsageError(f"{self.name} has values that are no numbers: {decimal(value)}")


class Grid(NamedTuple):
    """All combinations of the values of some axes."""

    axes: tuple[Axis, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many values each axis has."""
        return tuple(len(axis.values) for axis in self.axes)

    @property
    def size(self) -> int:
        """How many variants there are."""
        total = 1
        for size in self.sizes:
            total *= size
        return total

    def axis(self, name: str) -> int | None:
        """The number of the axis with this name."""
        return next((k for k, axis in enumerate(self.axes) if axis.name == name), None)

    def positions(self, index: int) -> tuple[int, ...]:
        """The positions on the axes of a variant."""
        found = []
        for size in reversed(self.sizes):
            index, position = divmod(index, size)
            found.append(position)
        return tuple(reversed(found))

    def texts(self, index: int) -> tuple[str, ...]:
        """The values of a variant, as written in a table."""
        pairs = zip(self.axes, self.positions(index), strict=True)
        return tuple(axis.text(position) for axis, position in pairs)


def grid(document: Document, texts: Sequence[str]) -> Grid:
    """The grid that ``--vary`` asks for; raises ``UsageError``."""
    if not texts:
        known = ", ".join((*document.vars, INPUT, CLASSES, BATCH))
        raise UsageError(f"say what to vary, as --vary NAME=VALUES; there are {known}")
    axes: list[Axis] = []
    for text in texts:
        name, equals, values = text.partition("=")
        name = name.strip()
        if not equals or not name or not values.strip():
            raise UsageError(f"--vary takes NAME=VALUES, such as width=1/4..1:1/4, not '{text}'")
        if any(axis.name == name for axis in axes):
            raise UsageError(f"--vary {name}: given twice; write its values in one list")
        found = tuple(dict.fromkeys(_values(document, name, values)))
        if len(found) > MAX_VALUES:
            raise UsageError(f"--vary {name}: more than {MAX_VALUES:,} values")
        axes.append(Axis(name, found))
    result = Grid(tuple(axes))
    if result.size > MAX_INTEGER:
        raise UsageError("the grid has more than 2^63 - 1 variants")
    return result


def _values(document: Document, name: str, text: str) -> Iterator[Any]:
    parts = [part.strip() for part in text.split(",")]
    if name == INPUT and name not in document.vars:
        yield from _inputs(document, parts)
    elif name in (BATCH, CLASSES) and name not in document.vars:
        for part in parts:
            for value in numbers(name, part):
                if value.denominator != 1 or not 1 <= value <= MAX_INTEGER:
                    raise UsageError(
                        f"--vary {name}: {decimal(value)} is not a whole number from 1"
                    )
                yield value
    elif name in document.vars:
        for part in parts:
            yield from _words_or_numbers(name, part)
    else:
        known = (*document.vars, INPUT, CLASSES, BATCH)
        hint = did_you_mean(name, known)
        there = f"it has {', '.join(document.vars)}" if document.vars else "it has none"
        shown = document.source.path
        raise UsageError(
            f"--vary {name}: {shown} has no such variable ({there}; {INPUT}, {CLASSES} and {BATCH}"
            f" can be varied too{f'; {hint}' if hint else ''})"
        )


def _words_or_numbers(name: str, text: str) -> Iterator[Any]:
    """A variable may hold a word or a flag, too."""
    if text in ("true", "false"):
        yield text == "true"
    elif text.isidentifier():
        yield text
    else:
        yield from numbers(name, text)


def _inputs(document: Document, parts: Sequence[str]) -> Iterator[Shape]:
    """Shapes as written, and sizes that stand for every spatial axis of the file's input."""
    if len(document.inputs) != 1:
        known = ", ".join(document.inputs)
        raise UsageError(f"--vary input: this network has several inputs: {known}")
    stock: Shape | None = None
    for part in parts:
        if "x" in part:
            sizes = part.split("x")
            if not all(size.isascii() and size.isdigit() and int(size) for size in sizes):
                raise UsageError(f"--vary input: '{part}' is not a shape such as 96x96x3")
            yield tuple(map(int, sizes))
            continue
        stock = stock or _stock_input(document)
        for size in numbers(INPUT, part):
            if size.denominator != 1 or size < 1:
                raise UsageError(f"--vary input: {decimal(size)} is not a whole number from 1")
            whole = size.numerator
            yield (whole,) * (len(stock) - 1) + stock[-1:] if len(stock) > 1 else (whole,)


def _stock_input(document: Document) -> Shape:
    """The file's own input, which says how many axes and channels there are."""
    diagnostics = Diagnostics()
    evaluator = Evaluator(diagnostics)
    names = evaluator.constants(document.vars, document.classes)
    (value,) = document.inputs.values()
    shape: Shape | None = evaluator.number(Type.SHAPE, value, names)
    diagnostics.raise_any()
    assert shape is not None
    return shape


def boxes(sizes: Sequence[int], start: int, stop: int, limit: int) -> Iterator[tuple[range, ...]]:
    """The variants from ``start`` up to ``stop`` as boxes of at most ``limit`` of them, in order.

    A box is a range of positions on each axis.
    """
    below = [1] * len(sizes)
    for axis in range(len(sizes) - 2, -1, -1):
        below[axis] = below[axis + 1] * sizes[axis + 1]
    while start < stop:
        room = min(limit, stop - start)
        # The slowest axis of which whole positions fit.
        axis = next(k for k, rows in enumerate(below) if start % rows == 0 and rows <= room)
        positions = [start // rows % size for rows, size in zip(below, sizes, strict=True)]
        count = min(sizes[axis] - positions[axis], room // below[axis])
        yield (
            *(range(position, position + 1) for position in positions[:axis]),
            range(positions[axis], positions[axis] + count),
            *map(range, sizes[axis + 1 :]),
        )
        start += count * below[axis]
