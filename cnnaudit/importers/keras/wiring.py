"""The calls of a model's layers with their inputs, in order, for every version of Keras.

Keras 3 writes a call as ``{"args": […], "kwargs": {…}}`` with ``__keras_tensor__`` in it, versions
1 and 2 as a list of ``[layer, call, output, {arguments}]``. A Sequential model writes none.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from cnnaudit.importers.graph_builder import InvalidModelError
from cnnaudit.importers.inputs import Sizes
from cnnaudit.importers.keras.call import Operand
from cnnaudit.importers.keras.files import Json

_MAX_DEPTH = 8
_CONSTANT = "_CONSTANT_VALUE"


class Ref(NamedTuple):
    """One output of one call of a layer."""

    layer: str
    call: int
    output: int


class Inbound(NamedTuple):
    """One call in the file: the tensors that it reads, and its arguments with ``Operand``s."""

    refs: tuple[Ref, ...]
    arguments: tuple[Any, ...] = ()
    keywords: Mapping[str, Any] = {}


class Wiring(NamedTuple):
    """The layers of one model by name, their calls, and its inputs and outputs.

    ``stated`` are the shapes that the file gives for outputs; ``built`` are the shapes that the
    reader of an output was built on.
    """

    layers: Mapping[str, Json]
    calls: Mapping[str, tuple[Inbound, ...]]
    inputs: tuple[Ref, ...]
    outputs: tuple[Ref, ...]
    stated: Mapping[Ref, Sizes]
    built: Mapping[Ref, Sizes]


def name_of(layer: Json) -> str:
    """The name of a layer; raises ``InvalidModelError`` if it has none."""
    config = layer.get("config")
    inner = config.get("name") if isinstance(config, dict) else None
    name = layer.get("name", inner)
    if not isinstance(name, str) or not name:
        raise InvalidModelError("a layer has no name")
    return name


def sizes_of(value: Any) -> Sizes | None:
    """The sizes of a shape without its first entry, the batch; None for any other value."""
    if not isinstance(value, list) or not value:
        return None
    if all(size is None or (_is_whole(size) and size > 0) for size in value[1:]):
        return tuple(value[1:])
    return None


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def layers_of(config: Any) -> list[Json]:
    """The layers of a model; version 1 writes a Sequential model as their list."""
    layers = config.get("layers") if isinstance(config, dict) else config
    if not isinstance(layers, list):
        raise InvalidModelError("it has no list of layers")
    if not all(isinstance(layer, dict) and "class_name" in layer for layer in layers):
        raise InvalidModelError("something in its list of layers is no layer")
    return layers


def is_functional(config: Any) -> bool:
    """Whether a model's layers name their inputs; those of a Sequential one are a chain."""
    return isinstance(config, dict) and "input_layers" in config


def is_model(layer: Json) -> bool:
    """Whether a layer is a model."""
    config = layer.get("config")
    if isinstance(config, dict):
        return isinstance(config.get("layers"), list)
    return layer.get("class_name") == "Sequential" and isinstance(config, list)


def wiring_of(model: Json) -> Wiring:
    """The wiring of a model, functional or a chain."""
    config = model["config"]
    return _functional(config) if is_functional(config) else _sequential(config)


def _functional(config: Json) -> Wiring:
    """The wiring of a model whose layers name their inputs."""
    layers = _by_name(layers_of(config))
    stated: dict[Ref, Sizes] = {}
    calls = {name: tuple(_calls(layer, stated)) for name, layer in layers.items()}
    inputs, outputs = (tuple(_ends(config.get(key))) for key in ("input_layers", "output_layers"))
    return Wiring(layers, calls, inputs, outputs, stated, _built(layers, calls))


def _sequential(config: Any) -> Wiring:
    """The wiring of a chain; an input layer is added if it has none."""
    chain = layers_of(config)
    if not chain:
        raise InvalidModelError("it has no layers")
    if chain[0].get("class_name") != "InputLayer":
        sizes = config.get("build_input_shape") if isinstance(config, dict) else None
        sizes = sizes or _first_input_shape(chain[0])
        name = f"{name_of(chain[0])}_input"
        input_layer = {"class_name": "InputLayer", "name": name, "config": {"batch_shape": sizes}}
        chain = [input_layer, *chain]
    layers = _by_name(chain)
    calls: dict[str, tuple[Inbound, ...]] = {}
    previous: Ref | None = None
    for name in layers:
        calls[name] = (Inbound((previous,)),) if previous else ()
        previous = Ref(name, 0, 0)
    first = Ref(next(iter(layers)), 0, 0)
    return Wiring(layers, calls, (first,), (previous or first,), {}, _built(layers, calls))


def _by_name(layers: list[Json]) -> dict[str, Json]:
    by_name: dict[str, Json] = {}
    for layer in layers:
        name = name_of(layer)
        if name in by_name:
            raise InvalidModelError(f"two layers are called '{name}'")
        by_name[name] = layer
    return by_name


def _built(
    layers: Mapping[str, Json], calls: Mapping[str, tuple[Inbound, ...]]
) -> dict[Ref, Sizes]:
    """The input shapes on which layers with one input were built."""
    built: dict[Ref, Sizes] = {}
    for name, inbounds in calls.items():
        build = layers[name].get("build_config")
        sizes = sizes_of(build.get("input_shape")) if isinstance(build, dict) else None
        if sizes is not None and inbounds and len(inbounds[0].refs) == 1:
            built.setdefault(inbounds[0].refs[0], sizes)
    return built


def input_sizes(layer: Json) -> Sizes | None:
    """The sizes that an InputLayer gives; None if it gives none."""
    config = layer.get("config")
    if not isinstance(config, dict):
        return None
    shape = config.get("batch_shape", config.get("batch_input_shape"))
    if shape is None and isinstance(config.get("shape"), list):
        shape = [None, *config["shape"]]
    if shape is not None and sizes_of(shape) is None:
        raise InvalidModelError(f"its shape {str(shape)[:60]} is no list of sizes")
    return sizes_of(shape)


def _first_input_shape(layer: Json, depth: int = 0) -> Any:
    """The input shape that the first layer of a chain gives, or the first layer inside it."""
    config = layer.get("config")
    if is_model(layer) and depth <= _MAX_DEPTH:
        inner = layers_of(config)
        return _first_input_shape(inner[0], depth + 1) if inner else None
    if not isinstance(config, dict):
        return None
    for key in ("batch_input_shape", "batch_shape"):
        if isinstance(config.get(key), list):
            return config[key]
    if isinstance(config.get("input_shape"), list):
        return [None, *config["input_shape"]]
    if layer.get("class_name") == "Embedding":
        length = config.get("input_length")
        return [None, length] if _is_whole(length) else None
    return [None, config["input_dim"]] if _is_whole(config.get("input_dim")) else None


def _ends(value: Any, depth: int = 0) -> Iterator[Ref]:
    """The references of ``input_layers``: one, a list of them, or a mapping by name."""
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value)]
    if not isinstance(value, list) or depth > _MAX_DEPTH:
        raise InvalidModelError("its inputs or outputs are not said")
    if ref := _ref(value):
        yield ref
        return
    for element in value:
        yield from _ends(element, depth + 1)


def _ref(value: Any) -> Ref | None:
    if not isinstance(value, list) or len(value) < 3 or not isinstance(value[0], str):
        return None
    if not all(_is_whole(number) and number >= 0 for number in value[1:3]):
        return None
    return Ref(value[0], value[1], value[2])


def _calls(layer: Json, stated: dict[Ref, Sizes]) -> Iterator[Inbound]:
    nodes = layer.get("inbound_nodes", [])
    if not isinstance(nodes, list):
        raise InvalidModelError("its inbound_nodes are no list")
    for node in nodes:
        yield _Reader(stated).call(node)


class _Reader:
    """Reads one call, and replaces the tensors in its arguments by operands."""

    def __init__(self, stated: dict[Ref, Sizes]) -> None:
        self.stated = stated
        self.refs: list[Ref] = []

    def call(self, node: Any) -> Inbound:
        if isinstance(node, dict):
            values = node.get("args")
            arguments = tuple(map(self.value, values if isinstance(values, list) else ()))
            keywords = self.keywords(node.get("kwargs"))
        elif isinstance(node, list):
            arguments, keywords = self.old(node)
        else:
            raise InvalidModelError("a call of it is no mapping and no list")
        return Inbound(tuple(self.refs), arguments, keywords)

    def keywords(self, arguments: Any, old: bool = False) -> dict[str, Any]:
        entries = arguments.items() if isinstance(arguments, dict) else ()
        return {name: self.value(value, 0, old) for name, value in entries}

    def old(self, node: list[Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """A call of versions 1 and 2; a single reference may lack the list around it."""
        arguments: list[Any] = []
        keywords: dict[str, Any] = {}
        for entry in [node] if _ref(node) else node:
            if ref := _ref(entry):
                arguments.append(self.tensor(ref))
            elif isinstance(entry, list) and len(entry) > 2 and entry[0] == _CONSTANT:
                arguments.append(self.value(entry[2]))
            else:
                raise InvalidModelError("a call of it says nothing of what it reads")
            keywords |= self.keywords(entry[3] if len(entry) > 3 else None, old=True)
        return tuple(arguments), keywords

    def tensor(self, ref: Ref) -> Operand:
        self.refs.append(ref)
        return Operand(len(self.refs) - 1)

    def value(self, value: Any, depth: int = 0, old: bool = False) -> Any:
        """An argument with ``Operand`` for every tensor in it."""
        if depth > _MAX_DEPTH:
            raise InvalidModelError("the arguments of a call are nested too deep")
        if isinstance(value, dict):
            if value.get("class_name") != "__keras_tensor__":
                return {key: self.value(element, depth + 1, old) for key, element in value.items()}
            config = value.get("config")
            if not isinstance(config, dict):
                config = {}
            ref = _ref(config.get("keras_history"))
            if ref is None:
                raise InvalidModelError("a tensor that it reads is said to come from nowhere")
            sizes = sizes_of(config.get("shape"))
            if sizes is not None:
                self.stated[ref] = sizes
            return self.tensor(ref)
        if isinstance(value, list):
            if old and (ref := _ref(value)) and len(value) == 3:
                return self.tensor(ref)
            return tuple(self.value(element, depth + 1, old) for element in value)
        return value


#: The most outputs of a layer: a number in a file is cheap, but each output becomes a node.
MAX_OUTPUTS = 1000

#: A layer's name, and which of its calls.
CallId: TypeAlias = tuple[str, int]


class StatedShapes(NamedTuple):
    """Shapes that a file gives for the outputs of one call.

    ``in_graph`` stand in the graph itself; a reader was built on ``by_readers``, maybe after
    another call.
    """

    in_graph: Mapping[int, Sizes]
    by_readers: Mapping[int, Sizes]


class ModelLevel:
    """The calls of one model.

    ``shapes_hold`` is true if the inputs have the sizes that the file was written for. ``outputs``
    is filled by the walk.
    """

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.outputs: dict[CallId, Any] = {}
        self.shapes_hold = True
        self._last: dict[str, int] = {}
        self._widths: dict[CallId, int] = {}
        refs = [ref for calls in wiring.calls.values() for call in calls for ref in call.refs]
        refs += wiring.outputs
        for ref in refs:
            self._last[ref.layer] = max(self._last.get(ref.layer, 0), ref.call)
        for ref in refs:
            if ref.output >= MAX_OUTPUTS:
                raise InvalidModelError(f"'{ref.layer}' has no output {ref.output + 1}")
            call = self.call_of(ref)
            self._widths[call] = max(self._widths.get(call, 1), ref.output + 1)
        self._stated, self._built = self._by_call(wiring.stated), self._by_call(wiring.built)

    def _by_call(self, sizes: Mapping[Ref, Sizes]) -> dict[CallId, dict[int, Sizes]]:
        by_call: dict[CallId, dict[int, Sizes]] = {}
        for ref, ref_sizes in sizes.items():
            by_call.setdefault(self.call_of(ref), {})[ref.output] = ref_sizes
        return by_call

    def call_of(self, ref: Ref) -> CallId:
        """The call that a reference names.

        Keras 2 numbers the calls of a nested model from 1, since building it was call 0.
        """
        layer = self.wiring.layers.get(ref.layer)
        calls = len(self.wiring.calls.get(ref.layer, ()))
        if calls and layer and is_model(layer) and self._last.get(ref.layer) == calls:
            return ref.layer, ref.call - 1
        return ref.layer, ref.call

    def width(self, call: CallId) -> int:
        """Number of outputs of a call up to the last one that is read."""
        return self._widths.get(call, 1)

    def stated_shapes(self, call: CallId) -> StatedShapes:
        """The shapes that the file gives for the outputs of a call; none if they do not hold."""
        if not self.shapes_hold:
            return StatedShapes({}, {})
        return StatedShapes(self._stated.get(call, {}), self._built.get(call, {}))

    def order(self) -> Iterator[CallId]:
        """The calls, each after its inputs; first calls before second ones."""
        calls = self.wiring.calls
        first = [(name, 0) for name, inbounds in calls.items() if inbounds]
        later = [(name, n) for name, inbounds in calls.items() for n in range(1, len(inbounds))]
        state = dict.fromkeys(self.outputs, "done")
        for start in (*first, *later):
            yield from self._visit(start, state)

    def _visit(self, start: CallId, state: dict[CallId, str]) -> Iterator[CallId]:
        """Depth first without recursion: a model may be a chain of a hundred thousand layers."""
        path = [] if start in state else [(start, 0)]
        state.setdefault(start, "open")
        while path:
            call, position = path.pop()
            refs = self.wiring.calls[call[0]][call[1]].refs
            if position == len(refs):
                state[call] = "done"
                yield call
                continue
            path.append((call, position + 1))
            source = self.call_of(refs[position])
            if state.get(source) == "open":
                raise InvalidModelError(
                    f"'{call[0]}' and '{source[0]}' read from each other in a circle"
                )
            if source not in state and 0 <= source[1] < len(self.wiring.calls.get(source[0], ())):
                state[source] = "open"
                path.append((source, 0))
