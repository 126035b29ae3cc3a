"""Sliding windows as text: how many fit, what padding adds, and what no window ever reads."""

from collections.abc import Sequence

from cnnaudit.ops.conv_arithmetic import same_output_size
from cnnaudit.ops.formula import Formula, Formulas, size_formulas
from cnnaudit.ops.op import Attributes, Shape, Shapes
from cnnaudit.ops.window_axis import Axis, window_axes

#: The cells along an axis, singular and plural, and the place of its end.
_CELLS = {
    "height": ("row", "rows", "at the bottom"),
    "width": ("column", "columns", "at the right"),
}
_OTHER = ("position", "positions", "at the end")


def window_formulas(inputs: Shapes, attributes: Attributes, output: Shape) -> Formulas:
    """How often the window fits on each axis: ``(n + 2p − f)/s + 1``."""
    axes = window_axes(inputs[0], attributes, output)
    rounding = attributes.get("rounding", "floor")
    formulas: list[Formula] = []
    if attributes["padding"] == "same":
        formulas += map(_same, axes)
    counts = size_formulas(output, [_count(axis, rounding) for axis in axes])
    formulas += [
        count._replace(symbols=_count_symbols(axis, rounding))
        for count, axis in zip(counts, axes, strict=True)
    ]
    formulas += [_unread(axis) for axis in axes if axis.unread]
    return Formulas(output=tuple(formulas), notes=tuple(_notes(axes, attributes)))


def _effective_kernel_text(axis: Axis) -> str:
    """``3``, or with dilation ``(2·(3 − 1) + 1)``."""
    if axis.dilation == 1:
        return str(axis.kernel)
    return f"({axis.dilation}·({axis.kernel} − 1) + 1)"


def _count(axis: Axis, rounding: str) -> str:
    """Dumoulin & Visin (2016), relationship 6; brackets only if the division leaves a rest."""
    padding = f"2·{axis.before}" if axis.before == axis.after else f"{axis.before} + {axis.after}"
    room = f"({axis.size} + {padding} − {_effective_kernel_text(axis)})"
    rest = (axis.size + axis.before + axis.after - axis.effective_kernel) % axis.stride
    if not rest:
        fraction = f"{room}/{axis.stride}"
    elif rounding == "floor":
        fraction = f"⌊{room}/{axis.stride}⌋"
    else:
        fraction = f"⌈{room}/{axis.stride}⌉"
    return f"{fraction} + 1{' − 1' if _dropped(axis, rounding) else ''}"


def _count_symbols(axis: Axis, rounding: str) -> str:
    padding = "2p" if axis.before == axis.after else "p₁ + p₂"
    fraction = f"(n + {padding} − d(k − 1) − 1)/s"
    rounded = f"⌊{fraction}⌋" if rounding == "floor" else f"⌈{fraction}⌉"
    return f"{rounded} + 1{' − 1' if _dropped(axis, rounding) else ''}"


def _dropped(axis: Axis, rounding: str) -> bool:
    """Whether rounding up adds a window that is dropped again, since it reads only padding."""
    room = axis.size + axis.before + axis.after - axis.effective_kernel
    return rounding != "floor" and -(-room // axis.stride) + 1 > axis.positions


def _same(axis: Axis) -> Formula:
    """The padding of both sides that ``same`` adds (TensorFlow, nn.convolution); never negative."""
    count = same_output_size(axis.size, axis.stride)
    needed = (count - 1) * axis.stride + axis.effective_kernel - axis.size
    rounded = (
        f"⌈{axis.size}/{axis.stride}⌉"
        if axis.size % axis.stride
        else (f"{axis.size}/{axis.stride}")
    )
    expression = f"({rounded} − 1)·{axis.stride} + {_effective_kernel_text(axis)} − {axis.size}"
    total = axis.before + axis.after
    symbols = "max((⌈n/s⌉ − 1)·s + d(k − 1) + 1 − n, 0)"
    return Formula("padding", expression if needed == total else "0", total, axis.name, symbols)


def _unread(axis: Axis) -> Formula:
    padded = f"{axis.size} + {axis.before}" if axis.before else str(axis.size)
    taken = f"(({axis.positions} − 1)·{axis.stride} + {_effective_kernel_text(axis)})"
    symbols = f"n{' + p₁' if axis.before else ''} − ((m − 1)·s + d(k − 1) + 1)"
    return Formula("unread", f"{padded} − {taken}", axis.unread, axis.name, symbols)


def _words(axis: Axis, count: int) -> str:
    one, several, _ = _CELLS.get(axis.name, _OTHER)
    return f"{count:,} {one if count == 1 else several}"


def unread_text(axes: Sequence[Axis]) -> str:
    """Unread cells: ``3 rows at the bottom and 1 column at the right``; empty for none."""
    return " and ".join(
        f"{_words(axis, axis.unread)} {_CELLS.get(axis.name, _OTHER)[2]}"
        for axis in axes
        if axis.unread
    )


def skipped_text(axes: Sequence[Axis]) -> str:
    """Cells between windows: ``1 of every 2 rows and 1 of every 2 columns``; empty for none."""
    return " and ".join(
        f"{axis.skipped} of every {_words(axis, axis.stride)}" for axis in axes if axis.skipped
    )


def _notes(axes: Sequence[Axis], attributes: Attributes) -> list[str]:
    notes = []
    rounding = attributes.get("rounding", "floor")
    if text := unread_text(axes):
        notes.append(f"Never read: {text}; the next window would not fit.")
    if text := skipped_text(axes):
        notes.append(f"Never read between windows: {text}: the stride is larger than the kernel.")
    notes += _padding_notes(axes, attributes)
    over = [axis for axis in axes if axis.last > axis.size + axis.before + axis.after]
    if over:
        words = " and ".join(f"{_words(a, a.last - a.size - a.before - a.after)}" for a in over)
        notes.append(f"Rounded up: the last windows reach {words} beyond the border.")
    if any(_dropped(axis, rounding) for axis in axes):
        notes.append("− 1: rounded up, the last window would start in the padding behind.")
    return notes


def _padding_notes(axes: Sequence[Axis], attributes: Attributes) -> list[str]:
    """The padding of each side, and the side of its odd cell."""
    if attributes["padding"] != "same":
        odd = [axis for axis in axes if axis.before != axis.after]
        return [_sides(axis) for axis in odd]
    if not any(axis.before + axis.after for axis in axes):
        return ["same adds nothing here."]
    sides = "; ".join(dict.fromkeys(_sides(axis).rstrip(".") for axis in axes))
    odd_one = any(axis.before != axis.after for axis in axes)
    where = ", the odd cell at bottom and right (TensorFlow's rule)" if odd_one else ""
    notes = [f"same: {sides}{where}."]
    halves = any((axis.before, axis.after) != (axis.effective_kernel // 2,) * 2 for axis in axes)
    if halves and any(axis.stride > 1 for axis in axes):
        # The frameworks' silent difference: equal sizes, but windows over other cells.
        half = "×".join(str(axis.effective_kernel // 2) for axis in axes)
        notes.append(
            f"Half the kernel on both sides ({half}, as PyTorch code pads) would read other cells."
        )
    return notes


def _sides(axis: Axis) -> str:
    names = {"height": ("above", "below"), "width": ("left", "right")}
    first, second = names.get(axis.name, ("before", "after"))
    return f"{axis.before} {first}, {axis.after} {second}."
