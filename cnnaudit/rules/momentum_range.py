"""A momentum outside what is usual.

Why it matters: with momentum m a step goes on for about 1/(1 - m) steps. Below 0.5 there is little
of it; above 0.9 the average is over ten steps and more, and what was right ten steps ago may no
longer be. Sutskever et al. 2013 ("On the importance of initialization and momentum in deep
learning", section 3) do reach better results with 0.99 and more, but with Nesterov's form, a
schedule that starts at 0.5, and a careful initialisation. From 1 on, steps never die out.

Example::

    training: {optimizer: {type: momentum, lr: 0.001, momentum: 0.99}}

Instead: 0.9, which most published networks are trained with. 0 says that there is none, and passes.
"""

from collections.abc import Iterator
from fractions import Fraction

from cnnaudit.formatting import decimal
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Option, Options

CODE = "CA309"
NAME = "momentum-range"
LEVEL = "warning"
OPTIONS = (
    Option("low", 0.5, "the lowest momentum that passes, beside 0"),
    Option("high", 0.9, "the highest momentum that passes"),
)


def check(network: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """The optimiser's momentum, where the file or one that it extends says it."""
    momentum = network.graph.training.get("optimizer.momentum")
    if momentum is None:
        return
    low, high = Fraction(str(options["low"])), Fraction(str(options["high"]))
    if momentum == 0 or low <= momentum <= high:
        return
    if not 0 < momentum < 1:
        effect = "steps do not die out" if momentum > 0 else "each step turns back the one before"
    else:
        steps = round(1 / (1 - Fraction(momentum)), 1)
        effect = f"a gradient counts for about {float(steps):g} steps"
    yield Finding(
        None,
        f"momentum {decimal(momentum)} is outside {decimal(low)} to {decimal(high)}: {effect}",
        f"`momentum: {decimal(high)}`",
        span=network.span_of("training.optimizer.momentum"),
    )
