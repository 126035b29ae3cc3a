"""A layer whose output nobody reads, and that is no output of the network.

Why it matters: the layer is built, counted and run, and its result is thrown away; in training it
gets no gradient, so its weights stay as they were drawn. PyTorch's DistributedDataParallel refuses
such parameters for this reason (documentation of `find_unused_parameters`). Mostly a `from` names
another layer than was meant. Outputs are the last layer of the main line, the ends of branches
there that stay apart (`merge: none`) and the ends of heads. Files of Keras are left alone: they
only hold what leads to an output.

Example::

    layers:
      - {name: reduce, conv: 64, kernel: 1, activation: relu}
      - {name: main, conv: 128, kernel: 3, activation: relu, from: input}    # reduce is lost

Instead: let a layer read it (`from`), make it a head (`- {head: NAME, layers: […]}`) where it is an
output, or remove it.
"""

from collections.abc import Iterator

from cnnaudit.formatting import count_text
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA111"
NAME = "unused-layer"
LEVEL = "warning"


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Every dead end, with the layers that only lead there."""
    if network.architecture is None:
        return
    outputs = {end.node for end in network.outline_ends}
    dead = sorted(network.unread - outputs)
    used = _ancestors(network, outputs, set()) if dead else outputs
    for index in dead:
        node = network.nodes[index]
        if node.op == "input":
            is_in_file = node.span is not None and node.span.source is network.architecture.source
            yield Finding(
                None,
                f"nobody reads the input '{node.name}'",
                f"name it in a layer's `from: {node.name}`, or remove it",
                span=node.span if is_in_file else None,
            )
            continue
        only_here = _ancestors(network, {index}, used)
        used |= only_here  # shared layers count at the first dead end
        rows = [network.audit.rows[i] for i in only_here if network.nodes[i].op != "input"]
        names = dict.fromkeys(row.node.layer for row in rows)
        cost = (
            f"{count_text(sum(row.params for row in rows))} parameters and"
            f" {count_text(sum(row.macs for row in rows))} MACs"
        )
        waste = f"its {cost}" if len(names) == 1 else f"{cost} of {len(names)} layers up to it"
        yield Finding(
            node.layer,
            f"nobody reads this layer, and it is not the network's output: {waste} are in vain",
            "let a layer read it with `from`, make it a head, or remove it",
        )


def _ancestors(network: AuditedNetwork, nodes: set[int], excluded: set[int]) -> set[int]:
    """The nodes and everything they depend on, without ``excluded`` nodes."""
    reached, stack = set(nodes), list(nodes)
    while stack:
        for source in network.nodes[stack.pop()].inputs:
            if source not in reached and source not in excluded:
                reached.add(source)
                stack.append(source)
    return reached
