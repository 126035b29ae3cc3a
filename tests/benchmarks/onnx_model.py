"""ResNet-50 as an ONNX file, with weights of zeros, for a peer that reads nothing else."""

import sys
from pathlib import Path
from typing import Any

from cnnaudit.graph.graph import Graph, Node
from cnnaudit.loading import load

_SIMPLE = {"add": "Add", "flatten": "Flatten", "softmax": "Softmax", "relu": "Relu"}


def write(path: Path, operand: str = "zoo:resnet-50") -> None:
    """Write a network of convolutions, pools, sums and dense layers."""
    import numpy as np
    import onnx
    from onnx import helper, numpy_helper

    graph = load(operand)
    nodes, weights = [], []
    for index, node in enumerate(graph.nodes):
        if not node.inputs:
            continue
        verb, shapes, attributes = _operation(graph, node)
        names = [f"n{source}" for source in node.inputs]
        for number, shape in enumerate(shapes):
            names.append(f"w{index}.{number}")
            weights.append(numpy_helper.from_array(np.zeros(shape, np.float32), names[-1]))
        nodes.append(helper.make_node(verb, names, [f"n{index}"], name=node.name, **attributes))
    made = helper.make_graph(
        nodes,
        graph.name,
        [_value(helper, 0, graph.nodes[0])],
        [_value(helper, len(graph.nodes) - 1, graph.nodes[-1])],
        weights,
    )
    opset = [helper.make_opsetid("", 13)]
    onnx.save(helper.make_model(made, opset_imports=opset, ir_version=8), str(path))


def _value(helper: Any, index: int, node: Node) -> Any:
    *sizes, channels = node.output_shape
    return helper.make_tensor_value_info(f"n{index}", 1, [1, channels, *sizes])


def _operation(graph: Graph, node: Node) -> tuple[str, list[tuple[int, ...]], dict[str, Any]]:
    """The operation's name in ONNX, the shapes of its weights, and its attributes."""
    said, channels = node.attributes, node.input_shapes[0][-1]
    if node.op == "activation":
        return _SIMPLE[said["function"]], [], {}
    if node.op == "batch_norm":
        return "BatchNormalization", [(channels,)] * 4, {}
    if node.op == "dense":
        return "Gemm", [(channels, said["units"]), (said["units"],)], {}
    if node.op == "avg_pool":
        return "GlobalAveragePool", [], {}
    if node.op in ("conv", "max_pool"):
        pads = [before for before, _ in said["padding"]] + [after for _, after in said["padding"]]
        window = {"kernel_shape": said["kernel"], "strides": said["stride"], "pads": pads}
        if node.op == "max_pool":
            return "MaxPool", [], window
        kernel = (said["filters"], channels // said["groups"], *said["kernel"])
        biases = [(said["filters"],)] if said["bias"] else []
        return "Conv", [kernel, *biases], {**window, "group": said["groups"]}
    return _SIMPLE[node.op], [], {}


if __name__ == "__main__":
    write(Path(sys.argv[1]))
