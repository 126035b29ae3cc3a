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

from cnnaudit.comparison import Delta
from cnnaudit.gates import exceeded
from cnnaudit.rules.rule import Finding, Level, Options
from cnnaudit.rules.subject import Subject

CODE = "CA403"
NAME = "regression"
LEVEL = Level.ERROR


def check(subject: Subject, _options: Options) -> Iterator[Finding]:
    """The limits that were asked for, each against the totals before."""
    before = subject.before
    if before is None:
        return
    totals = {
        name: Delta(value, getattr(subject.audit.totals, name))
        for name, value in before.totals.items()
    }
    for sentence in exceeded(totals, list(before.limits)):
        yield Finding(None, f"{sentence} (since {before.label})")
