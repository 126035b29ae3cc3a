"""A network cut after one of its layers, so that another can continue from its output."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from cnnaudit.graph.graph import Graph, Layer, Node, Outline, Section
from cnnaudit.ops.op import Weight

NAME = "backbone"


class BackboneNodes(NamedTuple):
    """The nodes that an output needs, their outline, and the position of that output.

    ``kept`` are the positions that the nodes had in the graph they come from.
    """

    nodes: tuple[Node, ...]
    outline: Section
    output: int
    kept: tuple[int, ...]


def output_of(graph: Graph, name: str) -> int | None:
    """The output of the layer or section with this full name; None where there is none."""
    found: int | None = None
    stack: list[Outline] = [graph.outline]
    while stack:
        part = stack.pop()
        if isinstance(part, Section):
            stack.extend(part.children)
        if part.name == name and (last := _last_node(part)) is not None:
            found = last if found is None else max(found, last)
    return found


def _last_node(part: Outline) -> int | None:
    if isinstance(part, Layer):
        return part.nodes[-1]
    ends = [end for child in part.children if (end := _last_node(child)) is not None]
    return max(ends, default=None)


def main_output(graph: Graph) -> int | None:
    """The last node of the main line, which heads stand beside."""
    ends = [
        end
        for part in graph.outline.children
        if not (isinstance(part, Section) and "head" in part.kind)
        and (end := _last_node(part)) is not None
    ]
    return max(ends, default=None)


def cut(graph: Graph, output: int, entering: Sequence[int], first: int) -> BackboneNodes:
    """What ``output`` needs of ``graph``, as nodes to stand from position ``first`` on.

    ``entering`` are the nodes that take the place of the graph's inputs. Names are put below
    ``backbone.``.
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
    inputs = [index for index, node in enumerate(graph.nodes) if node.op == "input"]
    kept = tuple(sorted(needed - set(inputs)))
    place = dict(zip(inputs, entering, strict=True))
    place |= {index: first + position for position, index in enumerate(kept)}
    nodes = tuple(_moved(graph.nodes[index], place) for index in kept)
    outline = _kept(graph.outline, place)
    children = outline.children if isinstance(outline, Section) else ()
    section = Section(NAME, NAME, graph.name, children, True)
    return BackboneNodes(nodes, section, place[output], kept)


def _moved(node: Node, place: Mapping[int, int]) -> Node:
    return node._replace(
        name=f"{NAME}.{node.name}",
        layer=f"{NAME}.{node.layer}",
        inputs=tuple(place[index] for index in node.inputs),
        shared=None if node.shared is None else place[node.shared],
    )


def _kept(part: Outline, place: Mapping[int, int]) -> Outline | None:
    """The outline without the layers that are cut off."""
    name = f"{NAME}.{part.name}"
    if isinstance(part, Layer):
        nodes = tuple(place[index] for index in part.nodes if index in place)
        return part._replace(name=name, nodes=nodes) if nodes else None
    inside = [kept for child in part.children if (kept := _kept(child, place)) is not None]
    if not inside and part.children:
        return None
    return part._replace(name=name, children=tuple(inside))


def weights_by_name(graph: Graph) -> dict[str, tuple[Weight, ...]]:
    """The weights of every node that has some, by its name."""
    found = {}
    for node in graph.nodes:
        weights = node.weights
        if weights:
            found[node.name] = weights
    return found
