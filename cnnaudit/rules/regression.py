"""A total that grew more than is allowed since the version that it is compared with.

Why it matters: nobody reviews the arithmetic of a change of one line; the totals of the version
before are the only reference there is. The comparison is asked for by `--against`, a git revision
or a saved report, and the allowance by `--max-increase`.

Example::

    cnnaudit check configs --against origin/main --max-increase params=5%

Instead: look at what grew with `cnnaudit diff origin/main:FILE FILE --waterfall`, take it back, or
raise the allowance for this change.
"""

from collections.abc import Iterator

from cnnaudit.comparison.diff import Delta
from cnnaudit.comparison.limits import limit_violations
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA403"
NAME = "regression"
LEVEL = "error"


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """The limits of the command line, each against the previous totals."""
    previous = network.previous
    if previous is None:
        return
    totals = {name: Delta(value, network.measure(name)) for name, value in previous.totals.items()}
    for limit in previous.limits:
        for sentence in limit_violations(totals, [limit]):
            yield Finding(
                None,
                f"{sentence} (since {previous.label})",
                "take back what grew (`cnnaudit diff --waterfall` says what did), or allow it with"
                f" `--max-increase {limit.quantity}={_growth(totals[limit.quantity])}`",
            )


def _growth(delta: Delta) -> str:
    """The least whole percentage that allows the growth; the amount if the total was 0."""
    return f"{-(-100 * delta.difference // delta.a)}%" if delta.a else f"{delta.difference}"
