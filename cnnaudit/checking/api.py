"""The check as a function: ``cnnaudit.check(["configs"])``."""

from collections.abc import Sequence
from pathlib import Path

from cnnaudit.checking.baseline import apply_baselines
from cnnaudit.checking.config import ConfigResolver
from cnnaudit.checking.overrides import CommandLineOverrides
from cnnaudit.checking.previous import read_against
from cnnaudit.checking.results import CheckResult
from cnnaudit.checking.runner import RunOptions, check_all, jobs


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
) -> CheckResult:
    """Check files and folders with the options of ``cnnaudit check``, in one process.

    Raises ``UsageError`` for invalid options, ``AuditError`` for an invalid configuration; errors
    of an architecture are findings.
    """
    overrides = CommandLineOverrides.read(select, ignore, fail_on, budget)
    options = RunOptions(read_against(against, max_increase))
    configurations = ConfigResolver(Path(config) if config else None)
    results = check_all(jobs(paths, configurations, overrides.apply), options, processes=1)
    settings = overrides.apply(configurations.for_folder(Path.cwd()))
    return apply_baselines(results, Path(baseline) if baseline else None, settings)
