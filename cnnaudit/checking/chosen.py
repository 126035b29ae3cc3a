"""What the command line of ``check`` sets, laid over a configuration."""

from collections.abc import Sequence
from typing import NamedTuple

from cnnaudit.checking.config import amount
from cnnaudit.checking.settings import Settings, known
from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.parsing.claims import CLAIMS
from cnnaudit.rules.rule import Level
from cnnaudit.rules.selectable import entries, is_input_error


class Chosen(NamedTuple):
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
    ) -> "Chosen":
        """The options as values; raises ``UsageError``."""
        budgets = dict(map(_budget, budget))
        level = _level(fail_on) if fail_on is not None else None
        return cls(_prefixes("--select", select), _prefixes("--ignore", ignore), level, budgets)

    def over(self, settings: Settings) -> Settings:
        """The settings with these laid over them."""
        return settings._replace(
            select=self.select or settings.select,
            ignore=(*settings.ignore, *self.ignore),
            fail_on=self.fail_on or settings.fail_on,
            budgets={**settings.budgets, **self.budgets},
        )


def _prefixes(option: str, given: Sequence[str]) -> tuple[str, ...]:
    words = tuple(word.strip() for text in given for word in text.split(",") if word.strip())
    for word in words:
        if not known(word) and is_input_error(word):
            raise UsageError(f"{option} {word}: what is wrong with a file is always said")
        if not known(word):
            hint = did_you_mean(word, tuple(entries())) or "`cnnaudit rules` lists them"
            raise UsageError(f"{option} {word}: there is no such rule ({hint})")
    return words


def _level(text: str) -> Level:
    try:
        return Level(text)
    except ValueError:
        levels = ", ".join(level.value for level in Level)
        raise UsageError(f"--fail-on takes {levels}, not '{text}'") from None


def _budget(text: str) -> tuple[str, int]:
    name, equals, bound = text.partition("=")
    name = name.strip().removesuffix("<").strip()
    quantity = name.removeprefix("max_")
    if quantity not in CLAIMS:
        hint = did_you_mean(quantity, CLAIMS) or f"there are {', '.join(CLAIMS)}"
        raise UsageError(f"--budget {text}: there is no total '{quantity}' ({hint})")
    found = amount(bound.strip()) if equals else None
    if found is None:
        raise UsageError(f"--budget {text}: expected a bound such as {quantity}=5M")
    return f"max_{quantity}", found
