"""A large square kernel that smaller ones in sequence would cover for less.

Why it matters: two 3x3 convolutions see 5x5 and three see 7x7, with fewer weights and a
nonlinearity more after each (Simonyan & Zisserman 2015, section 2.3; Szegedy et al. 2016, section
3.1); a 1xn followed by an nx1 sees nxn (section 3.2, which finds that this works for maps of 12 to
20 positions, and not in early layers). What is said here is exact for this layer, with as many
filters in between as it has and a bias wherever it has one; normalisation is not counted. Strided,
dilated and grouped convolutions are left out, and so are a layer that would not save, such as a
first one that reads three colours, and a last one with less than a quarter as many filters as it
reads channels: so few in between would lose too much.

Example::

    input: 28x28x64
    layers:
      - {conv: 64, kernel: 5, padding: same}      # 102,464 parameters; two 3x3 have 73,856

Instead: `{conv: 64, kernel: 3, padding: same, repeat: 2}`.
"""

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from cnnaudit.formatting import count_text, percent, sizes_text
from cnnaudit.graph.graph import Node
from cnnaudit.ops.op import Shape
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Option, Options

CODE = "CA306"
NAME = "factorizable-kernel"
LEVEL = "note"
OPTIONS = (
    Option("kernel", 5, "the smallest kernel that is looked at"),
    Option("asymmetric", 20, "the largest map for which 1xn and nx1 are proposed"),
)

#: The number of 3x3 kernels as a word, for kernels from 5 to 11.
_WORDS = {2: "two", 3: "three", 4: "four", 5: "five"}


class KernelCost(NamedTuple):
    """Parameters, and MACs of one image."""

    params: int
    macs: int


def check(network: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """Convolutions that a sequence of smaller ones would make cheaper in both respects."""
    large = network.nodes_where(lambda node: _side(node) >= max(1, options["kernel"]), "conv")
    for index, name in network.main_nodes(set(large)) if large else ():
        node, row = network.nodes[index], network.audit.rows[index]
        if node.auxiliary or node.shared is not None:
            continue
        (input_shape,) = node.input_shapes
        kernel, attributes = node.attributes["kernel"], node.attributes
        if 4 * attributes["filters"] < input_shape[-1] and index in network.head_nodes:
            continue
        current = KernelCost(row.params, row.macs)
        is_small_map = max(node.output_shape[:-1]) <= options["asymmetric"]
        cheaper = []
        for sequence, kernels in _sequences(kernel, is_small_map):
            cost = _cost(node, input_shape, kernels)
            if cost.params < current.params and cost.macs < current.macs:
                cheaper.append((sequence, cost))
        if not cheaper:
            continue
        sequence, cost = cheaper[0]
        filters = attributes["filters"]
        yield Finding(
            name,
            f"{sequence} in place of this {_size(kernel)} would save"
            f" {_saving(current.params, cost.params, 'parameters')} and"
            f" {_saving(current.macs, cost.macs, 'MACs')}",
            f"write {sequence}, {filters} {'filter' if filters == 1 else 'filters'} each, with an"
            " activation between",
            tuple(
                f"{other} would have {count_text(costs.params)} parameters and"
                f" {count_text(costs.macs)} MACs"
                for other, costs in cheaper[1:]
            ),
        )


def _side(node: Node) -> int:
    """The side of the square kernel of a plain convolution; 0 for others or unknown shapes."""
    kernel, attributes = node.attributes["kernel"], node.attributes
    is_plain = {*attributes["stride"], *attributes["dilation"], attributes["groups"]} == {1}
    has_shapes = node.output_shape and node.input_shapes[0]
    return int(kernel[0]) if has_shapes and is_plain and len(set(kernel)) == 1 else 0


def _size(kernel: Shape) -> str:
    return sizes_text(kernel) if len(kernel) > 1 else f"kernel of {kernel[0]}"


def _saving(before: int, after: int, noun: str) -> str:
    saved = before - after
    return f"{count_text(saved)} of {count_text(before)} {noun} ({percent(saved, before)})"


def _sequences(kernel: Shape, is_small_map: bool) -> Iterator[tuple[str, tuple[Shape, ...]]]:
    """The sequences with the view of an n×n kernel: of 3×3; on a small map, 1×n and n×1."""
    n, rank = kernel[0], len(kernel)
    count = (n - 1) // 2
    if n % 2 and count in _WORDS:
        threes = ((3,) * rank,) * count
        yield f"{_WORDS[count]} {_size(threes[0])}".replace("kernel", "kernels"), threes
    if rank == 2 and is_small_map:
        yield f"{_size((1, n))} and {_size((n, 1))}", ((1, n), (n, 1))


def _cost(node: Node, input_shape: Shape, kernels: tuple[Shape, ...]) -> KernelCost:
    """The cost of a sequence with this layer's filters, bias and output size.

    If the layer keeps the map's size, every step does; otherwise each shrinks it by its own window,
    and all padding is added before the first.
    """
    filters, channels = node.attributes["filters"], input_shape[-1]
    keeps_size = input_shape[:-1] == node.output_shape[:-1]
    sizes = list(node.output_shape[:-1])
    for kernel in kernels if not keeps_size else ():
        sizes = [size + k - 1 for size, k in zip(sizes, kernel, strict=True)]
    params = macs = 0
    for kernel in kernels:
        if not keeps_size:
            sizes = [size - k + 1 for size, k in zip(sizes, kernel, strict=True)]
        weights = prod(kernel) * channels * filters
        params += weights + (filters if node.attributes["bias"] else 0)
        macs += weights * prod(tuple(sizes))
        channels = filters
    return KernelCost(params, macs)
