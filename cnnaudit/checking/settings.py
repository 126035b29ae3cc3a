"""What a check looks for: the settings as values, the presets, and those of one path.

Nothing merges by itself: the nearest configuration stands alone, on top of the preset that it
extends.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import translate
from functools import cache
from typing import Any, NamedTuple

from cnnaudit.rules.rule import Level
from cnnaudit.rules.selectable import Entry, selectable


class Override(NamedTuple):
    """Settings for some paths: ``keys`` are those of the configuration that they replace or add to.

    ``paths`` are globs, relative to the configuration's folder.
    """

    paths: tuple[str, ...]
    keys: Mapping[str, Any]


class Settings(NamedTuple):
    """A configuration. ``select`` and ``ignore`` are prefixes of codes or names.

    ``path`` is the file it comes from, as messages name it, and ``folder`` that file's absolute
    folder, to which ``exclude``, ``overrides`` and ``baseline`` are relative; None where no file
    says anything.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    levels: Mapping[str, Level] = {}
    rules: Mapping[str, Mapping[str, Any]] = {}
    budgets: Mapping[str, int] = {}
    fail_on: Level = Level.WARNING
    exclude: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    baseline: str | None = None
    path: str | None = None
    folder: str | None = None

    def wants(self, entry: Entry) -> bool:
        """Whether a rule is selected: the longest prefix that names it decides, ignoring wins."""
        chosen = _match(self.select, entry) if self.select else 0
        return chosen is not None and chosen > (_match(self.ignore, entry) or -1)

    def level(self, entry: Entry) -> Level:
        """The level of a rule's findings."""
        return self.levels.get(entry.name, entry.level)


#: What ``extends`` names. Strict: notes fail too. Teaching: only errors fail, narrow networks and
#: small sets of images are the point of an exercise, and simplifications are remarked on.
PRESETS: dict[str, Settings] = {
    "default": Settings(),
    "strict": Settings(fail_on=Level.NOTE),
    "teaching": Settings(
        fail_on=Level.ERROR,
        levels={"factorizable-kernel": Level.WARNING, "redundant-bias": Level.WARNING},
        rules={"narrow-layer": {"floor": 4}, "oversized-for-data": {"params_per_image": 1000}},
    ),
}


def _match(prefixes: Iterable[str], entry: Entry) -> int | None:
    """The length of the longest prefix of a rule's code or name; a whole name counts as longest."""
    lengths = [
        1000 if prefix in entry[:2] else len(prefix)
        for prefix in prefixes
        if entry.code.startswith(prefix) or entry.name.startswith(prefix)
    ]
    return max(lengths, default=None)


def known(prefix: str) -> bool:
    """Whether a prefix names any rule at all."""
    return any(e.code.startswith(prefix) or e.name.startswith(prefix) for e in selectable())


def for_path(settings: Settings, path: str) -> Settings:
    """The settings of one file, given by its path relative to the configuration's folder."""
    for override in settings.overrides:
        if matches(override.paths, path):
            settings = overlaid(settings, override.keys)
    return settings


def overlaid(settings: Settings, keys: Mapping[str, Any]) -> Settings:
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


def excluded(settings: Settings, path: str) -> bool:
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
    reached = _onward({0}, parts)
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
        reached = _onward(steps, parts)
    return len(parts) in reached


def _onward(reached: set[int], parts: Sequence[re.Pattern[str] | None]) -> set[int]:
    """Behind ``**`` too, which may stand for nothing."""
    for at, part in enumerate(parts):
        if part is None and at in reached:
            reached.add(at + 1)
    return reached


@cache
def _parts(glob: str) -> tuple[re.Pattern[str] | None, ...]:
    text = glob.strip("/")
    written = text.split("/") if "/" in text else ["**", text]
    if written[-1] == "**":
        # All that is in a folder, and not a file of its name.
        written.append("*")
    # ``translate`` never goes back over what a star took; of its brackets globs know nothing.
    return tuple(
        None if part == "**" else re.compile(translate(part.replace("[", "[[]")))
        for part in written
    )
