"""The walk over a model's layers: every call of one becomes nodes of the graph.

Mistakes of the file are collected, so that one never hides the next; what reads a layer that went
wrong is passed over in silence.
"""

from collections.abc import Sequence

from cnnaudit.errors import Diagnostic
from cnnaudit.graph.assembly import MAX_NODES
from cnnaudit.graph.nodes import Node, Outline, Section, Unknown
from cnnaudit.graph.operation import Operation
from cnnaudit.importers.keras.call import MistakeError
from cnnaudit.importers.keras.counting import Counting, Outputs, Place, Tensor, is_trainable
from cnnaudit.importers.keras.inputs import agrees
from cnnaudit.importers.keras.level import Level
from cnnaudit.importers.keras.reading import Json
from cnnaudit.importers.keras.table import class_of
from cnnaudit.importers.keras.wiring import Ref, Written, input_sizes, is_model, wiring_of
from cnnaudit.layers.kind import Shape
from cnnaudit.parsing.fitting import UnfitError
from cnnaudit.parsing.source import printable

MAX_MODEL_DEPTH = 16


class OverLimitError(Exception):
    """The model is larger than the budget."""


class Walk:
    """The nodes so far, what is unknown and what is wrong."""

    def __init__(self, shown: str, turned: bool) -> None:
        self.shown = shown
        self.turned = turned
        self.nodes: list[Node] = []
        self.unknown: dict[str, Unknown] = {}
        self.mistakes: list[Diagnostic] = []
        self._weights: dict[str, int] = {}
        self._names: set[str] = set()

    def mistake(self, what: str, message: str) -> None:
        """Remember what is wrong with a layer, or with a model."""
        text = printable(f"{what}: {message}")
        self.mistakes.append(Diagnostic("foreign-model", text, self.shown))

    def enter(self, name: str, shape: Shape) -> Tensor:
        """A node for what enters the network."""
        free = self._free(name)
        index = self._append(Node(free, Operation("input", {}, (), shape), (), free))
        return Tensor(index, self.turned and len(shape) > 1)

    # Models --------------------------------------------------------------------------------------

    def model(
        self, written: Written, entering: Sequence[Tensor], place: Place
    ) -> tuple[Outputs, tuple[Outline, ...]]:
        """Every call of a model's layers, in written order as far as they allow it."""
        if len(entering) != len(written.inputs):
            message = f"it has {len(written.inputs)} inputs and is given {len(entering)}"
            raise MistakeError(message)
        level = Level(written)
        for ref, tensor in zip(written.inputs, entering, strict=True):
            level.outputs[ref.layer, 0] = (tensor,)
            layer = written.layers.get(ref.layer)
            if layer is None:
                raise MistakeError(f"its input '{ref.layer}' is not among its layers")
            shape = self.nodes[tensor.node].shape
            level.trusted &= agrees(shape, input_sizes(layer), tensor.first)
        outlines = [part for call in level.order() for part in self._call(level, call, place)]
        found = [self._tensor(level, ref) for ref in written.outputs]
        known = tuple(tensor for tensor in found if tensor is not None)
        return (known if len(known) == len(found) else None), tuple(outlines)

    def _call(self, level: Level, call: tuple[str, int], place: Place) -> tuple[Outline, ...]:
        """One call of one layer or model; its outputs are kept in ``level``."""
        name, number = call
        layer = level.written.layers[name]
        what = f"layer '{name}' ({class_of(layer)})"
        label = printable(name) + (f".call{number + 1}" if number else "")
        own = Place(place.prefix + label, place.path + name, place.trainable, place.depth + 1)
        own = own._replace(trainable=own.trainable and is_trainable(layer))
        level.outputs[call] = None
        try:
            inbound = level.written.calls[name][number]
            read = [self._tensor(level, ref) for ref in inbound.refs]
            tensors = [tensor for tensor in read if tensor is not None]
            if len(tensors) < len(read):
                return ()  # what it reads went wrong, and that has been said
            if not tensors:
                raise MistakeError("it reads nothing")
            if is_model(layer):
                level.outputs[call], outline = self._nested(layer, tensors, own)
            else:
                counted = Counting(self, layer, inbound, level.said(call), own)
                level.outputs[call], outline = counted.run(tensors, level.width(call))
        except UnfitError as error:
            self.mistake(what, error.problem.message)
            return ()
        except MistakeError as error:
            self.mistake(what, str(error))
            return ()
        return (outline,)

    def _nested(self, layer: Json, tensors: list[Tensor], own: Place) -> tuple[Outputs, Outline]:
        """A model inside a model: a section of the outline, in which its own layers stand."""
        if own.depth > MAX_MODEL_DEPTH:
            raise MistakeError(f"models are nested more than {MAX_MODEL_DEPTH} deep")
        inside = Place(f"{own.prefix}.", f"{own.path}/", own.trainable, own.depth)
        outputs, outline = self.model(wiring_of(layer), tensors, inside)
        return outputs, Section(own.prefix, "model", "", outline, True)

    def _tensor(self, level: Level, ref: Ref) -> Tensor | None:
        """The output that a reference means; None where it went wrong."""
        call = level.resolved(ref)
        if call not in level.outputs:
            raise MistakeError(f"there is no call {ref.call + 1} of '{ref.layer}' to read")
        outputs: Outputs = level.outputs[call]
        if outputs is None:
            return None
        if ref.output >= len(outputs):
            raise MistakeError(f"'{ref.layer}' has no output {ref.output + 1}")
        return outputs[ref.output]

    # Nodes ---------------------------------------------------------------------------------------

    def add(self, nodes: Sequence[Node], keys: Sequence[str]) -> tuple[int, ...]:
        """Append the nodes of one written layer; ``keys`` are the same for calls that share."""
        added = []
        for node, key in zip(nodes, keys, strict=True):
            index = self._append(node._replace(name=self._free(node.name)))
            self._weights.setdefault(key, index)
            added.append(index)
        return tuple(added)

    def sharer(self, key: str) -> int | None:
        """The node whose weights a later call of the same layer uses."""
        return self._weights.get(key)

    def _append(self, node: Node) -> int:
        if len(self.nodes) >= MAX_NODES:
            raise OverLimitError(f"the model has more than {MAX_NODES:,} layers when written out")
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _free(self, name: str) -> str:
        """``name``, with a number where a layer is called so already."""
        free, number = name, 2
        while free in self._names:
            free, number = f"{name}.{number}", number + 1
        self._names.add(free)
        return free
