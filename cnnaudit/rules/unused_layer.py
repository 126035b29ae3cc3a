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


def check(subject: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Every layer at which a dead end stops, with what leads there alone."""
    if subject.document is None:
        return
    outputs = {end.node for end in subject.outline_ends}
    dead = sorted(subject.unread - outputs)
    used = _ancestors(subject, outputs, set()) if dead else outputs
    for index in dead:
        node = subject.nodes[index]
        if node.op == "input":
            own = node.span is not None and node.span.source is subject.document.source
            yield Finding(
                None,
                f"nobody reads the input '{node.name}'",
                f"name it in a layer's `from: {node.name}`, or remove it",
                span=node.span if own else None,
            )
            continue
        alone = _ancestors(subject, {index}, used)
        used |= alone  # what several dead ends share is counted at the first of them
        rows = [subject.audit.rows[i] for i in alone if subject.nodes[i].op != "input"]
        names = dict.fromkeys(row.node.layer for row in rows)
        lost = (
            f"{count_text(sum(row.params for row in rows))} parameters and"
            f" {count_text(sum(row.macs for row in rows))} MACs"
        )
        wasted = f"its {lost}" if len(names) == 1 else f"{lost} of {len(names)} layers up to it"
        yield Finding(
            node.layer,
            f"nobody reads this layer, and it is not the network's output: {wasted} are in vain",
            "let a layer read it with `from`, make it a head, or remove it",
        )


def _ancestors(subject: AuditedNetwork, found: set[int], known: set[int]) -> set[int]:
    """The nodes themselves and all that lead to them, without those that are ``known``."""
    reached, stack = set(found), list(found)
    while stack:
        for source in subject.nodes[stack.pop()].inputs:
            if source not in reached and source not in known:
                reached.add(source)
                stack.append(source)
    return reached
