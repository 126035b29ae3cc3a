"""Imports one call of a Keras layer as nodes, by the rule of its class.

A layer that cannot be counted becomes a node of op ``unknown``, and so does every reader of an
output without a known shape.
"""

from collections.abc import Sequence
from typing import NamedTuple

from cnnaudit.formatting import shape_text
from cnnaudit.graph.graph import Layer
from cnnaudit.importers.graph_builder import GraphBuilder, ImportedLayer, UnsupportedError
from cnnaudit.importers.inputs import Sizes, original, stored
from cnnaudit.importers.keras.call import Config, KerasCall, LayerRule, Layout, Operand, Steps
from cnnaudit.importers.keras.files import Json
from cnnaudit.importers.keras.table import class_of, rule_of
from cnnaudit.importers.keras.wiring import Inbound, StatedShapes, sizes_of
from cnnaudit.ops.op import Shape
from cnnaudit.ops.registry import UNKNOWN_OP


class Tensor(NamedTuple):
    """An output: its node, and whether Keras has its channels first."""

    node: int
    channels_first: bool = False


#: The outputs of a call; None after a reported error.
Outputs = Sequence[Tensor] | None


class CallSite(NamedTuple):
    """The place of a call in the model: its full name or the prefix of one, and its path.

    The path has no numbers of calls. ``trainable`` is false inside a frozen model.
    """

    prefix: str = ""
    path: str = ""
    trainable: bool = True
    depth: int = 0


def is_trainable(layer: Json) -> bool:
    """Whether a layer is trained: ``trainable`` is not false."""
    config = layer.get("config")
    return not isinstance(config, dict) or config.get("trainable") is not False


class LayerImporter:
    """Imports one call of a layer: all of its nodes, or an ``unknown`` one for each output.

    ``channels_first`` is the layout of the entire model; ``stated`` are the shapes that the file
    gives for the outputs.
    """

    def __init__(
        self,
        builder: GraphBuilder,
        layer: Json,
        inbound: Inbound,
        stated: StatedShapes,
        site: CallSite,
        channels_first: bool,
    ) -> None:
        self.builder = builder
        self.layer = layer
        self.inbound = inbound
        self.stated = stated
        self.site = site
        self.channels_first = channels_first

    def run(self, tensors: Sequence[Tensor], width: int) -> tuple[Outputs, Layer]:
        """The outputs of the call, ``width`` of which are read, and its part of the outline."""
        nodes = self._new_layer()
        try:
            outputs: tuple[Tensor, ...] = (self._supported(nodes, tensors),)
            if width > 1:
                raise UnsupportedError("it has several outputs")
        except UnsupportedError as error:
            nodes = self._new_layer()
            outputs = self._unsupported(nodes, tensors, str(error), width)
        return outputs, self.builder.add(nodes)

    def _new_layer(self) -> ImportedLayer:
        site = self.site
        return self.builder.layer(site.prefix, site.path, trainable=site.trainable)

    # Supported layers ----------------------------------------------------------------------------

    def _supported(self, nodes: ImportedLayer, tensors: Sequence[Tensor]) -> Tensor:
        nodes.known_shapes([tensor.node for tensor in tensors])
        rule = rule_of(self.layer)
        channels_first = self._wants_channels_first(rule, tensors)
        inputs = tuple(
            self._transposed_input(nodes, position, tensor, channels_first)
            for position, tensor in enumerate(tensors)
        )
        shapes = nodes.known_shapes(inputs)
        call = KerasCall(
            Config(self.layer.get("config")),
            shapes,
            channels_first and len(shapes[0]) > 1,
            self.channels_first,
            self.inbound.arguments or tuple(map(Operand, range(len(tensors)))),
            self.inbound.keywords,
        )
        steps = rule.translate(call)
        output = self._apply(nodes, steps, inputs)
        shape = nodes.shape(output)
        output_layout = steps[-1].channels_first
        if output_layout is not None:
            channels_first = output_layout
        channels_first = channels_first and len(shape) > 1
        self._check_stated(shape, channels_first)
        return Tensor(output, channels_first)

    def _wants_channels_first(self, rule: LayerRule, tensors: Sequence[Tensor]) -> bool:
        """Whether the layer expects its inputs with the channels first."""
        if rule.layout is Layout.LAST:
            return False
        if rule.layout is Layout.ANY:
            return any(tensor.channels_first for tensor in tensors)
        data_format = Config(self.layer.get("config")).get("data_format", "dim_ordering")
        if data_format in ("channels_first", "th"):
            return True
        return self.channels_first and data_format not in ("channels_last", "tf")

    def _transposed_input(
        self, nodes: ImportedLayer, position: int, tensor: Tensor, channels_first: bool
    ) -> int:
        """An input with its axes in the order of the layer; a ``permute`` node if they differ."""
        rank = len(nodes.shape(tensor.node))
        if rank < 2 or tensor.channels_first == channels_first:
            return tensor.node
        order = (*range(1, rank), 0) if channels_first else (rank - 1, *range(rank - 1))
        return nodes.apply("permute", {"order": order}, (tensor.node,), f"permute{position + 1}")

    def _apply(self, nodes: ImportedLayer, steps: Steps, inputs: Sequence[int]) -> int:
        """Append a node for every step, and return the last node."""
        outputs: list[int] = []
        for step in steps:
            if step.reads is not None:
                reads = [outputs[k] if k >= 0 else inputs[~k] for k in step.reads]
            else:
                reads = outputs[-1:] or list(inputs)
            if step.op == UNKNOWN_OP.name:
                name, shape = str(step.attributes["class"]), nodes.shape(reads[0])
                reason = "this activation is not known"
                outputs += nodes.apply_unknown(name, reason, reads, (shape,), step.suffix)
            else:
                outputs.append(nodes.apply(step.op, step.attributes, reads, step.suffix))
        return outputs[-1]

    def _check_stated(self, shape: Shape, channels_first: bool) -> None:
        """Raise ``UnsupportedError`` for a shape that the file contradicts."""
        stated, computed = self.stated.in_graph.get(0), original(shape, channels_first)
        if stated is None or None in stated or stated == computed:
            return
        raise UnsupportedError(
            f"its output is {shape_text(computed)} by its settings,"
            f" and {shape_text(stated)} in the graph"
        )

    # Unsupported layers --------------------------------------------------------------------------

    def _unsupported(
        self, nodes: ImportedLayer, tensors: Sequence[Tensor], reason: str, width: int
    ) -> tuple[Tensor, ...]:
        """A node for every output of a layer that cannot be counted, as the file describes it."""
        shapes, layouts = [], []
        for position in range(width):
            sizes = self._stated_shape(position)
            channels_first = self.channels_first and len(sizes) > 1
            shapes.append(stored(sizes, channels_first))
            layouts.append(channels_first)
        inputs = [tensor.node for tensor in tensors]
        outputs = nodes.apply_unknown(class_of(self.layer), reason, inputs, tuple(shapes))
        return tuple(map(Tensor, outputs, layouts))

    def _stated_shape(self, position: int) -> Shape:
        """The complete shape that the file gives for an output; empty if it gives none.

        A Lambda may give its own, which version 1 called ``output_shape`` too.
        """
        config = self.layer.get("config")
        shape = config.get("output_shape") if isinstance(config, dict) and position == 0 else None
        candidates: list[Sizes | None] = [
            self.stated.in_graph.get(position),
            sizes_of([None, *shape]) if isinstance(shape, list) else None,
            self.stated.by_readers.get(position),
        ]
        complete = (sizes for sizes in candidates if sizes and None not in sizes)
        return tuple(size for size in next(complete, ()) if size is not None)
