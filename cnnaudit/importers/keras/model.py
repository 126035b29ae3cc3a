"""Imports the layer graph of a Keras file."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from cnnaudit.errors import input_error
from cnnaudit.graph.graph import Graph
from cnnaudit.importers.graph_builder import GraphBuilder, InvalidModelError, file_errors
from cnnaudit.importers.inputs import Sizes, input_shapes
from cnnaudit.importers.keras.call import Config, Layout
from cnnaudit.importers.keras.files import Json, read_model
from cnnaudit.importers.keras.layer import CallSite, is_trainable
from cnnaudit.importers.keras.table import LAYERS, class_of
from cnnaudit.importers.keras.walk import Walk
from cnnaudit.importers.keras.wiring import Wiring, input_sizes, is_model, wiring_of
from cnnaudit.sources.detect import BinaryFile, file_in_memory
from cnnaudit.sources.files import printable

#: Layers that move axes: a model with them has no common layout.
_MOVING_AXES = ("Permute", "Transpose", "transpose")


def graph(data: bytes, shown: str, inputs: Sequence[str] = ()) -> Graph:
    """The graph of a file in memory, as ``read`` returns it."""
    return read(file_in_memory(data, shown), inputs)


def read(file: BinaryFile, inputs: Sequence[str] = ()) -> Graph:
    """The layer graph of a Keras file; ``inputs`` as of ``--input``.

    Raises ``AuditError`` for a file that is broken, too large or leaves a size of its input open,
    ``UsageError`` for an input that the model does not have.
    """
    model = read_model(file)
    with file_errors(file.shown):
        return _graph(model, file.shown, inputs)


def _graph(model: Json, shown: str, texts: Sequence[str]) -> Graph:
    if not is_model(model):
        name = printable(class_of(model))
        message = f"the file holds a {name} without its layers: only its own code knows them"
        help = "write the layers down as a cnnaudit YAML, or save a functional model"
        raise input_error("foreign-model", message, shown, help)
    wiring = wiring_of(model)
    channels_first = _is_channels_first(model)
    shapes = input_shapes(_inputs(wiring), texts, channels_first, shown)
    builder = GraphBuilder(shown, "keras")
    walk = Walk(builder, channels_first)
    inputs = [walk.add_input(printable(name), shape) for name, shape in shapes.items()]
    _, outline = walk.add_model(wiring, inputs, CallSite(trainable=is_trainable(model)))
    return builder.graph(_name(model, shown), outline)


def _name(model: Json, shown: str) -> str:
    config = model["config"]
    name = config.get("name") if isinstance(config, dict) else None
    return printable(name) if isinstance(name, str) and name else PurePath(shown).stem


def _inputs(wiring: Wiring) -> dict[str, Sizes | None]:
    """The sizes that the file gives for each input, by name, in the order of the model."""
    sizes: dict[str, Sizes | None] = {}
    for ref in wiring.inputs:
        layer = wiring.layers.get(ref.layer)
        if layer is None:
            raise InvalidModelError(f"its input '{ref.layer}' is not among its layers")
        if ref.layer in sizes:
            raise InvalidModelError(f"its input '{ref.layer}' stands there twice")
        sizes[ref.layer] = input_sizes(layer)
    return sizes


def _is_channels_first(model: Json) -> bool:
    """Whether all layers with a ``data_format`` have their channels first."""
    formats = set()
    for layer in _all_layers(model):
        name = class_of(layer)
        if name in _MOVING_AXES:
            return False
        rule = LAYERS.get(name)
        if rule is not None and rule.layout is Layout.FORMAT:
            config = Config(layer.get("config"))
            formats.add(str(config.get("data_format", "dim_ordering", default="")))
    return formats - {""} in ({"channels_first"}, {"th"})


def _all_layers(model: Json) -> Iterator[Json]:
    """Every layer of a model, and of the models in it."""
    stack: list[Any] = [model]
    while stack:
        layer = stack.pop()
        if isinstance(layer, dict) and is_model(layer):
            config = layer["config"]
            stack += config["layers"] if isinstance(config, dict) else config
        elif isinstance(layer, dict):
            yield layer
