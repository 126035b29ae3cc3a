"""Dropout with a batch normalisation behind it.

Why it matters: dropout changes the variance of what comes behind it between training and inference,
while batch normalisation normalises inference by the statistics of training. Li et al. 2018
("Understanding the Disharmony between Dropout and Batch Normalization by Variance Shift",
arXiv:1801.05134) measure this shift and the accuracy it costs, with and without a layer with
weights in between, and find dropout harmless behind the last batch normalisation. Ioffe & Szegedy
2015 (section 4.2.1) leave it out. Merges end the search: past them other values keep the variance.

Example::

    layers:
      - {dense: 4096, activation: relu, dropout: 0.4}
      - batch_norm

Instead: dropout only behind the last batch normalisation, in front of the last layer, or none.
"""

from collections.abc import Iterator

from cnnaudit.formatting import value_text
from cnnaudit.ops.registry import op_named
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA118"
NAME = "dropout-before-batch-norm"
LEVEL = "note"


def check(subject: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Every dropout and the first batch normalisation that its values reach."""
    dropouts = subject.nodes_where(lambda node: node.attributes["rate"], "dropout")
    normalisations = subject.nodes_of("batch_norm")
    if not dropouts or not normalisations or normalisations[-1] < dropouts[0]:
        return
    behind = _next_normalisations(subject, dropouts[0], normalisations[-1])
    for index in dropouts:
        found = behind.get(index)
        if found is None:
            continue
        node = subject.nodes[index]
        yield Finding(
            node.layer,
            f"dropout {value_text(node.attributes['rate'])} shifts the variance that the batch"
            f" normalisation of '{subject.nodes[found].layer}' has measured in training",
            "keep dropout behind the last batch normalisation, or leave it out",
        )


def _next_normalisations(subject: AuditedNetwork, first: int, last: int) -> dict[int, int]:
    """For nodes from the first to the last the first batch normalisation behind, past no merge."""
    nodes = subject.nodes
    behind: dict[int, int] = {}
    for reader in range(last, first, -1):
        kind = nodes[reader].op
        found = reader if kind == "batch_norm" else behind.get(reader)
        if found is not None and not op_named(kind).merges:
            for index in nodes[reader].inputs:
                behind[index] = min(found, behind.get(index, found))
    return behind
