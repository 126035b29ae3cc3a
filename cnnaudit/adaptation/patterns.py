"""Settings of many layers as few changes: one entry for each value, repetitions as ``*``."""

from collections.abc import Collection, Mapping
from typing import Any

from cnnaudit.adaptation.patch import PatchChange, yaml_text


def set_changes(
    settings: Mapping[str, Mapping[str, Any]], paths: Collection[str]
) -> list[PatchChange]:
    """``set`` changes that give every item its settings, and meet no other item of ``paths``."""
    groups: dict[str, list[str]] = {}
    for path, values in settings.items():
        groups.setdefault(yaml_text(values), []).append(path)
    alike = _alike(paths)
    return [
        PatchChange("set", tuple(_patterns(members, alike)), tuple(settings[members[0]].items()))
        for members in groups.values()
    ]


def changes_length(found: Collection[PatchChange]) -> int:
    """How much a reader has to read: patterns, and entries."""
    return sum(1 + len(change.patterns) for change in found)


def _starred(path: str) -> str:
    """The path with every repetition as ``*``."""
    return ".".join("*" if part.isdigit() else part for part in path.split("."))


def _alike(paths: Collection[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in paths:
        found.setdefault(_starred(path), []).append(path)
    return found


def _patterns(members: list[str], alike: Mapping[str, list[str]]) -> list[str]:
    """Few patterns that name all members and nothing else."""
    left = dict.fromkeys(members)
    wanted = set(members)
    found = []
    while left:
        path = next(iter(left))
        pattern, met = path, [path]
        for starred, others in _candidates(path, alike):
            if wanted.issuperset(others):
                pattern, met = starred, others
                break
        found.append(pattern)
        for other in met:
            left.pop(other, None)
    return found


def _candidates(path: str, alike: Mapping[str, list[str]]) -> list[tuple[str, list[str]]]:
    """Patterns for a path, the widest first, with the paths that each of them meets."""
    parts = path.split(".")
    numbers = [place for place, part in enumerate(parts) if part.isdigit()]
    if not numbers:
        return []
    family = alike.get(_starred(path), [path])
    choices = [numbers, *([place] for place in numbers)] if len(numbers) > 1 else [numbers]
    found = []
    for places in choices:
        pattern = ".".join("*" if n in places else part for n, part in enumerate(parts))
        fixed = [n for n in numbers if n not in places]
        met = [p for p in family if all(p.split(".")[n] == parts[n] for n in fixed)]
        found.append((pattern, met))
    return found
