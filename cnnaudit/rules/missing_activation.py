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
from cnnaudit.ops.registry import has_trait, op_named, ops_with
from cnnaudit.rules.network import CONVOLUTIONS, AuditedNetwork, is_upsampling
from cnnaudit.rules.rule import Finding, Options

CODE = "CA113"
NAME = "missing-activation"
LEVEL = "warning"

#: Layers with weights that are linear maps.
_MAPS = (*CONVOLUTIONS, "dense")

#: Ops that repeat or average values.
_AVERAGING = frozenset({"avg_pool", "adaptive_pool", "upsample", "resize"})


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Pairs of linear layers, the second of which is the only reader of the first."""
    maps = network.nodes_of(*_MAPS)
    linear = set(network.nodes_where(_is_linear, *_linear_ops()))
    candidates = linear.union(maps)
    pairs = {}
    for reader in maps:
        source = network.nodes[reader].inputs[0]
        if source in candidates:
            first, is_local = _first_map(network, source, linear)
            if first is not None:
                pairs[first] = reader, is_local
    for index, (reader, is_local) in sorted(pairs.items()):
        if not _factorises(network, index, reader):
            yield _finding(network, index, reader, is_local)


def _linear_ops() -> frozenset[str]:
    """Ops that may be linear between two layers."""
    moving = ops_with("identity at inference", "moves values")
    return ops_with("elementwise", "per-channel affine") | moving | _AVERAGING


def _is_positionwise(op: str) -> bool:
    """Whether an op, if it is linear, is only a factor and an addend per channel."""
    return has_trait(op, "elementwise", "per-channel affine", "identity at inference")


def _first_map(
    network: AuditedNetwork, index: int, linear: Collection[int]
) -> tuple[int | None, bool]:
    """The preceding linear layer with no other reader, and whether no op between moves values."""
    is_local = True
    while network.read_once(index):
        node = network.nodes[index]
        if index not in linear:
            return (index if node.op in _MAPS else None), is_local
        is_local &= _is_positionwise(node.op)
        index = node.inputs[0]
    return None, False


def _is_linear(node: Node) -> bool:
    if has_trait(node.op, "elementwise"):
        return op_named(node.op).is_identity(node.attributes, False)
    return node.op != "adaptive_pool" or bool(node.attributes["mode"] == "avg")


def _factorises(network: AuditedNetwork, index: int, reader: int) -> bool:
    """Whether the pair is less general than one layer would be, in exchange for fewer weights."""
    first, second = network.nodes[index], network.nodes[reader]
    input_shape, middle_shape = _input(network, first), _input(network, second)
    if not (input_shape and middle_shape and first.output_shape and second.output_shape):
        return True  # next to an unknown layer
    if any(_is_grouped(node) for node in (first, second)):
        return True
    if is_upsampling(second) and index in network.head_nodes:
        return True
    if first.output_shape[-1] < min(input_shape[-1], second.output_shape[-1]):
        return True
    if len(middle_shape) == 1 and prod(first.output_shape) < min(
        prod(input_shape), second.output_shape[-1]
    ):
        return True
    kernels = first.attributes.get("kernel", ()), second.attributes.get("kernel", ())
    # A dense layer has no kernel, and one of the two may follow a reshape.
    sides = [(a > 1) - (b > 1) for a, b in zip(*kernels, strict=False)]
    return 1 in sides and -1 in sides


def _input(network: AuditedNetwork, node: Node) -> tuple[int, ...]:
    return network.nodes[node.inputs[0]].output_shape


def _is_grouped(node: Node) -> bool:
    return node.op == "depthwise_conv" or node.attributes.get("groups", 1) > 1


def _finding(network: AuditedNetwork, index: int, reader: int, is_local: bool) -> Finding:
    first, second = network.nodes[index], network.nodes[reader]
    rows = network.audit.rows
    total = rows[index].params + rows[reader].params
    merged = _merged_layer(network, first, second) if is_local else None
    effect = "together they are one linear map"
    if merged is not None:
        name, params = merged
        effect += f", that of {name} with {count_text(params)} parameters;"
        effect += f" the two have {count_text(total)}"
    return Finding(
        first.layer,
        f"nothing non-linear stands between this layer and '{second.layer}': {effect}",
        "give this layer an activation, such as `activation: relu`, or make one layer of the two",
    )


def _merged_layer(network: AuditedNetwork, first: Node, second: Node) -> tuple[str, int] | None:
    """The layer that could replace the two, and its parameters; None if it is not a simple one."""
    channels, filters = _input(network, first)[-1], second.output_shape[-1]
    bias = filters * any(node.attributes["bias"] for node in (first, second))
    if first.op == second.op == "dense":
        return "one dense layer", channels * filters + bias
    if first.op != "conv" or second.op != "conv":
        return None
    if any(d > 1 for node in (first, second) for d in node.attributes["dilation"]):
        return None
    kernel = tuple(
        k + (next_k - 1) * step
        for k, next_k, step in zip(
            first.attributes["kernel"],
            second.attributes["kernel"],
            first.attributes["stride"],
            strict=True,
        )
    )
    name = f"{sizes_text(kernel)} convolution"
    if len(kernel) == 1:
        name = f"convolution with a kernel of {kernel[0]}"
    return f"one {name}", prod(kernel) * channels * filters + bias
