"""Builds the graph of another program's network; common to all importers.

An importer reads its file and, for each layer, names operations of ours with their attributes and
inputs. The builder owns what is the same for all formats: unique node names, shared weights, the
budget of nodes, the list of layers that cannot be counted, and the errors of the file.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from cnnaudit.errors import AuditError, Diagnostic, error_diagnostic, input_error
from cnnaudit.graph.attributes import fitted
from cnnaudit.graph.graph import Graph, Layer, Node, Outline, Section, UnknownLayer
from cnnaudit.graph.layer_builder import MAX_NODES
from cnnaudit.ops.frameworks import FRAMEWORKS
from cnnaudit.ops.op import Attributes, Shape, Shapes, Weight
from cnnaudit.ops.registry import INPUT, UNKNOWN_OP, op_named
from cnnaudit.parsing.field_types import CoercionError
from cnnaudit.sources.files import printable

_MAX_ERRORS = 1000


class UnsupportedError(Exception):
    """The cost of a layer cannot be known; the message is the reason."""


class InvalidModelError(Exception):
    """The file is inconsistent or incomplete, as the message explains."""


class ModelOverLimitError(Exception):
    """The model is larger than the budget."""


@contextmanager
def file_errors(path: str) -> Iterator[None]:
    """Raise the errors of reading a model as ``AuditError``, with the file's ``path``."""
    try:
        yield
    except InvalidModelError as error:
        raise input_error("foreign-model", printable(str(error)), path) from None
    except ModelOverLimitError as error:
        raise input_error("over-limit", str(error), path) from None
    except RecursionError:
        raise input_error("over-limit", "the model is nested too deep", path) from None


class GraphBuilder:
    """Collects the nodes of one network, its unknown layers and the errors of its file.

    ``path`` names the file in messages; ``framework`` gives omitted attributes their defaults.
    """

    def __init__(self, path: str, framework: str) -> None:
        self.path = path
        self.framework = framework
        self._nodes: list[Node] = []
        self._names: set[str] = set()
        #: The first node of each key, whose weights later nodes of that key share.
        self._first_nodes: dict[str, int] = {}
        self._unknown: dict[str, UnknownLayer] = {}
        self._errors: list[Diagnostic] = []

    def input(self, name: str, shape: Shape) -> int:
        """Add an input of the network, channels last; returns its node."""
        unique = self._unique(name)
        return self._append(_new_node(unique, INPUT.name, {}, (), shape, (), unique))

    def layer(self, name: str, key: str = "", *, trainable: bool = True) -> "ImportedLayer":
        """Begin a layer; ``key`` is the same for all calls that share its weights.

        Its nodes join the graph with ``add``, before the next layer begins.
        """
        return ImportedLayer(self, name, key or name, trainable)

    def add(self, layer: "ImportedLayer") -> Layer:
        """Add the nodes of a layer; returns its part of the outline."""
        indices = []
        for node, key in zip(layer.nodes, layer.keys, strict=True):
            index = self._append(node._replace(name=self._unique(node.name)))
            if key:
                self._first_nodes.setdefault(key, index)
            indices.append(index)
        for unknown in layer.unknown:
            self._unknown.setdefault(unknown.name, unknown)
        return Layer(layer.name, tuple(indices), True)

    @property
    def next_node(self) -> int:
        """The number that the next node gets."""
        return len(self._nodes)

    def shape(self, node: int) -> Shape:
        """The output shape of a node, channels last; empty if it is unknown."""
        return self._nodes[node].output_shape

    def first_node(self, key: str, weights: tuple[Weight, ...]) -> int | None:
        """The node whose ``weights`` a later call of the same layer shares; None for the first.

        Raises ``InvalidModelError`` if the weights differ.
        """
        index = self._first_nodes.get(key)
        if index is not None and self._nodes[index].weights != weights:
            raise InvalidModelError("the weights of its first call do not fit here")
        return index

    def error(self, message: str) -> None:
        """Collect an error of the file, so that others can be reported beside it."""
        self._errors.append(error_diagnostic("foreign-model", printable(message), self.path))

    def graph(self, name: str, outline: Sequence[Outline]) -> Graph:
        """The finished graph; raises ``AuditError`` for collected errors and for no layers."""
        if self._errors:
            # A model that is called twice has its errors twice.
            raise AuditError(tuple(dict.fromkeys(self._errors))[:_MAX_ERRORS])
        if all(node.op == INPUT.name for node in self._nodes):
            raise input_error("empty-network", "this network has no layers", self.path)
        return Graph(
            name=name,
            path=self.path,
            framework=self.framework,
            framework_named=True,
            nodes=tuple(self._nodes),
            outline=Section("", "network", "", tuple(outline)),
            unknown=tuple(self._unknown.values()),
        )

    def _append(self, node: Node) -> int:
        if len(self._nodes) >= MAX_NODES:
            raise ModelOverLimitError(
                f"the model has more than {MAX_NODES:,} layers when written out"
            )
        self._nodes.append(node)
        return len(self._nodes) - 1

    def _unique(self, name: str) -> str:
        """``name``, with a number appended if another node has it."""
        unique, number = name, 2
        while unique in self._names:
            unique, number = f"{name}.{number}", number + 1
        self._names.add(unique)
        return unique


class ImportedLayer:
    """The nodes of one call of a layer, which join the graph together or not at all."""

    def __init__(self, graph: GraphBuilder, name: str, key: str, trainable: bool) -> None:
        self.graph = graph
        self.name = name
        self.key = key
        self.trainable = trainable
        self.nodes: list[Node] = []
        #: The key of each node; empty for one that shares nothing.
        self.keys: list[str] = []
        self.unknown: list[UnknownLayer] = []

    def shape(self, node: int) -> Shape:
        """The output shape of a node of this layer or an earlier one; empty if it is unknown."""
        position = node - self.graph.next_node
        return self.graph.shape(node) if position < 0 else self.nodes[position].output_shape

    def known_shapes(self, nodes: Sequence[int]) -> Shapes:
        """The output shapes of ``nodes``; raises ``UnsupportedError`` if one is unknown."""
        shapes = tuple(map(self.shape, nodes))
        if not all(shapes):
            raise UnsupportedError("what it reads has no known shape")
        return shapes

    def apply(
        self, op: str, attributes: Mapping[str, Any], inputs: Sequence[int], suffix: str = ""
    ) -> int:
        """Append an operation and return its node, named after the layer and ``suffix``.

        ``attributes`` may lack those with defaults; None stands for an omitted one. Raises
        ``InvalidModelError`` if they are wrong or do not fit the shapes of the inputs,
        ``UnsupportedError`` if an input has no known shape.
        """
        kind = op_named(op)
        if not inputs or (len(inputs) > 1 and not kind.merges):
            raise InvalidModelError(f"it reads {len(inputs)} tensors, and 1 is expected")
        shapes = self.known_shapes(inputs)
        framework = FRAMEWORKS[self.graph.framework]
        try:
            complete = fitted(kind, attributes, shapes[0], framework)
        except CoercionError as error:
            raise InvalidModelError(error.problem.message) from None
        if problem := kind.validate(shapes, complete):
            raise InvalidModelError(problem.message)
        key = f"{self.key}:{suffix}" if suffix else self.key
        weights = kind.weights(shapes, complete)
        node = _new_node(
            self._node_name(suffix),
            op,
            complete,
            shapes,
            kind.output_shape(shapes, complete),
            inputs,
            self.name,
            trainable=self.trainable,
            shared=self.graph.first_node(key, weights) if weights else None,
        )
        return self._append(node, key)

    def apply_unknown(
        self,
        class_name: str,
        reason: str,
        inputs: Sequence[int],
        output_shapes: Shapes,
        suffix: str = "",
    ) -> tuple[int, ...]:
        """Append a node for each output of something that cannot be counted, for ``reason``.

        An output shape is empty if the file does not give it.
        """
        name, class_name = self._node_name(suffix), printable(class_name)
        self.unknown.append(UnknownLayer(name, class_name, printable(reason)))
        shapes = tuple(map(self.shape, inputs))
        return tuple(
            self._append(
                _new_node(
                    f"{name}.{number}" if number > 1 else name,
                    UNKNOWN_OP.name,
                    {"class": class_name},
                    shapes,
                    shape,
                    inputs,
                    self.name,
                    trainable=self.trainable,
                )
            )
            for number, shape in enumerate(output_shapes, 1)
        )

    def _node_name(self, suffix: str) -> str:
        return f"{self.name}.{suffix}" if suffix else self.name

    def _append(self, node: Node, key: str = "") -> int:
        self.nodes.append(node)
        self.keys.append(key)
        return self.graph.next_node + len(self.nodes) - 1


def _new_node(
    name: str,
    op: str,
    attributes: Attributes,
    input_shapes: Shapes,
    output_shape: Shape,
    inputs: Sequence[int],
    layer: str,
    *,
    trainable: bool = True,
    shared: int | None = None,
) -> Node:
    """The one place in which importers construct a node."""
    return Node(
        name=name,
        op=op,
        attributes=attributes,
        input_shapes=input_shapes,
        output_shape=output_shape,
        inputs=tuple(inputs),
        layer=layer,
        trainable=trainable,
        shared=shared,
    )
