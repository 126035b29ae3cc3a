"""The house: which module may import which, what may be imported where, and names used once."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.support import ROOT

PACKAGE = ROOT / "cnnaudit"
MODULES = sorted(PACKAGE.rglob("*.py"))

#: The pipeline from the ground up; a module imports only from its own stage or one further up.
STAGES = [
    "version",
    "errors",
    "lazy",
    "quantities",
    "formatting",
    "amounts",
    "ops",
    "sources",
    "parsing",
    "graph",
    "importers",
    "calculator",
    "exporters",
    "analysis",
    "counting",
    "comparison",
    "loading",
    "explanation",
    "rules",
    "checking",
    "sweeping",
    "adaptation",
    "reference",
    "render",
    "cli",
]
RANK = {name: rank for rank, name in enumerate(STAGES)}

#: The module-level containers that are filled while the program runs, bounded or closed where they
#: stand: bases that other files build on, the graphs of bases, and the open processes of git.
FILLED = {
    ("cnnaudit.parsing.loader", "_BASES"),
    ("cnnaudit.rules.network", "_BASE_GRAPHS"),
    ("cnnaudit.sources.git", "_open"),
}


def stage(module: str) -> str:
    """``parsing`` for ``cnnaudit.parsing.loader``; empty for the package itself."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports(path: Path, *, nested: bool) -> list[str]:
    """Modules that a file imports, those inside functions too if ``nested``."""
    tree = ast.parse(path.read_text("utf-8"))
    nodes = ast.walk(tree) if nested else iter(tree.body)
    names = []
    for node in nodes:
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_imports_point_up_the_pipeline(path: Path) -> None:
    own = stage(module_name(path))
    if own in ("__init__", "__main__"):
        return  # the public API names modules of every stage and imports them on first use
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
        assert name == "cnnaudit.render.terminal"
    if "typer" in roots:
        assert name.startswith("cnnaudit.cli.")
    if "yaml" in roots:
        assert name in {
            *("cnnaudit.parsing.yaml_tree", "cnnaudit.parsing.yaml_tokens"),
            "cnnaudit.parsing.syntax_errors",
        }
    if "numpy" in roots:
        assert name.startswith("cnnaudit.sweeping.")
    assert not roots & {"pickle", "marshal", "shelve"}


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_a_file_holds_one_idea(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 400


def test_nothing_is_evaluated() -> None:
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"eval", "exec", "compile", "__import__"}, path


def test_each_class_name_has_one_meaning() -> None:
    """Private classes of one file included: a reader who searches a name lands at one place."""
    places = defaultdict(list)
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(module_name(path))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_no_module_keeps_a_cache_of_its_own(path: Path) -> None:
    """A cache is an ``lru_cache`` on a pure function; no empty container waits to be filled."""
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            value = node.value
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if (module_name(path), ast.unparse(target)) in FILLED:
                continue
            is_empty_literal = (isinstance(value, ast.Dict) and not value.keys) or (
                isinstance(value, ast.List | ast.Set) and not value.elts
            )
            is_empty_call = (
                isinstance(value, ast.Call)
                and not value.args
                and isinstance(value.func, ast.Name)
                and value.func.id in {"dict", "list", "set", "OrderedDict", "WeakValueDictionary"}
            )
            assert not is_empty_literal and not is_empty_call, ast.unparse(node)


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_identity_and_raw_tuples_are_explained(path: Path) -> None:
    """``id(`` and ``tuple.__new__`` stand only beside a comment that says why."""
    lines = path.read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        if re.search(r"tuple\.__new__|\bid\(", line) and not line.lstrip().startswith(("#", '"')):
            around = lines[max(0, number - 16) : number + 1]
            assert any("#" in near for near in around), f"{module_name(path)}:{number + 1}: {line}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_only_the_process_is_configured_by_main(path: Path) -> None:
    """A library caller keeps its collector, its signal handlers and its way to end."""
    if module_name(path) == "cnnaudit.__main__":
        return
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute):
            called = ast.unparse(node)
            assert called not in {
                *("gc.set_threshold", "gc.disable", "gc.freeze", "signal.signal", "os._exit"),
            }, f"{module_name(path)} uses {called}"
