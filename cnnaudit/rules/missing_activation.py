"""Two linear layers in a row, with nothing non-linear between them.

Why it matters: a convolution or dense layer is a linear map, and a linear map of a linear map is
one again: the two can compute what one of them could, at the price of two. Goodfellow, Bengio &
Courville 2016 (section 6.1) show a network that cannot learn XOR for this reason; Szegedy et al.
2015 (arXiv:1512.00567, section 3.1 and figure 2) measured that even a factorised convolution is
better with a ReLU between its parts. Batch normalisation, dropout, padding, reshaping and average
pools are linear at inference; a maximum, a merge, LRN or layer normalisation ends the chain.

Deliberate factorisations pass: a depthwise or grouped convolution beside another, 1xn beside nx1,
a linear bottleneck, where the first layer gives fewer channels than it reads and than the second
gives (Sandler et al. 2018, section 3.2; a low-rank factorisation of the product), and scores that a
transposed convolution enlarges (Long et al. 2015, arXiv:1411.4038, section 3.3).

Example::

    layers:
      - {conv: 64, kernel: 3}
      - {conv: 64, kernel: 3}      # together one 5x5 convolution

Instead: an `activation: relu` on the first of the two, or one layer in place of both.
"""

from collections.abc import Collection, Iterator
from math import prod

from cnnaudit.formatting import count_text, sizes_text
from cnnaudit.graph.graph import Node
from cnnaudit.ops.conv_arithmetic import effective_kernel
from cnnaudit.ops.registry import has_trait, op_named, ops_with
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options
from cnnaudit.rules.weighted import CONVOLUTIONS, is_upsampling

CODE = "CA113"
NAME = "missing-activation"
LEVEL = "warning"

#: Layers with weights that are linear maps.
_MAPS = (*CONVOLUTIONS, "dense")

#: Operations that repeat or average values, if they are linear.
_AVERAGING = frozenset({"avg_pool", "adaptive_pool", "upsample", "resize"})


def check(subject: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Pairs of linear layers, the second of which alone reads the first."""
    maps = subject.nodes_of(*_MAPS)
    linear = set(subject.nodes_where(_is_linear, *_between()))
    before = linear.union(maps)
    pairs = {}
    for reader in maps:
        source = subject.nodes[reader].inputs[0]
        if source in before:
            first, plain = _first_map(subject, source, linear)
            if first is not None:
                pairs[first] = reader, plain
    for index, (reader, plain) in sorted(pairs.items()):
        if not _factorises(subject, index, reader):
            yield _finding(subject, index, reader, plain)


def _between() -> frozenset[str]:
    """Operations that may be linear between two layers."""
    moving = ops_with("identity at inference", "moves values")
    return ops_with("elementwise", "per-channel affine") | moving | _AVERAGING


def _keeps_places(kind: str) -> bool:
    """Whether an operation, if it is linear, is no more than a factor and an addend per channel."""
    return has_trait(kind, "elementwise", "per-channel affine", "identity at inference")


def _first_map(
    subject: AuditedNetwork, index: int, linear: Collection[int]
) -> tuple[int | None, bool]:
    """The linear layer that only a node's reader reads, and whether nothing moves values since."""
    plain = True
    while subject.read_once(index):
        node = subject.nodes[index]
        if index not in linear:
            return (index if node.op in _MAPS else None), plain
        plain &= _keeps_places(node.op)
        index = node.inputs[0]
    return None, False


def _is_linear(node: Node) -> bool:
    if has_trait(node.op, "elementwise"):
        return op_named(node.op).is_identity(node.attributes, False)
    return node.op != "adaptive_pool" or bool(node.attributes["mode"] == "avg")


def _factorises(subject: AuditedNetwork, index: int, reader: int) -> bool:
    """Whether the pair says less than one layer could, in exchange for fewer weights."""
    first, second = subject.nodes[index], subject.nodes[reader]
    entering, between = _input(subject, first), _input(subject, second)
    if not (entering and between and first.output_shape and second.output_shape):
        return True  # behind a layer that nobody knows
    if any(_is_grouped(node) for node in (first, second)):
        return True
    if is_upsampling(second) and index in subject.head_nodes:
        return True
    if first.output_shape[-1] < min(entering[-1], second.output_shape[-1]):
        return True
    if len(between) == 1 and prod(first.output_shape) < min(
        prod(entering), second.output_shape[-1]
    ):
        return True
    kernels = first.attributes.get("kernel", ()), second.attributes.get("kernel", ())
    # A dense layer has no kernel, and one of the two may lie behind a reshape.
    sides = [(a > 1) - (b > 1) for a, b in zip(*kernels, strict=False)]
    return 1 in sides and -1 in sides


def _input(subject: AuditedNetwork, node: Node) -> tuple[int, ...]:
    return subject.nodes[node.inputs[0]].output_shape


def _is_grouped(node: Node) -> bool:
    return node.op == "depthwise_conv" or node.attributes.get("groups", 1) > 1


def _finding(subject: AuditedNetwork, index: int, reader: int, plain: bool) -> Finding:
    first, second = subject.nodes[index], subject.nodes[reader]
    rows = subject.audit.rows
    both = rows[index].params + rows[reader].params
    one = _one(subject, first, second) if plain else None
    said = "together they are one linear map"
    if one is not None:
        what, params = one
        said += (
            f", that of {what} with {count_text(params)} parameters; the two have"
            f" {count_text(both)}"
        )
    return Finding(
        first.layer,
        f"nothing non-linear stands between this layer and '{second.layer}': {said}",
        "give this layer an activation, such as `activation: relu`, or make one layer of the two",
    )


def _one(subject: AuditedNetwork, first: Node, second: Node) -> tuple[str, int] | None:
    """What one layer in place of the two would be, and its parameters; None where not simple."""
    channels, filters = _input(subject, first)[-1], second.output_shape[-1]
    bias = filters * any(node.attributes["bias"] for node in (first, second))
    if first.op == second.op == "dense":
        return "one dense layer", channels * filters + bias
    if first.op != "conv" or second.op != "conv":
        return None
    if any(d > 1 for node in (first, second) for d in node.attributes["dilation"]):
        return None
    kernel = tuple(
        effective_kernel(k, 1) + (then - 1) * step
        for k, then, step in zip(
            first.attributes["kernel"],
            second.attributes["kernel"],
            first.attributes["stride"],
            strict=True,
        )
    )
    what = f"{sizes_text(kernel)} convolution"
    if len(kernel) == 1:
        what = f"convolution with a kernel of {kernel[0]}"
    return f"one {what}", prod(kernel) * channels * filters + bias
