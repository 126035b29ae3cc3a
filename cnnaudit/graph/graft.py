"""Inserts a backbone: built on the network's own input, cut at a layer, frozen and checked."""

from collections.abc import Callable
from typing import NamedTuple

from cnnaudit.errors import Diagnostics, did_you_mean
from cnnaudit.formatting import shape_text
from cnnaudit.graph.backbone import cut, main_output, output_of, weights_by_name
from cnnaudit.graph.context import UNKNOWN, BuiltPart
from cnnaudit.graph.graph import Graph, Outline
from cnnaudit.graph.layer_builder import LayerBuilder
from cnnaudit.ops.op import Shape
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.backbone import Backbone
from cnnaudit.parsing.changes import Change
from cnnaudit.parsing.values import ParsedValue


class BackboneHost(NamedTuple):
    """What a backbone comes into: the nodes so far, and how a document becomes a graph."""

    assembly: LayerBuilder
    framework: str | None
    build: Callable[[Architecture, Diagnostics], Graph]


def insert_backbone(
    host: BackboneHost, backbone: Backbone, trunk: Architecture, frozen: bool
) -> BuiltPart:
    """Put the nodes of ``trunk``, the backbone's document, behind the inputs of the host.

    The output is UNKNOWN where that is impossible (and was reported).
    """
    assembly, diagnostics = host.assembly, host.assembly.diagnostics
    document = _prepared(host, backbone, trunk)
    entering = list(range(len(assembly.nodes)))
    if len(entering) != len(document.inputs):
        if entering:
            message = f"the backbone has {len(document.inputs)} inputs, not {len(entering)}"
            diagnostics.error("ambiguous-input", message, backbone.file.span)
        return BuiltPart(UNKNOWN)
    shapes = [node.output_shape for node in assembly.nodes]
    before = len(diagnostics)
    graph = host.build(_with_inputs(document, shapes), diagnostics)
    output = _until(graph, backbone, diagnostics) if len(diagnostics) == before else None
    if output is None:
        return BuiltPart(UNKNOWN)
    part = cut(graph, output, entering, len(assembly.nodes))
    _check_frozen(host, document, backbone, graph, part.kept, frozen)
    for node in part.nodes:
        moved = node._replace(trainable=False) if frozen else node
        assembly.append(moved, moved.span or backbone.file.span)
    outline: tuple[Outline, ...] = (part.outline,)
    return BuiltPart(part.output, outline)


def _prepared(host: BackboneHost, backbone: Backbone, trunk: Architecture) -> Architecture:
    """The backbone's document with the layers frozen that the host freezes."""
    freeze = tuple(Change("freeze", pattern) for pattern in backbone.freeze)
    return trunk._replace(
        framework=trunk.framework or host.framework,
        changes=(*trunk.changes, *freeze),
    )


def _with_inputs(document: Architecture, shapes: list[Shape]) -> Architecture:
    inputs = {
        name: ParsedValue(tuple(ParsedValue(size, value.span) for size in shape), value.span)
        for (name, value), shape in zip(document.inputs.items(), shapes, strict=True)
    }
    return document._replace(inputs=inputs)


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
    document: Architecture,
    backbone: Backbone,
    graph: Graph,
    kept: tuple[int, ...],
    frozen: bool,
) -> None:
    """Frozen weights were trained on the backbone's own input, and keep their shapes."""
    stock_diagnostics = Diagnostics()
    stock = host.build(document, stock_diagnostics)
    if len(stock_diagnostics):
        return  # the backbone makes sense on the host's input only; there is nothing to keep
    then, now = weights_by_name(stock), weights_by_name(graph)
    shapes = " and ".join(shape_text(node.output_shape) for node in stock.inputs)
    for index in kept:
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
        host.assembly.diagnostics.error("frozen-weights", message, span, help)
