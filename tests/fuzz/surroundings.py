"""What stands around an architecture that is checked: settings, a baseline, a saved report."""

import json
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cnnaudit.errors import LEVELS
from cnnaudit.quantities import CLAIMS
from cnnaudit.rules.catalogue import SELECTABLE
from tests.fuzz.architectures import Raw, flow
from tests.fuzz.chance import Chance
from tests.fuzz.mutation import mutated
from tests.fuzz.words import HOSTILE, NUMBERS
from tests.support import run

_GLOBS = ("*", "**", "net.yaml", "/", "", "**/**/**/x", "[", "\\", "?" * 40, "*a" * 30, "..")
_BASELINE: Any = {"version": 1, "findings": [{"path": "net.yaml", "layer": "a", "rule": "CA304"}]}
_TREES: tuple[Any, ...] = (None, [], {}, "x", 1, [[]], {"a": None}, 10**40, 0.5, [None], {"": {}})


def settings(chance: Chance) -> bytes:
    """A ``.cnnaudit.yaml``, damaged now and then."""
    lines = [f"{key}: {flow(value)}" for key, value in _settings(chance).items()]
    return _damaged(chance, "\n".join(lines).encode("utf-8", "surrogatepass"))


def pyproject(chance: Chance) -> bytes:
    """A ``pyproject.toml`` with our table, damaged now and then."""
    lines = ["[project]", 'name = "x"', "[tool.cnnaudit]"]
    lines += [f"{key} = {_toml(value)}" for key, value in _settings(chance).items()]
    return _damaged(chance, "\n".join(lines).encode("utf-8", "surrogatepass"))


def baseline(chance: Chance) -> bytes:
    """A baseline, of which some is something else."""
    return _json(chance, _BASELINE)


def report(chance: Chance) -> bytes:
    """A saved report, of which some is something else."""
    totals = {name: chance.one((0, 1, 10**6, -1, 2**70, True, None, "1", 0.5)) for name in CLAIMS}
    return _json(
        chance, {"schema_version": 1, "networks": [{"path": "net.yaml", "totals": totals}]}
    )


def part(chance: Chance) -> bytes:
    """A part of a sweep, with something done to it."""
    return mutated(chance, chance.one(_parts()))


@cache
def _parts() -> tuple[bytes, ...]:
    """What a sweep writes, in each format that can be joined again."""
    sweep = ("sweep", "zoo:lenet-5-rgb", "--vary", "batch=1,2", "--shard", "1/1", "-q")
    with TemporaryDirectory() as folder:
        paths = [Path(folder, format) for format in ("csv", "json", "npz")]
        for path in paths:
            run(*sweep, "-o", f"{path.name}:{path}")
        return tuple(path.read_bytes() for path in paths)


def _settings(chance: Chance) -> dict[str, Any]:
    names = tuple(SELECTABLE)
    rule = chance.one((*names, "CA3", "CA", "nothing"))
    number = Raw(chance.one((*NUMBERS, *("8",) * 20)))
    everything: dict[str, Any] = {
        "extends": chance.one(("strict", "teaching", "default", "other")),
        "select": ["CA", rule],
        "ignore": [rule],
        "levels": {rule: chance.one((*LEVELS, "fatal"))},
        "rules": {"narrow-layer": {"floor": number}, rule: {"x": number}},
        "budgets": {f"max_{chance.one(CLAIMS)}": chance.one(("1000", "5M", "4MiB", "-1", number))},
        "fail_on": chance.one(LEVELS),
        "exclude": [chance.one(_GLOBS)],
        "overrides": [{"paths": [chance.one(_GLOBS)], "ignore": [rule]}],
        "baseline": chance.one(("known.json", "/dev/null", "..", chance.one(HOSTILE))),
        chance.one(HOSTILE): 1,
    }
    keys = chance.some(tuple(everything), 3)
    return {key: everything[key] for key in keys}


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        inner = ", ".join(f"{json.dumps(key)} = {_toml(v)}" for key, v in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return value if isinstance(value, Raw) else json.dumps(value)


def _json(chance: Chance, tree: Any) -> bytes:
    """The tree as JSON with one value replaced, damaged now and then."""
    if chance.below(2):
        keys = list(tree)
        key = chance.one(keys)
        inner = tree[key]
        if isinstance(inner, list) and chance.below(2):
            entry = {**inner[0], chance.one(tuple(inner[0])): chance.one((*_TREES, *HOSTILE))}
            tree = {**tree, key: [entry]}
        else:
            tree = {**tree, key: chance.one(_TREES)}
    return _damaged(chance, json.dumps(tree).encode())


def _damaged(chance: Chance, data: bytes) -> bytes:
    return mutated(chance, data) if chance.once_in(5) else data
