"""One call of one layer: its Keras class becomes steps of ours, and the steps become nodes.

A layer that cannot be counted becomes a node of the kind ``unknown``, and so does whatever reads an
output that has no known shape.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from cnnaudit.graph.attributes import fitted
from cnnaudit.graph.nodes import Layer, Node, Unknown
from cnnaudit.graph.operation import Operation, weights_of
from cnnaudit.importers.keras.call import (
    Call,
    Config,
    Layout,
    MistakeError,
    Operand,
    Rule,
    Step,
    Steps,
    UnsupportedError,
)
from cnnaudit.importers.keras.inputs import original, stored
from cnnaudit.importers.keras.level import Said
from cnnaudit.importers.keras.reading import Json
from cnnaudit.importers.keras.table import class_of, rule_of
from cnnaudit.importers.keras.wiring import Inbound, Sizes, sizes_of
from cnnaudit.layers.frameworks import FRAMEWORKS
from cnnaudit.layers.kind import Attributes, Shape
from cnnaudit.layers.table import UNKNOWN, kind_of
from cnnaudit.parsing.source import printable
from cnnaudit.text import shape_text

_KERAS = FRAMEWORKS["keras"]


class Tensor(NamedTuple):
    """An output: the node that gives it, and whether Keras has its channels in front."""

    node: int
    first: bool = False


#: What a call gives; None after a mistake that has been reported.
Outputs = Sequence[Tensor] | None


class Place(NamedTuple):
    """Where something stands: its full name or the prefix of one, and the same without calls.

    ``trainable`` is false inside a frozen model.
    """

    prefix: str = ""
    path: str = ""
    trainable: bool = True
    depth: int = 0


class Nodes(Protocol):
    """Where the nodes go."""

    nodes: list[Node]
    unknown: dict[str, Unknown]
    turned: bool

    def add(self, nodes: Sequence[Node], keys: Sequence[str]) -> tuple[int, ...]:
        """Append the nodes of one written layer, and give their positions."""

    def sharer(self, key: str) -> int | None:
        """The node whose weights a later call of the same layer uses."""


def is_trainable(layer: Json) -> bool:
    """Whether a layer says nothing against being trained."""
    config = layer.get("config")
    return not isinstance(config, dict) or config.get("trainable") is not False


def wants_first(layer: Json, turned: bool) -> bool:
    """Whether the data format of a layer has the channels first; without one, as the others do."""
    config = Config(layer.get("config"))
    said = config.get("data_format", "dim_ordering")
    if said in ("channels_first", "th"):
        return True
    return turned and said not in ("channels_last", "tf")


class Counting:
    """The nodes of one call, before they are added: all of them, or none."""

    def __init__(self, to: Nodes, layer: Json, inbound: Inbound, said: Said, place: Place) -> None:
        self.to = to
        self.layer = layer
        self.inbound = inbound
        self.said = said
        self.place = place
        self.planned: list[Node] = []
        self.keys: list[str] = []
        self.doubts: list[Unknown] = []

    def run(self, tensors: Sequence[Tensor], width: int) -> tuple[Outputs, Layer]:
        """The outputs of the call and its part of the outline; ``width`` of them are read."""
        try:
            outputs: tuple[Tensor, ...] = (self._counted(tensors),)
            if width > 1:
                raise UnsupportedError("it has several outputs")
        except UnsupportedError as error:
            # The reason may quote the file.
            outputs = self._unknown(tensors, printable(str(error)), width)
        added = self.to.add(self.planned, self.keys)
        for doubt in self.doubts:
            self.to.unknown.setdefault(doubt.name, doubt)
        return outputs, Layer(self.place.prefix, added, True)

    # Known layers --------------------------------------------------------------------------------

    def _counted(self, tensors: Sequence[Tensor]) -> Tensor:
        if any(not self._shape(tensor.node) for tensor in tensors):
            raise UnsupportedError("what it reads has no known shape")
        rule = rule_of(self.layer)
        first = self._layout(rule, tensors)
        entering = tuple(
            self._brought(place, tensor, first) for place, tensor in enumerate(tensors)
        )
        shapes = tuple(self._shape(node) for node in entering)
        turned = first and len(shapes[0]) > 1
        call = Call(
            Config(self.layer.get("config")),
            shapes,
            turned,
            self.to.turned,
            self.inbound.arguments or tuple(map(Operand, range(len(tensors)))),
            self.inbound.keywords,
        )
        steps = rule.translate(call)
        output = self._planned(steps, entering)
        shape = self._shape(output)
        said = steps[-1].first
        first = (first if said is None else said) and len(shape) > 1
        self._compare(shape, first)
        return Tensor(output, first)

    def _layout(self, rule: Rule, tensors: Sequence[Tensor]) -> bool:
        """Whether the layer has the channels of what it reads in front."""
        if rule.layout is Layout.LAST:
            return False
        if rule.layout is Layout.FORMAT:
            return wants_first(self.layer, self.to.turned)
        return any(tensor.first for tensor in tensors)

    def _brought(self, place: int, tensor: Tensor, first: bool) -> int:
        """An input with its axes where the layer wants them: a node more where they are not."""
        rank = len(self._shape(tensor.node))
        if rank < 2 or tensor.first == first:
            return tensor.node
        order = (*range(1, rank), 0) if first else (rank - 1, *range(rank - 1))
        return self._plan(Step("permute", {"order": order}, f"permute{place + 1}"), (tensor.node,))

    def _planned(self, steps: Steps, entering: Sequence[int]) -> int:
        """Plan every step; the output is that of the last."""
        done: list[int] = []
        for step in steps:
            if step.reads is not None:
                reads = tuple(done[k] if k >= 0 else entering[~k] for k in step.reads)
            else:
                reads = (done[-1],) if done else tuple(entering)
            done.append(self._plan(step, reads))
        return done[-1]

    def _plan(self, step: Step, reads: tuple[int, ...]) -> int:
        name, key = self.place.prefix, self.place.path
        if step.suffix:
            name, key = f"{name}.{step.suffix}", f"{key}:{step.suffix}"
        shapes = tuple(self._shape(node) for node in reads)
        kind = kind_of(step.kind)
        attributes: Attributes = step.values
        shared = None
        if kind is UNKNOWN:
            what = printable(str(step.values["class"]))
            attributes = {"class": what}
            self.doubts.append(Unknown(name, what, "this activation is not known"))
        else:
            if not kind.merges and len(reads) != 1:
                raise MistakeError(f"it reads {len(reads)} tensors, and 1 is expected")
            attributes = fitted(kind, step.values, shapes[0], _KERAS)
            if problem := kind.fault(shapes, attributes):
                raise MistakeError(problem.message)
            if weights := kind.weights(shapes, attributes):
                shared = self._sharer(key, weights)
        output = kind.output(shapes, attributes)
        node = Node(
            name,
            Operation(step.kind, attributes, shapes, output),
            reads,
            self.place.prefix,
            trainable=self.place.trainable,
            shared=shared,
        )
        self.planned.append(node)
        self.keys.append(key)
        return len(self.to.nodes) + len(self.planned) - 1

    def _sharer(self, key: str, weights: Any) -> int | None:
        shared = self.to.sharer(key)
        if shared is not None:
            node = self.to.nodes[shared]
            if weights_of(node.operation) != weights:
                raise MistakeError("the weights of its first call do not fit here")
        return shared

    def _shape(self, node: int) -> Shape:
        """The shape of a node, of this call or of one before; empty where it is not known."""
        before = len(self.to.nodes)
        return (self.to.nodes[node] if node < before else self.planned[node - before]).shape

    def _compare(self, shape: Shape, first: bool) -> None:
        """Never go on with a shape that the file contradicts."""
        said = self.said.stated.get(0)
        if said is None or None in said or said == original(shape, first):
            return
        found = shape_text(original(shape, first))
        message = f"its output is {found} by its settings, and {shape_text(said)} in the graph"
        raise UnsupportedError(message)

    # Unknown ones --------------------------------------------------------------------------------

    def _unknown(self, tensors: Sequence[Tensor], why: str, width: int) -> tuple[Tensor, ...]:
        """A node for every output of a layer that cannot be counted, as the file describes it."""
        name, what = self.place.prefix, printable(class_of(self.layer))
        self.planned, self.keys = [], []
        self.doubts = [Unknown(name, what, why)]
        outputs = []
        entering = tuple(self._shape(tensor.node) for tensor in tensors)
        for place in range(width):
            sizes = self._said(place)
            first = self.to.turned and len(sizes) > 1
            self.planned.append(
                Node(
                    f"{name}.{place + 1}" if place else name,
                    Operation(UNKNOWN.name, {"class": what}, entering, stored(sizes, first)),
                    tuple(tensor.node for tensor in tensors),
                    name,
                    trainable=self.place.trainable,
                )
            )
            self.keys.append(f"{self.place.path}:{place}")
            outputs.append(Tensor(len(self.to.nodes) + place, first))
        return tuple(outputs)

    def _said(self, place: int) -> Shape:
        """The shape that the file gives for an output; empty where it says none, or not all of it.

        A Lambda may say it itself; version 1 called that its ``output_shape`` too.
        """
        config = self.layer.get("config")
        own = config.get("output_shape") if isinstance(config, dict) and place == 0 else None
        found: list[Sizes | None] = [
            self.said.stated.get(place),
            sizes_of([None, *own]) if isinstance(own, list) else None,
            self.said.built.get(place),
        ]
        known = (sizes for sizes in found if sizes and None not in sizes)
        return tuple(size for size in next(known, ()) if size is not None)
