"""The walk over a model's layers: every call of one becomes nodes of the graph.

Errors of the file are collected; a call that reads a layer with an error is skipped.
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
    """Adds the calls of a model's layers, and of nested models, to a graph."""

    def __init__(self, builder: GraphBuilder, channels_first: bool) -> None:
        self.builder = builder
        self.channels_first = channels_first

    def add_input(self, name: str, shape: Shape) -> Tensor:
        """Add an input of the network."""
        node = self.builder.input(name, shape)
        return Tensor(node, self.channels_first and len(shape) > 1)

    def add_model(
        self, wiring: Wiring, tensors: Sequence[Tensor], site: CallSite
    ) -> tuple[Outputs, tuple[Outline, ...]]:
        """Add every call of a model's layers, in file order as far as dependencies allow."""
        if len(tensors) != len(wiring.inputs):
            message = f"it has {len(wiring.inputs)} inputs and is given {len(tensors)}"
            raise InvalidModelError(message)
        level = ModelLevel(wiring)
        for ref, tensor in zip(wiring.inputs, tensors, strict=True):
            level.outputs[ref.layer, 0] = (tensor,)
            layer = wiring.layers.get(ref.layer)
            if layer is None:
                raise InvalidModelError(f"its input '{ref.layer}' is not among its layers")
            shape = self.builder.shape(tensor.node)
            level.shapes_hold &= agrees(shape, input_sizes(layer), tensor.channels_first)
        outlines = [part for call in level.order() for part in self._call(level, call, site)]
        outputs = [self._tensor(level, ref) for ref in wiring.outputs]
        valid_outputs = tuple(tensor for tensor in outputs if tensor is not None)
        return (valid_outputs if len(valid_outputs) == len(outputs) else None), tuple(outlines)

    def _call(
        self, level: ModelLevel, call: tuple[str, int], parent: CallSite
    ) -> tuple[Outline, ...]:
        """Add one call of a layer or model, and store its outputs in ``level``."""
        name, number = call
        layer = level.wiring.layers[name]
        description = f"layer '{name}' ({class_of(layer)})"
        label = printable(name) + (f".call{number + 1}" if number else "")
        trainable = parent.trainable and is_trainable(layer)
        site = CallSite(parent.prefix + label, parent.path + name, trainable, parent.depth + 1)
        level.outputs[call] = None
        try:
            inbound = level.wiring.calls[name][number]
            outputs = [self._tensor(level, ref) for ref in inbound.refs]
            tensors = [tensor for tensor in outputs if tensor is not None]
            if len(tensors) < len(outputs):
                return ()  # an input has a reported error
            if not tensors:
                raise InvalidModelError("it reads nothing")
            if is_model(layer):
                level.outputs[call], outline = self._nested(layer, tensors, site)
            else:
                importer = LayerImporter(
                    self.builder,
                    layer,
                    inbound,
                    level.stated_shapes(call),
                    site,
                    self.channels_first,
                )
                level.outputs[call], outline = importer.run(tensors, level.width(call))
        except InvalidModelError as error:
            self.builder.error(f"{description}: {error}")
            return ()
        return (outline,)

    def _nested(
        self, layer: Json, tensors: list[Tensor], site: CallSite
    ) -> tuple[Outputs, Outline]:
        """Add a model inside a model, as a section of the outline."""
        if site.depth > MAX_MODEL_DEPTH:
            raise InvalidModelError(f"models are nested more than {MAX_MODEL_DEPTH} deep")
        inside = CallSite(f"{site.prefix}.", f"{site.path}/", site.trainable, site.depth)
        outputs, outline = self.add_model(wiring_of(layer), tensors, inside)
        return outputs, Section(site.prefix, "model", "", outline, True)

    def _tensor(self, level: ModelLevel, ref: Ref) -> Tensor | None:
        """The output that a reference names; None after a reported error."""
        call = level.call_of(ref)
        if call not in level.outputs:
            raise InvalidModelError(f"there is no call {ref.call + 1} of '{ref.layer}' to read")
        outputs: Outputs = level.outputs[call]
        if outputs is None:
            return None
        if ref.output >= len(outputs):
            raise InvalidModelError(f"'{ref.layer}' has no output {ref.output + 1}")
        return outputs[ref.output]
