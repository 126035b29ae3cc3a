"""The settings on the command line of ``check``, laid over a configuration."""

from collections.abc import Sequence
from typing import NamedTuple

from cnnaudit.checking.settings import CheckSettings, is_rule_prefix
from cnnaudit.errors import LEVELS, Level, UsageError, did_you_mean, level_named
from cnnaudit.lazy import load_function
from cnnaudit.rules.catalogue import SELECTABLE, is_input_error

#: Reads a value of ``--budget``; loaded when there is one.
_READ_BUDGET = "cnnaudit.checking.budgets:read_budget"


class CommandLineOverrides(NamedTuple):
    """``--select``, ``--ignore``, ``--fail-on`` and ``--budget``."""

    select: tuple[str, ...]
    ignore: tuple[str, ...]
    fail_on: Level | None
    budgets: dict[str, int]

    @classmethod
    def read(
        cls,
        select: Sequence[str],
        ignore: Sequence[str],
        fail_on: str | None,
        budget: Sequence[str],
    ) -> "CommandLineOverrides":
        """The options as values; raises ``UsageError``."""
        budgets = dict(map(load_function(_READ_BUDGET), budget)) if budget else {}
        level = _level(fail_on) if fail_on is not None else None
        return cls(_prefixes("--select", select), _prefixes("--ignore", ignore), level, budgets)

    def apply(self, settings: CheckSettings) -> CheckSettings:
        """Lay the options over a configuration."""
        return settings._replace(
            select=self.select or settings.select,
            ignore=(*settings.ignore, *self.ignore),
            fail_on=self.fail_on or settings.fail_on,
            budgets={**settings.budgets, **self.budgets},
        )


def _prefixes(option: str, texts: Sequence[str]) -> tuple[str, ...]:
    words = tuple(word.strip() for text in texts for word in text.split(",") if word.strip())
    for word in words:
        if is_rule_prefix(word):
            continue
        if is_input_error(word):
            raise UsageError(f"{option} {word}: what is wrong with a file is always said")
        hint = did_you_mean(word, tuple(SELECTABLE)) or "`cnnaudit rules` lists them"
        raise UsageError(f"{option} {word}: there is no such rule ({hint})")
    return words


def _level(text: str) -> Level:
    level = level_named(text)
    if level is None:
        raise UsageError(f"--fail-on takes {', '.join(LEVELS)}, not '{text}'")
    return level
