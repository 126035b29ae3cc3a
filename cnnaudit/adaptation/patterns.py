"""Groups settings of many layers into few changes: one for each value, repetitions as ``*``."""

from collections.abc import Collection, Mapping
from typing import Any

from cnnaudit.adaptation.patch import PatchChange, yaml_text


def set_changes(
    settings: Mapping[str, Mapping[str, Any]], paths: Collection[str]
) -> list[PatchChange]:
    """Return ``set`` changes that give every layer its settings and match no other layer.

    ``settings`` are by layer path, ``paths`` those of all layers.
    """
    groups: dict[str, list[str]] = {}
    for path, values in settings.items():
        groups.setdefault(yaml_text(values), []).append(path)
    families = _families(paths)
    return [
        PatchChange("set", tuple(_patterns(members, families)), tuple(settings[members[0]].items()))
        for members in groups.values()
    ]


def changes_length(changes: Collection[PatchChange]) -> int:
    """Measure how long changes are to read: the number of entries and their patterns."""
    return sum(1 + len(change.patterns) for change in changes)


def _starred(path: str) -> str:
    """The path with ``*`` for every repetition's number."""
    return ".".join("*" if part.isdigit() else part for part in path.split("."))


def _families(paths: Collection[str]) -> dict[str, list[str]]:
    """Paths that differ only in the numbers of repetitions, by their starred path."""
    families: dict[str, list[str]] = {}
    for path in paths:
        families.setdefault(_starred(path), []).append(path)
    return families


def _patterns(members: list[str], families: Mapping[str, list[str]]) -> list[str]:
    """Few patterns that match all members and no other path."""
    remaining = dict.fromkeys(members)
    member_set = set(members)
    patterns = []
    while remaining:
        path = next(iter(remaining))
        pattern, matched = path, [path]
        for candidate, candidate_matches in _candidates(path, families):
            if member_set.issuperset(candidate_matches):
                pattern, matched = candidate, candidate_matches
                break
        patterns.append(pattern)
        for match in matched:
            remaining.pop(match, None)
    return patterns


def _candidates(path: str, families: Mapping[str, list[str]]) -> list[tuple[str, list[str]]]:
    """Patterns for a path, the widest first, each with the paths that it matches."""
    parts = path.split(".")
    numbers = [index for index, part in enumerate(parts) if part.isdigit()]
    if not numbers:
        return []
    family = families.get(_starred(path), [path])
    # All numbers as stars, then each of them alone.
    choices = [numbers, *([index] for index in numbers)] if len(numbers) > 1 else [numbers]
    candidates = []
    for starred in choices:
        pattern = ".".join("*" if n in starred else part for n, part in enumerate(parts))
        fixed = [n for n in numbers if n not in starred]
        matched = [p for p in family if all(p.split(".")[n] == parts[n] for n in fixed)]
        candidates.append((pattern, matched))
    return candidates
