"""Networks on one axis worked out in plain Python from the definition of each operation.

A map is a list of positions, each a list of channels. Weights are positive, so that whatever an
output depends on changes it when it grows.
"""

from collections.abc import Callable
from typing import Any

from cnnaudit.graph.graph import Graph, Node

Map = list[list[int]]


def forward(graph: Graph, cells: list[int]) -> list[Map]:
    """The output of every node for an input of one channel."""
    outputs: list[Map] = []
    for index, node in enumerate(graph.nodes):
        if node.op == "input":
            outputs.append([[cell] for cell in cells])
            continue
        inputs = [outputs[source] for source in node.inputs]
        outputs.append(OPERATIONS[node.op](node, inputs, index))
        assert len(outputs[-1]) == node.output_shape[0], node
    return outputs


def changed(graph: Graph, size: int) -> list[list[set[int]]]:
    """For every node and output position, the input cells that change it when perturbed."""
    cells = [3 + (7 * n) % 5 for n in range(size)]
    before = forward(graph, cells)
    found: list[list[set[int]]] = [[set() for _ in output] for output in before]
    for cell in range(size):
        after = forward(graph, [value + 10**9 * (n == cell) for n, value in enumerate(cells)])
        for node, (old, new) in enumerate(zip(before, after, strict=True)):
            for position, (x, y) in enumerate(zip(old, new, strict=True)):
                if x != y:
                    found[node][position].add(cell)
    return found


def _weight(*numbers: int) -> int:
    """A positive weight that depends on where it stands."""
    return 1 + sum((n + 1) * p for n, p in zip(numbers, (3, 5, 7, 11), strict=False)) % 4


def _padding(node: Node, size: int) -> int:
    """Cells before the first: TensorFlow's rule for ``same`` puts the odd cell behind."""
    padding = node.attributes["padding"]
    if padding != "same":
        return int(padding[0][0])
    (kernel,), (stride,) = node.attributes["kernel"], node.attributes["stride"]
    (dilation,) = node.attributes.get("dilation", (1,))
    outputs: int = -(-size // stride)
    reach = (outputs - 1) * int(stride) + (int(kernel) - 1) * int(dilation) + 1
    return max(reach - size, 0) // 2


def _window(node: Node, entering: Map, position: int) -> list[tuple[int, list[int]]]:
    """The existing cells that an output position reads, with their places in the kernel."""
    (kernel,), (stride,) = node.attributes["kernel"], node.attributes["stride"]
    (dilation,) = node.attributes.get("dilation", (1,))
    start = position * stride - _padding(node, len(entering))
    taps = ((k, start + k * dilation) for k in range(kernel))
    return [(k, entering[n]) for k, n in taps if 0 <= n < len(entering)]


def _conv(node: Node, inputs: list[Map], index: int) -> Map:
    filters = node.attributes["filters"]
    result = []
    for position in range(node.output_shape[0]):
        read = _window(node, inputs[0], position)
        result.append(
            [
                sum(
                    _weight(index, k, c, f) * value
                    for k, cell in read
                    for c, value in enumerate(cell)
                )
                for f in range(filters)
            ]
        )
    return result


def _transposed(node: Node, inputs: list[Map], index: int) -> Map:
    (kernel,), (stride,) = node.attributes["kernel"], node.attributes["stride"]
    (dilation,), padding = node.attributes["dilation"], node.attributes["padding"]
    size, filters = node.output_shape[0], node.attributes["filters"]
    before = max(kernel + (kernel - 1) * (dilation - 1) - stride, 0) // 2
    before = before if padding == "same" else int(padding[0][0])
    result = [[0] * filters for _ in range(size)]
    for i, cell in enumerate(inputs[0]):
        for k in range(kernel):
            o = i * stride + k * dilation - before
            if 0 <= o < size:
                for f in range(filters):
                    result[o][f] += sum(_weight(index, k, c, f) * v for c, v in enumerate(cell))
    return result


def _pool(node: Node, inputs: list[Map], _index: int) -> Map:
    if node.attributes["kernel"] == "global":
        return [[sum(channel) for channel in zip(*inputs[0], strict=True)]]
    merge: Callable[[Any], int] = max if node.op == "max_pool" else sum
    result = []
    for position in range(node.output_shape[0]):
        cells = [cell for _, cell in _window(node, inputs[0], position)]
        result.append([merge(channel) for channel in zip(*cells, strict=True)])
    return result


def _adaptive(node: Node, inputs: list[Map], _index: int) -> Map:
    size, count = len(inputs[0]), node.output_shape[0]
    parts = [inputs[0][i * size // count : -(-(i + 1) * size // count)] for i in range(count)]
    return [[sum(channel) for channel in zip(*part, strict=True)] for part in parts]


def _pad(node: Node, inputs: list[Map], _index: int) -> Map:
    ((before, after),) = node.attributes["amounts"]
    nothing = [0] * len(inputs[0][0])
    return [nothing] * before + inputs[0] + [nothing] * after


def _crop(node: Node, inputs: list[Map], _index: int) -> Map:
    ((before, after),) = node.attributes["amounts"]
    return inputs[0][before : len(inputs[0]) - after]


def _upsample(node: Node, inputs: list[Map], _index: int) -> Map:
    """Nearest copies, or (linear) the two cells whose centres enclose the output's."""
    (factor,) = node.attributes["factor"]
    if node.attributes["mode"] == "nearest":
        return [cell for cell in inputs[0] for _ in range(factor)]
    result = []
    for o in range(node.output_shape[0]):
        # The centre in units of 1 / (2·factor) of a cell, counted from the first cell's centre.
        low, rest = divmod(2 * o + 1 - factor, 2 * factor)
        shares = [(low, 2 * factor - rest), (low + 1, rest)]
        cells = [(inputs[0][n], w) for n, w in shares if 0 <= n < len(inputs[0]) and w]
        result.append([sum(cell[c] * w for cell, w in cells) for c in range(node.output_shape[1])])
    return result


def _add(_node: Node, inputs: list[Map], _index: int) -> Map:
    return [
        [sum(values) for values in zip(*cells, strict=True)] for cells in zip(*inputs, strict=True)
    ]


def _multiply(node: Node, inputs: list[Map], _index: int) -> Map:
    size, channels = node.output_shape
    a, b = (
        [cell * (channels if len(cell) == 1 else 1) for cell in each]
        * (size if len(each) == 1 else 1)
        for each in inputs
    )
    return [[v * w for v, w in zip(x, y, strict=True)] for x, y in zip(a, b, strict=True)]


def _concat(_node: Node, inputs: list[Map], _index: int) -> Map:
    return [[value for cell in cells for value in cell] for cells in zip(*inputs, strict=True)]


def _same(_node: Node, inputs: list[Map], _index: int) -> Map:
    return inputs[0]


OPERATIONS: dict[str, Callable[[Node, list[Map], int], Map]] = {
    "conv": _conv,
    "conv_transpose": _transposed,
    "max_pool": _pool,
    "avg_pool": _pool,
    "adaptive_pool": _adaptive,
    "pad": _pad,
    "crop": _crop,
    "upsample": _upsample,
    "add": _add,
    "multiply": _multiply,
    "concat": _concat,
    "activation": _same,
    "batch_norm": _same,
    "slice": lambda node, inputs, _: inputs[0][node.attributes["range"][0] :][
        : node.output_shape[0]
    ],
}
