"""The walk over a model's layers: every call of one becomes nodes of the graph.

Mistakes of the file are collected, so that one never hides the next; what reads a layer that went
wrong is passed over in silence.
"""

from collections.abc import Sequence

from cnnaudit.graph.graph import Outline, Section
from cnnaudit.importers.graph_builder import GraphBuilder, InvalidModelError
from cnnaudit.importers.inputs import agrees
from cnnaudit.importers.keras.files import Json
from cnnaudit.importers.keras.layer import CallSite, LayerImporter, Outputs, Tensor, is_trainable
from cnnaudit.importers.keras.table import class_of
from cnnaudit.importers.keras.wiring import (
    ModelLevel,
    Ref,
    Wiring,
    input_sizes,
    is_model,
    wiring_of,
)
from cnnaudit.ops.op import Shape
from cnnaudit.sources.files import printable

MAX_MODEL_DEPTH = 16


class Walk:
    """The calls of a model's layers, and of the models in it, as nodes of a graph."""

    def __init__(self, builder: GraphBuilder, channels_first: bool) -> None:
        self.builder = builder
        self.channels_first = channels_first

    def enter(self, name: str, shape: Shape) -> Tensor:
        """An input of the network."""
        node = self.builder.input(name, shape)
        return Tensor(node, self.channels_first and len(shape) > 1)

    def model(
        self, written: Wiring, entering: Sequence[Tensor], place: CallSite
    ) -> tuple[Outputs, tuple[Outline, ...]]:
        """Every call of a model's layers, in written order as far as they allow it."""
        if len(entering) != len(written.inputs):
            message = f"it has {len(written.inputs)} inputs and is given {len(entering)}"
            raise InvalidModelError(message)
        level = ModelLevel(written)
        for ref, tensor in zip(written.inputs, entering, strict=True):
            level.outputs[ref.layer, 0] = (tensor,)
            layer = written.layers.get(ref.layer)
            if layer is None:
                raise InvalidModelError(f"its input '{ref.layer}' is not among its layers")
            shape = self.builder.shape(tensor.node)
            level.trusted &= agrees(shape, input_sizes(layer), tensor.channels_first)
        outlines = [part for call in level.order() for part in self._call(level, call, place)]
        found = [self._tensor(level, ref) for ref in written.outputs]
        known = tuple(tensor for tensor in found if tensor is not None)
        return (known if len(known) == len(found) else None), tuple(outlines)

    def _call(
        self, level: ModelLevel, call: tuple[str, int], place: CallSite
    ) -> tuple[Outline, ...]:
        """One call of one layer or model; its outputs are kept in ``level``."""
        name, number = call
        layer = level.written.layers[name]
        what = f"layer '{name}' ({class_of(layer)})"
        label = printable(name) + (f".call{number + 1}" if number else "")
        own = CallSite(place.prefix + label, place.path + name, place.trainable, place.depth + 1)
        own = own._replace(trainable=own.trainable and is_trainable(layer))
        level.outputs[call] = None
        try:
            inbound = level.written.calls[name][number]
            read = [self._tensor(level, ref) for ref in inbound.refs]
            tensors = [tensor for tensor in read if tensor is not None]
            if len(tensors) < len(read):
                return ()  # what it reads went wrong, and that has been said
            if not tensors:
                raise InvalidModelError("it reads nothing")
            if is_model(layer):
                level.outputs[call], outline = self._nested(layer, tensors, own)
            else:
                importer = LayerImporter(
                    self.builder,
                    layer,
                    inbound,
                    level.stated_shapes(call),
                    own,
                    self.channels_first,
                )
                level.outputs[call], outline = importer.run(tensors, level.width(call))
        except InvalidModelError as error:
            self.builder.error(f"{what}: {error}")
            return ()
        return (outline,)

    def _nested(self, layer: Json, tensors: list[Tensor], own: CallSite) -> tuple[Outputs, Outline]:
        """A model inside a model: a section of the outline, in which its own layers stand."""
        if own.depth > MAX_MODEL_DEPTH:
            raise InvalidModelError(f"models are nested more than {MAX_MODEL_DEPTH} deep")
        inside = CallSite(f"{own.prefix}.", f"{own.path}/", own.trainable, own.depth)
        outputs, outline = self.model(wiring_of(layer), tensors, inside)
        return outputs, Section(own.prefix, "model", "", outline, True)

    def _tensor(self, level: ModelLevel, ref: Ref) -> Tensor | None:
        """The output that a reference means; None where it went wrong."""
        call = level.resolved(ref)
        if call not in level.outputs:
            raise InvalidModelError(f"there is no call {ref.call + 1} of '{ref.layer}' to read")
        outputs: Outputs = level.outputs[call]
        if outputs is None:
            return None
        if ref.output >= len(outputs):
            raise InvalidModelError(f"'{ref.layer}' has no output {ref.output + 1}")
        return outputs[ref.output]
