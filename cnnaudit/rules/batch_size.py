"""A batch of an unusual size: not 32, 64, 128 or 256.

Why it matters: powers of two fill the hardware, and between 32 and 256 most published networks are
trained. Very large batches find sharp minima that generalise worse (Keskar et al. 2017, "On
Large-Batch Training for Deep Learning"). Small ones, 2 to 32, generalise well (Masters & Luschi
2018, "Revisiting Small Batch Training for Deep Neural Networks"), but leave the hardware idle, and
batch normalisation little to measure with.

Example::

    training: {batch_size: 100}

Instead: 64 or 128, with the learning rate scaled along (Goyal et al. 2017, section 2.1). A batch
that is small because a large image fills the memory is a reason to pass this rule over.
"""

from collections.abc import Iterator

from cnnaudit.formatting import count_text
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Option, Options

CODE = "CA310"
NAME = "batch-size"
LEVEL = "note"
OPTIONS = (
    Option("low", 32, "the smallest batch that passes"),
    Option("high", 256, "the largest batch that passes"),
)


def check(network: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """The batch size, if the file or a base gives it."""
    size, low, high = network.graph.training.get("batch_size"), options["low"], options["high"]
    if size is None or (low <= size <= high and size & (size - 1) == 0):
        return
    if low <= size <= high:
        below = 1 << (size.bit_length() - 1)
        problem = "no power of two"
        alternatives = [n for n in (below, 2 * below) if low <= n <= high]
    else:
        problem = f"less than {count_text(low)}" if size < low else f"more than {count_text(high)}"
        alternatives = [low if size < low else high]
    yield Finding(
        None,
        f"a batch of {count_text(size)} is {problem}",
        " or ".join(f"`batch_size: {n}`" for n in alternatives) or None,
        span=network.span_of("training.batch_size"),
    )
