"""The axes of ``--vary``, such as ``width=1/20..1:1/20``, with exact values, and their grid.

Variants are numbered from 0 in the order of the grid, in which the first axis changes slowest.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import prod
from typing import Any, NamedTuple

from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.formatting import decimal
from cnnaudit.graph.input_override import file_input_shape, full_sizes
from cnnaudit.ops.op import Shape
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.expressions import Number
from cnnaudit.parsing.field_types import MAX_INTEGER
from cnnaudit.parsing.ranges import MAX_VALUES, read_range

BATCH, INPUT, CLASSES = "batch", "input", "classes"


class SweepAxis(NamedTuple):
    """A varied quantity and its values: numbers, words, booleans, or shapes of the input."""

    name: str
    values: tuple[Any, ...]

    def text(self, position: int) -> str:
        """Return a value as text: ``0.05``, ``1/3``, ``64x64x3``."""
        value = self.values[position]
        return "x".join(map(str, value)) if isinstance(value, tuple) else decimal(value)

    def measure(self, position: int) -> Number:
        """Return a value as a number to compare, for a shape its number of elements.

        Raises ``UsageError`` for words and booleans.
        """
        value = self.values[position]
        if isinstance(value, tuple):
            return prod(value)
        if isinstance(value, int | Fraction):
            return value
        raise UsageError(f"{self.name} has values that are no numbers: {decimal(value)}")


class SweepGrid(NamedTuple):
    """All combinations of the values of some axes."""

    axes: tuple[SweepAxis, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The number of values of each axis."""
        return tuple(len(axis.values) for axis in self.axes)

    @property
    def size(self) -> int:
        """The number of variants."""
        return prod(self.sizes)

    def axis_index(self, name: str) -> int | None:
        """Return the index of the axis with this name; None if there is none."""
        return next((k for k, axis in enumerate(self.axes) if axis.name == name), None)

    def positions(self, index: int) -> tuple[int, ...]:
        """Return the position on each axis of the variant with this number."""
        positions = []
        for size in reversed(self.sizes):
            index, position = divmod(index, size)
            positions.append(position)
        return tuple(reversed(positions))

    def texts(self, index: int) -> tuple[str, ...]:
        """Return the axis values of the variant with this number, as text."""
        pairs = zip(self.axes, self.positions(index), strict=True)
        return tuple(axis.text(position) for axis, position in pairs)


def read_grid(architecture: Architecture, texts: Sequence[str]) -> SweepGrid:
    """Read the values of ``--vary``, one axis a text; raises ``UsageError``."""
    if not texts:
        names = ", ".join((*architecture.vars, INPUT, CLASSES, BATCH))
        raise UsageError(f"say what to vary, as --vary NAME=VALUES; there are {names}")
    axes: list[SweepAxis] = []
    for text in texts:
        name, equals, value_text = text.partition("=")
        name = name.strip()
        if not equals or not name or not value_text.strip():
            raise UsageError(f"--vary takes NAME=VALUES, such as width=1/4..1:1/4, not '{text}'")
        if any(axis.name == name for axis in axes):
            raise UsageError(f"--vary {name}: given twice; write its values in one list")
        values = tuple(dict.fromkeys(_read_values(architecture, name, value_text)))
        if len(values) > MAX_VALUES:
            raise UsageError(f"--vary {name}: more than {MAX_VALUES:,} values")
        axes.append(SweepAxis(name, values))
    grid = SweepGrid(tuple(axes))
    if grid.size > MAX_INTEGER:
        raise UsageError("the grid has more than 2^63 - 1 variants")
    return grid


def _read_values(architecture: Architecture, name: str, text: str) -> Iterator[Any]:
    parts = [part.strip() for part in text.split(",")]
    if name in architecture.vars:
        for part in parts:
            yield from _words_or_numbers(name, part)
    elif name == INPUT:
        yield from _input_shapes(architecture, parts)
    elif name in (BATCH, CLASSES):
        for part in parts:
            for value in read_range(name, part):
                if value.denominator != 1 or not 1 <= value <= MAX_INTEGER:
                    raise UsageError(
                        f"--vary {name}: {decimal(value)} is not a whole number from 1"
                    )
                yield value
    else:
        variables = architecture.vars
        hint = did_you_mean(name, (*variables, INPUT, CLASSES, BATCH))
        existing = f"it has {', '.join(variables)}" if variables else "it has none"
        raise UsageError(
            f"--vary {name}: {architecture.source.path} has no such variable ({existing}; {INPUT},"
            f" {CLASSES} and {BATCH} can be varied too{f'; {hint}' if hint else ''})"
        )


def _words_or_numbers(name: str, text: str) -> Iterator[Any]:
    """The values of one entry for a variable: true, false, a word, or numbers."""
    if text in ("true", "false"):
        yield text == "true"
    elif text.isidentifier():
        yield text
    else:
        yield from read_range(name, text)


def _input_shapes(architecture: Architecture, parts: Sequence[str]) -> Iterator[Shape]:
    """Yield shapes as they are, and fewer sizes with the channels of the file's."""
    if len(architecture.inputs) != 1:
        names = ", ".join(architecture.inputs)
        raise UsageError(f"--vary input: this network has several inputs: {names}")
    (name,) = architecture.inputs
    file_shape = file_input_shape(architecture, name)
    for part in parts:
        option = f"--vary input={part}"
        if "x" in part:
            sizes = part.split("x")
            if not all(size.isascii() and size.isdigit() and int(size) for size in sizes):
                raise UsageError(f"--vary input: '{part}' is not a shape such as 96x96x3")
            shape = tuple(map(int, sizes))
            yield full_sizes(option, shape, file_shape, name) if file_shape else shape
            continue
        for size in read_range(INPUT, part):
            if size.denominator != 1 or size < 1:
                raise UsageError(f"--vary input: {decimal(size)} is not a whole number from 1")
            shape = (size.numerator,)
            yield full_sizes(option, shape, file_shape, name) if file_shape else shape


def boxes(sizes: Sequence[int], start: int, stop: int, limit: int) -> Iterator[tuple[range, ...]]:
    """Divide variants ``start`` to ``stop - 1`` into boxes of at most ``limit``, in order.

    A box is a range of positions on each axis.
    """
    strides = [1] * len(sizes)
    for axis in range(len(sizes) - 2, -1, -1):
        strides[axis] = strides[axis + 1] * sizes[axis + 1]
    while start < stop:
        room = min(limit, stop - start)
        # The slowest axis on which complete positions fit.
        axis = next(k for k, stride in enumerate(strides) if start % stride == 0 and stride <= room)
        positions = [start // stride % size for stride, size in zip(strides, sizes, strict=True)]
        count = min(sizes[axis] - positions[axis], room // strides[axis])
        yield (
            *(range(position, position + 1) for position in positions[:axis]),
            range(positions[axis], positions[axis] + count),
            *map(range, sizes[axis + 1 :]),
        )
        start += count * strides[axis]
