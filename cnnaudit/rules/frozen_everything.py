"""A network with weights of which none can be trained.

Why it matters: freezing is for transfer learning: the base keeps what it learnt and a new head is
trained (Yosinski et al. 2014, arXiv:1411.1792). Where everything is frozen, training runs for hours
and changes nothing. Mostly a pattern of `freeze` meets more than was meant, or the head is missing.

Example::

    backbone: {file: zoo:vgg-d, until: pool5, trainable: false}
    layers: [flatten]

Instead: add a head with weights of its own, or freeze less, such as `- {freeze: "conv*"}`.
"""

from collections.abc import Iterator

from cnnaudit.formatting import count_text
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA119"
NAME = "frozen-everything"
LEVEL = "error"


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """One finding for the network; none if it has unknown layers."""
    audit = network.audit
    if not audit.complete or audit.totals.trainable_params or audit.auxiliary.trainable_params:
        return
    frozen = [row for row in audit.rows if not row.node.trainable and row.params]
    if frozen:
        yield Finding(
            None,
            f"all {count_text(audit.totals.params)} parameters are frozen, those of"
            f" {len(dict.fromkeys(row.node.layer for row in frozen))} layers: there is nothing to"
            " train",
            "add a head with weights, or freeze less",
        )
