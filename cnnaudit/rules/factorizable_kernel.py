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


#: How many 3x3 are proposed, in words: for kernels from 5 to 11.
_WORDS = {2: "two", 3: "three", 4: "four", 5: "five"}


class KernelCost(NamedTuple):
    """Parameters, and MACs of one image."""

    params: int
    macs: int


def check(subject: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """Convolutions that a sequence of smaller ones would make cheaper in both respects."""
    large = subject.nodes_where(lambda node: _side(node) >= max(1, options["kernel"]), "conv")
    for index, name in subject.written(set(large)) if large else ():
        node, row = subject.nodes[index], subject.audit.rows[index]
        if node.auxiliary or node.shared is not None:
            continue
        (entering,) = node.input_shapes
        kernel, attributes = node.attributes["kernel"], node.attributes
        if 4 * attributes["filters"] < entering[-1] and index in subject.head_nodes:
            continue
        today = KernelCost(row.params, row.macs)
        small = max(node.output_shape[:-1]) <= options["asymmetric"]
        cheaper = []
        for what, kernels in _sequences(kernel, small):
            cost = _cost(node, entering, kernels)
            if cost.params < today.params and cost.macs < today.macs:
                cheaper.append((what, cost))
        if not cheaper:
            continue
        what, cost = cheaper[0]
        filters = attributes["filters"]
        yield Finding(
            name,
            f"{what} in place of this {_size(kernel)} would save"
            f" {_saving(today.params, cost.params, 'parameters')} and"
            f" {_saving(today.macs, cost.macs, 'MACs')}",
            f"write {what}, {filters} {'filter' if filters == 1 else 'filters'} each, with an"
            " activation between",
            tuple(
                f"{other} would have {count_text(costs.params)} parameters and"
                f" {count_text(costs.macs)} MACs"
                for other, costs in cheaper[1:]
            ),
        )


def _side(node: Node) -> int:
    """The side of a convolution's square kernel; 0 where it is no plain one, or not known."""
    kernel, attributes = node.attributes["kernel"], node.attributes
    plain = {*attributes["stride"], *attributes["dilation"], attributes["groups"]} == {1}
    known = node.output_shape and node.input_shapes[0]
    return int(kernel[0]) if known and plain and len(set(kernel)) == 1 else 0


def _size(kernel: Shape) -> str:
    return sizes_text(kernel) if len(kernel) > 1 else f"kernel of {kernel[0]}"


def _saving(before: int, after: int, what: str) -> str:
    saved = before - after
    return f"{count_text(saved)} of {count_text(before)} {what} ({percent(saved, before)})"


def _sequences(kernel: Shape, small: bool) -> Iterator[tuple[str, tuple[Shape, ...]]]:
    """The sequences that see what an n×n kernel sees: of 3×3; on a small map, 1×n and n×1."""
    n, rank = kernel[0], len(kernel)
    count = (n - 1) // 2
    if n % 2 and count in _WORDS:
        threes = ((3,) * rank,) * count
        yield f"{_WORDS[count]} {_size(threes[0])}".replace("kernel", "kernels"), threes
    if rank == 2 and small:
        yield f"{_size((1, n))} and {_size((n, 1))}", ((1, n), (n, 1))


def _cost(node: Node, entering: Shape, kernels: tuple[Shape, ...]) -> KernelCost:
    """A sequence with this layer's filters and bias, its output as large as the layer's.

    Where the map keeps its size, every step keeps it; elsewhere each shrinks it by its own window,
    and all padding is added before the first.
    """
    filters, channels = node.attributes["filters"], entering[-1]
    keeps = entering[:-1] == node.output_shape[:-1]
    sizes = list(node.output_shape[:-1])
    for kernel in kernels if not keeps else ():
        sizes = [size + k - 1 for size, k in zip(sizes, kernel, strict=True)]
    params = macs = 0
    for kernel in kernels:
        if not keeps:
            sizes = [size - k + 1 for size, k in zip(sizes, kernel, strict=True)]
        weights = prod(kernel) * channels * filters
        params += weights + (filters if node.attributes["bias"] else 0)
        macs += weights * prod(tuple(sizes))
        channels = filters
    return KernelCost(params, macs)
