"""A layer that the named framework refuses, or has no way to express.

Why it matters: a file that names its framework is a plan for code in it, and every framework lacks
something that the arithmetic allows. Keras raises an error for strides together with dilation, and
pads by `valid` and `same` only (keras.layers.Conv2D); PyTorch for `same` with a stride and for a
pool padded by more than half its kernel (torch.nn.Conv2d, torch.nn.MaxPool2d); Caffe and Darknet
have no layer for much that came after them. The numbers of such a file are right, and no program
gives them. What another spelling expresses passes: under Keras, numbers that come to `same`. Of
Darknet only that is reported which neither the original nor its widest fork has.

Example::

    framework: keras
    input: 56x56x64
    layers:
      - {max_pool: 3, stride: 2, rounding: ceil}     # Keras rounds down

Instead: what the message says, which gives the same where the framework has a way to it: under
Keras `padding: same` here, or a `pad` layer before it. A network that is built otherwise (by layers
of one's own) says so in a comment: `# cnnaudit: ignore[framework-refuses] reason`.
"""

from collections.abc import Iterator

from cnnaudit.graph.graph import Node
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.refusals.table import LABELS, REFUSALS
from cnnaudit.rules.rule import Finding, Options

CODE = "CA216"
NAME = "framework-refuses"
LEVEL = "warning"


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Every layer that the named framework refuses, in a file of this program."""
    graph = network.graph
    # Another program built the layers of its own files.
    if network.architecture is None or not graph.framework_named:
        return
    findings: list[tuple[int, Finding]] = []
    for ops, refusal_of in REFUSALS[graph.framework]:
        for index in network.nodes_where(_has_window, *ops):
            node = network.nodes[index]
            refusal = refusal_of(node)
            if refusal is not None:
                message = f"{LABELS[graph.framework]} {refusal.what}"
                findings.append((index, Finding(node.layer, message, refusal.write)))
    findings.sort(key=lambda item: item[0])
    yield from (finding for _, finding in findings)


def _has_window(node: Node) -> bool:
    """Whether a node has stride and padding: global pools have neither."""
    return bool(node.attributes.get("kernel") != "global")
