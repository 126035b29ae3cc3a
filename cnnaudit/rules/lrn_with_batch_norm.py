"""Local response normalisation in a network that has batch normalisation.

Why it matters: both keep activations within bounds, and batch normalisation does it better: Ioffe &
Szegedy 2015 (section 4.2.1) removed LRN when they added batch normalisation to Inception, since it
was no longer necessary. LRN has no weights but costs size + 4 operations per element, across
channels, which few devices do fast.

Example::

    layers:
      - {conv: 64, kernel: 3, batch_norm: true, activation: relu}
      - {lrn: 5}

Instead: remove the LRN layers.
"""

from collections.abc import Iterator

from cnnaudit.formatting import count_text
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA117"
NAME = "lrn-with-batch-norm"
LEVEL = "warning"


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """One finding a network, at its first LRN."""
    lrn = [network.audit.rows[index] for index in network.nodes_of("lrn")]
    batch_norms = network.nodes_of("batch_norm")
    if not lrn or not batch_norms:
        return
    operations = sum(row.elementwise_ops for row in lrn)
    others = f" and {len(lrn) - 1} more" if len(lrn) > 1 else ""
    beside = len(batch_norms)
    yield Finding(
        lrn[0].node.layer,
        f"local response normalisation here{others}, beside {beside} batch"
        f" normalisation{'s' * (beside > 1)}: {count_text(operations)} operations that the latter"
        " makes unnecessary",
        "remove the LRN layers",
    )
