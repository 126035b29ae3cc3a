"""Prints the lowest versions that a pyproject.toml allows, as constraints: ``make test-oldest``."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# A name, the bound from below, whatever else bounds it, and for which environments.
_REQUIREMENT = re.compile(r"([\w.-]+)[^;]*?(?:>=|==)\s*(\d+(?:\.\d+)*)[^;]*(;.*)?")


def requirements(project: dict[str, Any]) -> Iterator[str]:
    """What the package, its build and its tests require."""
    yield from project["project"]["dependencies"]
    yield from project["build-system"]["requires"]
    yield from project["dependency-groups"]["dev"]


def lowest(requirement: str) -> str:
    """The constraint to the lowest version; raises ``ValueError`` for a requirement without one."""
    match = _REQUIREMENT.fullmatch(requirement)
    if match is None:
        raise ValueError(f"no lowest version: {requirement}")
    name, version, marker = match.groups()
    return f"{name}=={version}{marker or ''}"


if __name__ == "__main__":
    pyproject = tomllib.loads(Path(sys.argv[1]).read_text("utf-8"))
    print(*sorted({lowest(one) for one in requirements(pyproject)}), sep="\n")
