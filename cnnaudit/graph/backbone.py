"""Inserts a backbone: built on the network's own input, cut at a layer, frozen and checked."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from cnnaudit.errors import Diagnostics, did_you_mean
from cnnaudit.formatting import shape_text
from cnnaudit.graph.context import UNKNOWN, BuiltPart
from cnnaudit.graph.graph import Graph, Layer, Node, Outline, Section
from cnnaudit.graph.layer_builder import LayerBuilder
from cnnaudit.ops.op import Shape, Weight
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.backbone import Backbone
from cnnaudit.parsing.changes import Change
from cnnaudit.parsing.values import ParsedValue

NAME = "backbone"


class BackboneHost(NamedTuple):
    """The network that a backbone is inserted into: its layer builder, and how to build a graph."""

    layer_builder: LayerBuilder
    framework: str | None
    build: Callable[[Architecture, Diagnostics], Graph]


def insert_backbone(
    host: BackboneHost, backbone: Backbone, backbone_file: Architecture, frozen: bool
) -> BuiltPart:
    """Append the nodes of ``backbone_file`` after the inputs of the host.

    The output is UNKNOWN after an error, which is reported.
    """
    layer_builder = host.layer_builder
    diagnostics = layer_builder.diagnostics
    architecture = _prepared(host, backbone, backbone_file)
    inputs = list(range(len(layer_builder.nodes)))
    if len(inputs) != len(architecture.inputs):
        if inputs:
            message = f"the backbone has {len(architecture.inputs)} inputs, not {len(inputs)}"
            diagnostics.error("ambiguous-input", message, backbone.file.span)
        return BuiltPart(UNKNOWN)
    shapes = [node.output_shape for node in layer_builder.nodes]
    before = len(diagnostics)
    graph = host.build(_with_inputs(architecture, shapes), diagnostics)
    output = _until(graph, backbone, diagnostics) if len(diagnostics) == before else None
    if output is None:
        return BuiltPart(UNKNOWN)
    part = cut(graph, output, inputs, len(layer_builder.nodes))
    _check_frozen(host, architecture, backbone, graph, part.origins, frozen)
    for node in part.nodes:
        moved = node._replace(trainable=False) if frozen else node
        layer_builder.append(moved, moved.span or backbone.file.span)
    outline: tuple[Outline, ...] = (part.outline,)
    return BuiltPart(part.output, outline)


def _prepared(host: BackboneHost, backbone: Backbone, backbone_file: Architecture) -> Architecture:
    """The backbone's architecture with the layers frozen that the host freezes."""
    freeze = tuple(Change("freeze", pattern) for pattern in backbone.freeze)
    return backbone_file._replace(
        framework=backbone_file.framework or host.framework,
        changes=(*backbone_file.changes, *freeze),
    )


def _with_inputs(architecture: Architecture, shapes: list[Shape]) -> Architecture:
    inputs = {
        name: ParsedValue(tuple(ParsedValue(size, value.span) for size in shape), value.span)
        for (name, value), shape in zip(architecture.inputs.items(), shapes, strict=True)
    }
    return architecture._replace(inputs=inputs)


def _until(graph: Graph, backbone: Backbone, diagnostics: Diagnostics) -> int | None:
    if backbone.until is None:
        return main_output(graph)
    name, span = backbone.until
    output = output_of(graph, name)
    if output is None:
        names = tuple(dict.fromkeys(node.layer for node in graph.nodes))
        message = f"the backbone has no layer '{name}'"
        diagnostics.error("unknown-layer", message, span, did_you_mean(name, names))
    return output


def _check_frozen(
    host: BackboneHost,
    architecture: Architecture,
    backbone: Backbone,
    graph: Graph,
    origins: tuple[int, ...],
    frozen: bool,
) -> None:
    """Report frozen weights whose shapes differ from those on the backbone's own input."""
    stock_diagnostics = Diagnostics()
    stock = host.build(architecture, stock_diagnostics)
    if len(stock_diagnostics):
        return  # the backbone can be built on the host's input only
    then, now = weights_by_name(stock), weights_by_name(graph)
    shapes = " and ".join(shape_text(node.output_shape) for node in stock.inputs)
    for index in origins:
        node = graph.nodes[index]
        if node.trainable and not frozen:
            continue
        before, here = then.get(node.name, ()), now.get(node.name, ())
        if before == here or not before or not here:
            continue
        message = (
            f"the frozen weights of '{node.name}' are {shape_text(before[0].shape)}, made for an"
            f" input {shapes}; on this input they would have to be {shape_text(here[0].shape)}"
        )
        span = backbone.until.span if backbone.until else backbone.file.span
        help = "stop before that layer with `until`, train it anew, or keep the backbone's input"
        host.layer_builder.diagnostics.error("frozen-weights", message, span, help)


# The part of a graph that an output needs ---------------------------------------------------------


class BackboneNodes(NamedTuple):
    """The nodes that an output needs, their outline, and the position of that output.

    ``origins`` are the positions that the nodes had in the graph they come from.
    """

    nodes: tuple[Node, ...]
    outline: Section
    output: int
    origins: tuple[int, ...]


def output_of(graph: Graph, name: str) -> int | None:
    """The output of the layer or section with this full name; None if there is none."""
    output: int | None = None
    stack: list[Outline] = [graph.outline]
    while stack:
        part = stack.pop()
        if isinstance(part, Section):
            stack.extend(part.children)
        if part.name == name and (last := _last_node(part)) is not None:
            output = last if output is None else max(output, last)
    return output


def _last_node(part: Outline) -> int | None:
    if isinstance(part, Layer):
        return part.nodes[-1]
    ends = [end for child in part.children if (end := _last_node(child)) is not None]
    return max(ends, default=None)


def main_output(graph: Graph) -> int | None:
    """The last node of the main line, of which heads are no part; None if it is empty."""
    ends = [
        end
        for part in graph.outline.children
        if not (isinstance(part, Section) and "head" in part.kind)
        and (end := _last_node(part)) is not None
    ]
    return max(ends, default=None)


def cut(graph: Graph, output: int, inputs: Sequence[int], first: int) -> BackboneNodes:
    """The nodes of ``graph`` that ``output`` depends on, numbered from ``first`` on.

    ``inputs`` are the nodes that replace the graph's inputs. Names get the prefix ``backbone.``.
    """
    needed = {output}
    stack = [output]
    while stack:
        node = graph.nodes[stack.pop()]
        shared = () if node.shared is None else (node.shared,)
        for index in (*node.inputs, *shared):
            if index not in needed:
                needed.add(index)
                stack.append(index)
    own_inputs = [index for index, node in enumerate(graph.nodes) if node.op == "input"]
    origins = tuple(sorted(needed - set(own_inputs)))
    positions = dict(zip(own_inputs, inputs, strict=True))
    positions |= {index: first + position for position, index in enumerate(origins)}
    nodes = tuple(_moved(graph.nodes[index], positions) for index in origins)
    outline = _remaining(graph.outline, positions)
    children = outline.children if isinstance(outline, Section) else ()
    section = Section(NAME, NAME, graph.name, children, True)
    return BackboneNodes(nodes, section, positions[output], origins)


def _moved(node: Node, positions: Mapping[int, int]) -> Node:
    return node._replace(
        name=f"{NAME}.{node.name}",
        layer=f"{NAME}.{node.layer}",
        inputs=tuple(positions[index] for index in node.inputs),
        shared=None if node.shared is None else positions[node.shared],
    )


def _remaining(part: Outline, positions: Mapping[int, int]) -> Outline | None:
    """The outline of the nodes in ``positions``; None if it has none."""
    name = f"{NAME}.{part.name}"
    if isinstance(part, Layer):
        nodes = tuple(positions[index] for index in part.nodes if index in positions)
        return part._replace(name=name, nodes=nodes) if nodes else None
    outlines = (_remaining(child, positions) for child in part.children)
    inside = [outline for outline in outlines if outline is not None]
    if not inside and part.children:
        return None
    return part._replace(name=name, children=tuple(inside))


def weights_by_name(graph: Graph) -> dict[str, tuple[Weight, ...]]:
    """The weights of every node that has some, by its name."""
    return {node.name: weights for node in graph.nodes if (weights := node.weights)}
