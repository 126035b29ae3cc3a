"""The settings of a check as values, the presets, and the settings of one path.

Nothing merges by itself: the nearest configuration stands alone, on top of the preset that it
extends.
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
    """Settings for some paths: ``keys`` are those of the configuration that they replace or add to.

    ``paths`` are globs, relative to the configuration's folder.
    """

    paths: tuple[str, ...]
    keys: Mapping[str, Any]


class CheckSettings(NamedTuple):
    """A configuration. ``select`` and ``ignore`` are prefixes of codes or names.

    ``path`` is the file it comes from, as messages name it, and ``folder`` that file's absolute
    folder, to which ``exclude``, ``overrides`` and ``baseline`` are relative; both are None without
    a configuration file.
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
        """Whether a rule is selected: the longest prefix that names it decides, ignoring wins."""
        selected = _match(self.select, rule) if self.select else 0
        return selected is not None and selected > (_match(self.ignore, rule) or -1)

    def level(self, rule: Rule) -> Level:
        """The level of a rule's findings."""
        return self.levels.get(rule.name, rule.level)


#: What ``extends`` names. Strict: notes fail too. Teaching: only errors fail, narrow networks and
#: small sets of images are the point of an exercise, and simplifications are remarked on.
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
    """``settings`` with the given keys: mappings and ``ignore`` add up, the rest replaces."""
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
    """Whether a file, relative to the configuration's folder, is not to be checked."""
    return matches(settings.exclude, path)


def matches(globs: Iterable[str], path: str) -> bool:
    """Whether a path, with forward slashes, is named by a glob or lies below a folder that is.

    ``*`` and ``?`` stay within a part, ``**`` crosses; a glob without a slash names a file or
    folder anywhere.
    """
    names = path.split("/")
    return any(_fits(_parts(glob), names) for glob in globs)


def _fits(parts: Sequence[re.Pattern[str] | None], names: Sequence[str]) -> bool:
    """Whether a glob's parts lead to a path or to a folder above it; None stands for ``**``.

    All ways to read the glob are followed at once, part by part: a search that goes back would
    take a time that grows as a power of the number of stars.
    """
    reached = _past_stars({0}, parts)
    for name in names:
        if len(parts) in reached:
            return True
        steps = set()
        for at in reached:
            part = parts[at]
            if part is None:
                steps.add(at)
            elif part.fullmatch(name):
                steps.add(at + 1)
        reached = _past_stars(steps, parts)
    return len(parts) in reached


def _past_stars(reached: set[int], parts: Sequence[re.Pattern[str] | None]) -> set[int]:
    """The positions reached, and those after ``**``, which may stand for nothing."""
    for at, part in enumerate(parts):
        if part is None and at in reached:
            reached.add(at + 1)
    return reached


@cache
def _parts(glob: str) -> tuple[re.Pattern[str] | None, ...]:
    text = glob.strip("/")
    parts = text.split("/") if "/" in text else ["**", text]
    if parts[-1] == "**":
        # All that is in a folder, and not a file of its name.
        parts.append("*")
    # ``translate`` never backtracks over a star; its brackets have no meaning in globs.
    return tuple(
        None if part == "**" else re.compile(translate(part.replace("[", "[[]"))) for part in parts
    )
