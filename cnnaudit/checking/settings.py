"""The settings of a check as values, the presets, and the settings of one path.

Configurations are not merged: only the nearest one applies, over the preset that it extends.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import translate
from functools import cache
from typing import Any, NamedTuple

from cnnaudit.errors import Level
from cnnaudit.rules.catalogue import SELECTABLE
from cnnaudit.rules.rule import Rule


class Override(NamedTuple):
    """Settings for some paths: ``keys`` replace or extend those of the configuration.

    ``paths`` are globs, relative to the configuration's folder.
    """

    paths: tuple[str, ...]
    keys: Mapping[str, Any]


class CheckSettings(NamedTuple):
    """A configuration. ``select`` and ``ignore`` are prefixes of codes or names.

    ``path`` is the name of its file in messages, and ``folder`` that file's absolute folder, to
    which ``exclude``, ``overrides`` and ``baseline`` are relative; both are None without a
    configuration file.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    levels: Mapping[str, Level] = {}
    rules: Mapping[str, Mapping[str, Any]] = {}
    budgets: Mapping[str, int] = {}
    fail_on: Level = "warning"
    exclude: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    baseline: str | None = None
    path: str | None = None
    folder: str | None = None

    def wants(self, rule: Rule) -> bool:
        """Whether a rule is selected: the longest prefix decides, and of equal ones ``ignore``."""
        selected = _match(self.select, rule) if self.select else 0
        return selected is not None and selected > (_match(self.ignore, rule) or -1)

    def level(self, rule: Rule) -> Level:
        """The level of a rule's findings."""
        return self.levels.get(rule.name, rule.level)


#: The presets of ``extends``. Strict: notes fail too. Teaching: only errors fail, as exercises may
#: have narrow networks and few images; possible simplifications are warnings.
PRESETS: dict[str, CheckSettings] = {
    "default": CheckSettings(),
    "strict": CheckSettings(fail_on="note"),
    "teaching": CheckSettings(
        fail_on="error",
        levels={"factorizable-kernel": "warning", "redundant-bias": "warning"},
        rules={"narrow-layer": {"floor": 4}, "oversized-for-data": {"params_per_image": 1000}},
    ),
}


def _match(prefixes: Iterable[str], rule: Rule) -> int | None:
    """The length of the longest prefix of a rule's code or name; a full name counts as longest."""
    lengths = [
        1000 if prefix in (rule.code, rule.name) else len(prefix)
        for prefix in prefixes
        if _starts_with(rule, prefix)
    ]
    return max(lengths, default=None)


def is_rule_prefix(text: str) -> bool:
    """Whether a rule's code or name starts with ``text``."""
    return any(_starts_with(rule, text) for rule in SELECTABLE.values())


def _starts_with(rule: Rule, prefix: str) -> bool:
    return rule.code.startswith(prefix) or rule.name.startswith(prefix)


def for_path(settings: CheckSettings, path: str) -> CheckSettings:
    """The settings of one file, given by its path relative to the configuration's folder."""
    for override in settings.overrides:
        if matches(override.paths, path):
            settings = overlaid(settings, override.keys)
    return settings


def overlaid(settings: CheckSettings, keys: Mapping[str, Any]) -> CheckSettings:
    """``settings`` with other keys: mappings and ``ignore`` are extended, others replaced."""
    merged: dict[str, Any] = dict(keys)
    for name in ("levels", "budgets"):
        if name in keys:
            merged[name] = {**getattr(settings, name), **keys[name]}
    if "rules" in keys:
        rules = dict(settings.rules)
        for name, options in keys["rules"].items():
            rules[name] = {**rules.get(name, {}), **options}
        merged["rules"] = rules
    if "ignore" in keys:
        merged["ignore"] = (*settings.ignore, *keys["ignore"])
    return settings._replace(**merged)


def excluded(settings: CheckSettings, path: str) -> bool:
    """Whether a configuration excludes a file, given relative to its folder."""
    return matches(settings.exclude, path)


def matches(globs: Iterable[str], path: str) -> bool:
    """Whether a glob names a path, with forward slashes, or a folder above it.

    ``*`` and ``?`` stay within a part, ``**`` crosses; a glob without a slash names a file or
    folder anywhere.
    """
    names = path.split("/")
    return any(_fits(_parts(glob), names) for glob in globs)


def _fits(parts: Sequence[re.Pattern[str] | None], names: Sequence[str]) -> bool:
    """Whether a glob's parts match a path or a folder above it; None stands for ``**``.

    All matches are followed at once, part by part: backtracking would take time that grows as a
    power of the number of stars.
    """
    positions = _past_stars({0}, parts)
    for name in names:
        if len(parts) in positions:
            return True
        steps = set()
        for position in positions:
            part = parts[position]
            if part is None:
                steps.add(position)
            elif part.fullmatch(name):
                steps.add(position + 1)
        positions = _past_stars(steps, parts)
    return len(parts) in positions


def _past_stars(positions: set[int], parts: Sequence[re.Pattern[str] | None]) -> set[int]:
    """The positions, and those after each ``**`` at one, which may match nothing."""
    for position, part in enumerate(parts):
        if part is None and position in positions:
            positions.add(position + 1)
    return positions


@cache
def _parts(glob: str) -> tuple[re.Pattern[str] | None, ...]:
    text = glob.strip("/")
    parts = text.split("/") if "/" in text else ["**", text]
    if parts[-1] == "**":
        # Everything in a folder, but no file of the folder's name.
        parts.append("*")
    # ``translate`` never backtracks over a star; its brackets have no meaning in globs.
    return tuple(
        None if part == "**" else re.compile(translate(part.replace("[", "[[]"))) for part in parts
    )
