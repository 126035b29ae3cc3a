"""The check as a function: ``cnnaudit.check(["configs"])``."""

from collections.abc import Sequence
from pathlib import Path

from cnnaudit.checking.against import read_against
from cnnaudit.checking.chosen import Chosen
from cnnaudit.checking.config import Configurations
from cnnaudit.checking.excuses import excused
from cnnaudit.checking.outcome import Outcome
from cnnaudit.checking.run import Way, check_all, jobs


def check(
    paths: Sequence[str],
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    fail_on: str | None = None,
    budget: Sequence[str] = (),
    against: str | None = None,
    max_increase: Sequence[str] = (),
    config: str | None = None,
    baseline: str | None = None,
) -> Outcome:
    """What ``cnnaudit check`` finds in files and folders, with the same options; in one process.

    Raises ``UsageError`` for options that cannot be, ``AuditError`` for a configuration that cannot
    be read; what is wrong with an architecture is a finding.
    """
    chosen = Chosen.read(select, ignore, fail_on, budget)
    compared = read_against(against, max_increase)
    configurations = Configurations(Path(config) if config else None)
    done = check_all(jobs(paths, configurations, chosen.over), Way(compared), processes=1)
    settings = chosen.over(configurations.of(Path.cwd()))
    return excused(done, Path(baseline) if baseline else None, settings)
