"""The input shapes of a model: those of its file, and those that ``--input`` gives."""

from collections.abc import Mapping, Sequence

from cnnaudit.errors import AuditError, Diagnostic, Diagnostics, UsageError, error_diagnostic
from cnnaudit.formatting import shape_text
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.graph.input_override import full_sizes
from cnnaudit.ops.op import FieldType, Shape
from cnnaudit.parsing.overrides import typed
from cnnaudit.parsing.values import read
from cnnaudit.parsing.yaml_tree import ScalarNode
from cnnaudit.sources.files import printable

#: A shape as a file writes it, without the batch; None for a size that is open.
Sizes = tuple[int | None, ...]

_AXES = {
    1: ("SIZE",),
    2: ("LENGTH", "CHANNELS"),
    3: ("HEIGHT", "WIDTH", "CHANNELS"),
    4: ("DEPTH", "HEIGHT", "WIDTH", "CHANNELS"),
}


def stored(sizes: Sequence[int], first: bool) -> Shape:
    """Sizes with the channels last, of a file that has them first if ``first``."""
    return (*sizes[1:], sizes[0]) if first and len(sizes) > 1 else tuple(sizes)


def original(shape: Shape, first: bool) -> Shape:
    """The inverse of ``stored``."""
    return (shape[-1], *shape[:-1]) if first and len(shape) > 1 else shape


def agrees(shape: Shape, sizes: Sizes | None, first: bool) -> bool:
    """Whether a shape agrees with the sizes that the file gives."""
    if sizes is None:
        return True
    found = original(shape, first)
    pairs = zip(found, sizes, strict=False)
    return len(found) == len(sizes) and all(said in (None, size) for size, said in pairs)


def input_shapes(
    inputs: Mapping[str, Sizes | None], texts: Sequence[str], first: bool, shown: str
) -> dict[str, Shape]:
    """The shape of every input, channels last; ``texts`` are those of ``--input``.

    Raises ``AuditError`` with every input that has an open size, ``UsageError`` for a name that no
    input has.
    """
    wanted = dict(_named(text, inputs, first) for text in texts)
    shapes: dict[str, Shape] = {}
    found = []
    for name, sizes in inputs.items():
        if name in wanted:
            shapes[name] = wanted[name]
        elif sizes is None or None in sizes or not sizes:
            found.append(_open(name, sizes, first, len(inputs) > 1, shown))
        else:
            shapes[name] = stored([size for size in sizes if size is not None], first)
    if found:
        raise AuditError(tuple(found))
    return shapes


def _named(text: str, inputs: Mapping[str, Sizes | None], first: bool) -> tuple[str, Shape]:
    """``SHAPE`` or ``NAME=SHAPE``, with the channels of the file where they are left out."""
    input_names = list(inputs)
    name, equals, shape = text.rpartition("=")
    there = ", ".join(map(printable, input_names))
    if not equals and len(input_names) != 1:
        raise UsageError(f"--input {text}: say which input, as NAME=SHAPE ({there})")
    if not equals:
        name = input_names[0]
    elif name not in input_names:
        raise UsageError(f"--input {text}: there is no input '{name}' (there is {there})")
    sizes = _sizes(typed("--input", shape))
    if -1 in sizes:
        raise UsageError(f"--input {text}: an input has no open size")
    file_sizes = inputs[name]
    if file_sizes and first and len(file_sizes) > 1:
        file_sizes = (*file_sizes[1:], file_sizes[0])
    return name, full_sizes(f"--input {text}", sizes, file_sizes, name) if file_sizes else sizes


def _sizes(node: ScalarNode) -> Shape:
    """Parse the sizes of a shape; raises ``AuditError``."""
    diagnostics = Diagnostics()
    value = read(FieldType.SHAPE, node, (), diagnostics)
    sizes: Shape | None = None
    if value is not None:
        sizes = Evaluator(diagnostics).number(FieldType.SHAPE, value, {}, None)
    diagnostics.raise_any()
    assert sizes is not None
    return sizes


def _open(name: str, sizes: Sizes | None, first: bool, several: bool, shown: str) -> Diagnostic:
    called = printable(name)
    prefix = f"{called}=" if several else ""
    if not sizes:
        message = f"the file does not say what shape its input '{called}' has"
        return error_diagnostic(
            "open-input", message, shown, None, f"give it, such as --input {prefix}224x224x3"
        )
    shape = (*sizes[1:], sizes[0]) if first and len(sizes) > 1 else sizes
    axes = _AXES.get(len(shape), tuple(f"SIZE{n}" for n in range(1, len(shape) + 1)))
    words = [axis.lower() for axis, size in zip(axes, shape, strict=True) if size is None]
    said = shape_text(["?" if size is None else size for size in shape])
    asked = "x".join(
        axis if size is None else str(size) for axis, size in zip(axes, shape, strict=True)
    )
    message = f"the input '{called}' ({said}) has no {' and no '.join(words)}"
    return error_diagnostic("open-input", message, shown, None, f"give it: --input {prefix}{asked}")
