"""The committed versions: exact, allowed by pyproject.toml, and without a place of one machine."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.oldest import lowest, requirements
from tests.support import ROOT

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
REQUIREMENTS = sorted({*requirements(PYPROJECT)})
LINES = [
    line
    for line in (ROOT / "tests/constraints.txt").read_text().splitlines()
    if not line.startswith("#")
]


def pins() -> dict[str, str]:
    """The committed versions by name."""
    found: dict[str, str] = {}
    for line in LINES:
        name, _, version = line.partition("==")
        found[canonicalize_name(name)] = version
    return found


@pytest.mark.parametrize("line", LINES)
def test_a_constraint_is_an_exact_version_and_nothing_else(line: str) -> None:
    assert re.fullmatch(r"[\w.-]+==\d[\w.]*", line)


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_the_committed_version_is_one_that_is_allowed(requirement: str) -> None:
    wanted = Requirement(requirement)
    assert wanted.specifier.contains(pins()[canonicalize_name(wanted.name)])


def test_pip_and_what_it_builds_with_are_committed() -> None:
    assert {"pip", "hatchling", "editables"} <= pins().keys()


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_the_lowest_version_is_one_that_is_allowed(requirement: str) -> None:
    wanted, constraint = Requirement(requirement), Requirement(lowest(requirement))
    assert constraint.name == wanted.name
    assert constraint.marker == wanted.marker
    (version,) = constraint.specifier
    assert version.operator == "=="
    assert wanted.specifier.contains(version.version)


@pytest.mark.parametrize(
    ("requirement", "constraint"),
    [
        ("a>=1", "a==1"),
        ("a-b>=0.26,<0.29", "a-b==0.26"),
        ("a<3, >= 2.1", "a==2.1"),
        ("a==0.3.*", "a==0.3"),
        ("a>=2.1; python_version >= '3.13'", "a==2.1; python_version >= '3.13'"),
    ],
)
def test_the_lowest_version_of_a_requirement(requirement: str, constraint: str) -> None:
    assert lowest(requirement) == constraint


@pytest.mark.parametrize("requirement", ["a", "a<3", "a!=2"])
def test_a_requirement_without_a_lowest_version_is_an_error(requirement: str) -> None:
    with pytest.raises(ValueError, match="no lowest version"):
        lowest(requirement)


def test_the_versions_of_python_are_those_that_are_declared() -> None:
    project = PYPROJECT["project"]
    declared = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))
    allowed = SpecifierSet(project["requires-python"])
    assert [v for v in (f"3.{n}" for n in range(9, 14)) if allowed.contains(v)] == declared
