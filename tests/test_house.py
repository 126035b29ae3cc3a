"""The house: which module may import which, and what may be imported where."""

import ast
from pathlib import Path

import pytest

from tests.support import ROOT

PACKAGE = ROOT / "cnnaudit"
MODULES = sorted(PACKAGE.rglob("*.py"))

#: The pipeline from left to right; a module imports only from its own stage or one further left.
STAGES = [
    ["version", "text", "errors", "lazy", "quantities"],
    ["layers"],
    ["sources"],
    ["parsing"],
    ["graph"],
    ["importers"],
    ["calculator"],
    ["exporters"],
    ["counting", "analysis"],
    ["alignment", "comparison", "gates", "ranges"],
    ["loading"],
    ["explaining"],
    ["rules"],
    ["checking"],
    ["waterfalls"],
    ["sweeping"],
    ["adaptation"],
    ["render"],
    ["cli"],
]
RANK = {name: rank for rank, names in enumerate(STAGES) for name in names}


def stage(module: str) -> str:
    """``parsing`` for ``cnnaudit.parsing.items``; empty for the package itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports(path: Path, *, nested: bool) -> list[str]:
    """Modules that a file imports, those inside functions too if ``nested``."""
    tree = ast.parse(path.read_text())
    nodes = ast.walk(tree) if nested else iter(tree.body)
    found = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_point_left(path: Path) -> None:
    own = stage(module_name(path))
    if own in ("__init__", "__main__"):
        return  # the public API names modules of every stage, and imports them when asked
    assert own in RANK, f"{own} has no place in the pipeline: add it to STAGES"
    for name in imports(path, nested=True):
        if name.startswith("cnnaudit.") and stage(name) in RANK:
            assert RANK[stage(name)] <= RANK[own], f"{module_name(path)} imports {name}"


def test_there_are_no_cycles() -> None:
    graph = {
        module_name(path): {n for n in imports(path, nested=False) if n.startswith("cnnaudit.")}
        for path in MODULES
    }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " → ".join((*trail, name))
        if name in done or name not in graph:
            return
        for target in graph[name]:
            visit(target, (*trail, name))
        done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_heavy_packages_stay_where_they_belong(path: Path) -> None:
    name = module_name(path)
    roots = {module.partition(".")[0] for module in imports(path, nested=True)}
    if "rich" in roots:
        assert name == "cnnaudit.render.grid"
    if "typer" in roots:
        assert name.startswith("cnnaudit.cli.")
    if "yaml" in roots:
        assert name in {
            "cnnaudit.parsing.syntax_errors",
            "cnnaudit.parsing.yaml_tokens",
            "cnnaudit.parsing.yamltree",
        }
    if "numpy" in roots:
        assert name.startswith("cnnaudit.sweeping.")
    assert not roots & {"pickle", "marshal", "shelve"}


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_file_holds_one_idea(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


def test_nothing_is_evaluated() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec", "compile", "__import__"}, path
