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


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Every dropout, with the first batch normalisation that its values reach."""
    dropouts = network.nodes_where(lambda node: node.attributes["rate"], "dropout")
    norms = network.nodes_of("batch_norm")
    if not dropouts or not norms or norms[-1] < dropouts[0]:
        return
    next_norms = _next_normalisations(network, dropouts[0], norms[-1])
    for index in dropouts:
        norm = next_norms.get(index)
        if norm is None:
            continue
        node = network.nodes[index]
        yield Finding(
            node.layer,
            f"dropout {value_text(node.attributes['rate'])} shifts the variance that the batch"
            f" normalisation of '{network.nodes[norm].layer}' has measured in training",
            "keep dropout behind the last batch normalisation, or leave it out",
        )


def _next_normalisations(network: AuditedNetwork, first: int, last: int) -> dict[int, int]:
    """The next batch normalisation after each node from ``first`` to ``last``, up to merges."""
    nodes = network.nodes
    next_norms: dict[int, int] = {}
    for reader in range(last, first, -1):
        op = nodes[reader].op
        norm = reader if op == "batch_norm" else next_norms.get(reader)
        if norm is not None and not op_named(op).merges:
            for index in nodes[reader].inputs:
                next_norms[index] = min(norm, next_norms.get(index, norm))
    return next_norms
