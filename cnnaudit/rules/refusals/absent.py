"""Layers and functions that a framework does not have, and what to write in their place."""

from collections.abc import Mapping

from cnnaudit.graph.graph import Node
from cnnaudit.rules.refusals.refusal import Check, Refusal

SEPARABLE = "a `depthwise_conv` without bias, and a 1×1 `conv` after it"
NORM = "`batch_norm`"
PAD = "its cells into the `padding` of the layer after it"
SHUFFLE = "a 1×1 `conv` without groups, which mixes all channels"
ADAPTIVE = "`avg_pool: global`, or a pool with a kernel and a stride"


def lacks(layers: Mapping[str, str]) -> Check:
    """No layer of this kind; ``layers`` says by op what to write in its place."""
    return lambda node: Refusal(f"has no layer like `{node.op}`", f"write {layers[node.op]}")


def lacks_function(functions: Mapping[str, str]) -> Check:
    """No such activation; ``functions`` names for each the nearest that is there."""

    def check(node: Node) -> Refusal | None:
        function = node.attributes["function"]
        if function not in functions:
            return None
        return Refusal(f"has no activation `{function}`", f"write `{functions[function]}`")

    return check
