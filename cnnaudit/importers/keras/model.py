"""A Keras file becomes a layer graph."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from cnnaudit.errors import AuditError, Diagnostic, input_error
from cnnaudit.graph.nodes import Graph, Section
from cnnaudit.importers.keras.call import Config, Layout, MistakeError
from cnnaudit.importers.keras.counting import Place, is_trainable
from cnnaudit.importers.keras.inputs import input_shapes
from cnnaudit.importers.keras.reading import Json, read_model
from cnnaudit.importers.keras.table import LAYERS, class_of
from cnnaudit.importers.keras.walk import OverLimitError, Walk
from cnnaudit.importers.keras.wiring import Sizes, Written, input_sizes, is_model, wiring_of
from cnnaudit.parsing.source import printable

#: Layers that give axes another meaning: a model with them is not channels-first as a whole.
_MOVING = ("Permute", "Transpose", "transpose")
_MAX_MISTAKES = 1000


def graph(data: bytes, shown: str, inputs: Sequence[str] = ()) -> Graph:
    """The layer graph of a Keras file, named ``shown`` in messages; ``inputs`` as of ``--input``.

    Raises ``AuditError`` for a file that is broken, too large or leaves a size of its input open,
    ``UsageError`` for an input that the model does not have.
    """
    model = read_model(data, shown)
    try:
        return _graph(model, shown, inputs)
    except MistakeError as error:
        raise input_error("foreign-model", printable(str(error)), shown) from None
    except OverLimitError as error:
        raise input_error("over-limit", str(error), shown) from None
    except RecursionError:
        raise input_error("over-limit", "the model is nested too deep", shown) from None


def _graph(model: Json, shown: str, texts: Sequence[str]) -> Graph:
    if not is_model(model):
        name = printable(class_of(model))
        message = f"the file holds a {name} without its layers: only its own code knows them"
        help = "write the layers down as a cnnaudit YAML, or save a functional model"
        raise input_error("foreign-model", message, shown, help)
    written = wiring_of(model)
    turned = _is_channels_first(model)
    shapes = input_shapes(_inputs(written), texts, turned, shown)
    walk = Walk(shown, turned)
    entering = [walk.enter(printable(name), shape) for name, shape in shapes.items()]
    _, outline = walk.model(written, entering, Place(trainable=is_trainable(model)))
    if walk.mistakes:
        raise AuditError(_distinct(walk.mistakes))
    if len(walk.nodes) == len(entering):
        raise input_error("empty-network", "this network has no layers", shown)
    return Graph(
        _name(model, shown),
        shown,
        "keras",
        True,
        tuple(walk.nodes),
        Section("", "network", "", outline),
        unknown=tuple(walk.unknown.values()),
    )


def _distinct(mistakes: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Each mistake once: a model that is called twice has them twice."""
    return tuple(dict.fromkeys(mistakes))[:_MAX_MISTAKES]


def _name(model: Json, shown: str) -> str:
    config = model["config"]
    name = config.get("name") if isinstance(config, dict) else None
    return printable(name) if isinstance(name, str) and name else PurePath(shown).stem


def _inputs(written: Written) -> dict[str, Sizes | None]:
    """The sizes that the file gives for each input, by name, in the order of the model."""
    found: dict[str, Sizes | None] = {}
    for ref in written.inputs:
        layer = written.layers.get(ref.layer)
        if layer is None:
            raise MistakeError(f"its input '{ref.layer}' is not among its layers")
        if ref.layer in found:
            raise MistakeError(f"its input '{ref.layer}' stands there twice")
        found[ref.layer] = input_sizes(layer)
    return found


def _is_channels_first(model: Json) -> bool:
    """Whether the whole model has its channels first: every layer that says, says so."""
    said = set()
    for layer in _all_layers(model):
        name = class_of(layer)
        if name in _MOVING:
            return False
        rule = LAYERS.get(name)
        if rule is not None and rule.layout is Layout.FORMAT:
            config = Config(layer.get("config"))
            said.add(str(config.get("data_format", "dim_ordering", default="")))
    return said - {""} in ({"channels_first"}, {"th"})


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
