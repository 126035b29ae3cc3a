"""Other sizes of an input from the command line: ``--input`` and ``--vary input=``.

As many numbers as the file's input has axes are all of them; with one fewer the channels stay; a
single number is a square on a map of two axes. All commands read them here.
"""

from collections.abc import Iterator, Mapping, Sequence

from cnnaudit.errors import AuditError, Diagnostics, UsageError
from cnnaudit.graph.attributes import Evaluator
from cnnaudit.ops.op import FieldType, Shape
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.overrides import typed
from cnnaudit.parsing.values import ParsedValue, read


def with_input(architecture: Architecture, text: str) -> Architecture:
    """``--input SIZES``, or ``--input NAME=SIZES`` if there are several inputs."""
    name, sizes = split_input(text, tuple(architecture.inputs))
    diagnostics = Diagnostics()
    value = read(FieldType.SHAPE, typed("--input", sizes), architecture.vars, diagnostics)
    diagnostics.raise_any()
    assert value is not None
    file_shape = file_input_shape(architecture, name)
    shape = _shape(architecture, value, Diagnostics())
    if shape is not None and file_shape is not None and -1 not in shape:
        full_shape = full_sizes(f"--input {text}", shape, file_shape, name)
        if full_shape != shape:
            value = read(FieldType.SHAPE, typed("--input", sizes_word(full_shape)), (), diagnostics)
            assert value is not None
    return architecture._replace(inputs={**architecture.inputs, name: value})


def full_text(architecture: Architecture, text: str) -> str:
    """A text of ``--input`` with all sizes, if they have values: ``160x160x3`` for ``160``."""
    name, _ = split_input(text, tuple(architecture.inputs))
    shape = file_input_shape(with_input(architecture, text), name)
    return text if shape is None else f"{text[: text.rfind('=') + 1]}{sizes_word(shape)}"


def split_input(text: str, names: Sequence[str]) -> tuple[str, str]:
    """The name and the sizes of ``SIZES`` or ``NAME=SIZES``; raises ``UsageError``."""
    name, equals, sizes = text.rpartition("=")
    listed = ", ".join(names)
    if not equals and len(names) > 1:
        raise UsageError(f"--input {text}: say which input, as NAME=SHAPE ({listed})")
    if not equals:
        return next(iter(names), "input"), text
    if name not in names:
        raise UsageError(f"--input {text}: there is no input '{name}' (there is {listed})")
    return name, sizes


def full_sizes(option: str, sizes: Shape, file_sizes: Sequence[int | None], name: str) -> Shape:
    """All sizes that ``sizes`` stand for on an input of the file; raises ``UsageError``.

    A size is None where the file leaves it open.
    """
    axes, channels = len(file_sizes), file_sizes[-1]
    if len(sizes) == axes:
        return sizes
    is_square = axes == 3 and len(sizes) == 1
    if axes > 1 and channels is not None and (is_square or len(sizes) == axes - 1):
        return (*(sizes * 2 if is_square else sizes), channels)
    prefix = "--vary input=" if option.startswith("--vary") else "--input "
    named = f"{name}=" if "=" in option.removeprefix("--vary input=") else ""
    word = sizes_word(["SIZE" if size is None else size for size in file_sizes])
    numbers = f"{axes} number{'s' if axes > 1 else ''}"
    raise UsageError(
        f"{option}: the input of this network has {numbers} ({word}), and here"
        f" {'is' if len(sizes) == 1 else 'are'} {len(sizes)}: write {prefix}{named}{word}"
    )


def file_input_shape(architecture: Architecture, name: str) -> Shape | None:
    """The shape of an input as the file gives it; None if it has no value (reported later)."""
    value = architecture.inputs.get(name)
    return None if value is None else _shape(architecture, value, Diagnostics())


def channel_notes(texts: Sequence[str], shapes: Mapping[str, Shape]) -> Iterator[str]:
    """A note for each text of ``--input`` that leaves the channels to the file.

    ``shapes`` are the inputs of the network that was built.
    """
    for text in texts:
        name, _, sizes = text.rpartition("=")
        shape = shapes.get(name) if name else next(iter(shapes.values()), None)
        if shape is not None and len(sizes.split("x")) < len(shape):
            named = f"{name}=" if name else ""
            yield f"input {named}{sizes_word(shape)}: the channels are the file's"


def sizes_word(sizes: Sequence[object]) -> str:
    """Sizes as a file writes them: ``224x224x3``."""
    return "x".join(map(str, sizes))


def _shape(
    architecture: Architecture, value: ParsedValue, diagnostics: Diagnostics
) -> Shape | None:
    evaluator = Evaluator(diagnostics)
    try:
        constants = evaluator.constants(architecture.vars, architecture.classes)
        shape: Shape | None = evaluator.number(FieldType.SHAPE, value, constants)
    except AuditError:
        return None
    return shape
