"""How the cost of every stage grows with the layers: networks by shape, stages by name.

``python -m tests.benchmarks.scale [SHAPE…]`` prints the time per layer of every stage at three
sizes, and how much it grew. Each network is measured in a process of its own.
"""

import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.support import ROOT

SIZES = tuple(map(int, os.environ.get("SIZES", "1000,10000,99000").split(",")))
GROWTH = 1.3

_HEAD = "cnnaudit: 1\nframework: keras\n"
_CONV = "defaults: {conv: {kernel: 3, padding: same}}\n"
_MAP = f"{_HEAD}input: 32x32x8\n{_CONV}"

# Networks -----------------------------------------------------------------------------------------


def _listed(lines: Iterable[str]) -> str:
    return f"{_MAP}layers:\n" + "".join(f"- {line}\n" for line in lines)


def chain(n: int) -> str:
    """Layers written one below the other, without names."""
    return _listed(["{conv: 8, kernel: 3, padding: same}"] * n)


def named(n: int) -> str:
    """The same with names."""
    return _listed(f"{{name: c{k}, conv: 8, kernel: 3}}" for k in range(n))


def _edits(n: int, layer: Callable[[int, int], str]) -> str:
    """One layer in a hundred edited, removed or inserted in turn."""
    lines = []
    for k in range(n):
        if k % 300 != 100:
            lines.append(layer(k, 5 if k % 300 == 0 else 3))
        if k % 300 == 200:
            lines.append("{conv: 8, kernel: 1}")
    return _listed(lines)


def edited(n: int) -> str:
    """``named`` with one layer in a hundred edited."""
    return _edits(n, lambda k, kernel: f"{{name: c{k}, conv: 8, kernel: {kernel}}}")


def rewritten(n: int) -> str:
    """``chain`` with the same edits: nothing but what a layer is says which is which."""
    return _edits(n, lambda _k, kernel: f"{{conv: 8, kernel: {kernel}, padding: same}}")


def repeat(n: int) -> str:
    """One line, ``n`` layers."""
    return _listed([f"{{conv: 8, repeat: {n}}}"])


def blocks(n: int) -> str:
    """Blocks in blocks: ten layers in each of ten in each repetition."""
    inner = f"  inner: {{params: [width], layers: [{', '.join(['{conv: width}'] * 10)}]}}\n"
    outer = f"  outer: {{params: [width], layers: [{', '.join(['{inner: width}'] * 10)}]}}\n"
    return f"{_listed([f'{{outer: 8, repeat: {max(1, n // 100)}}}'])}blocks:\n{inner}{outer}"


def branches(n: int) -> str:
    """A thousand branches at most into one merge, each a chain."""
    count = min(1000, n // 10)
    layers = ", ".join(["{conv: 8}"] * (n // count))
    listed = ", ".join(f"b{k}: [{layers}]" for k in range(count))
    return _listed([f"{{branches: {{{listed}}}, merge: add}}"])


def residual(n: int) -> str:
    """A residual chain: every other layer adds the one before to the sum before that."""
    lines = ["{name: a0, conv: 8}"]
    for k in range(1, n // 2):
        lines += [f"{{name: c{k}, conv: 8}}", f"{{name: a{k}, add: [c{k}, a{k - 1}]}}"]
    return _listed(lines)


def dense(n: int) -> str:
    """Concatenations as in DenseNet: each reads the one before and the layer on it."""
    lines = ["{name: a0, conv: 8}"]
    for k in range(1, n // 2):
        lines += [f"{{name: c{k}, conv: 2}}", f"{{name: a{k}, concat: [a{k - 1}, c{k}]}}"]
    return _listed(lines)


def heads(n: int, more: str = "") -> str:
    """A head at every third layer."""
    lines = []
    for k in range(n // 3):
        lines += [f"{{name: c{k}, conv: 8}}", f"{{head: h{k}, from: c{k}, layers: [top]{more}}}"]
    return f"{_listed(lines)}blocks: {{top: {{layers: [{{max_pool: global}}, {{conv: 9}}]}}}}\n"


def auxiliaries(n: int) -> str:
    """The same with heads that exist in training only."""
    return heads(n, ", auxiliary: true")


def shared(n: int) -> str:
    """All layers use the weights of the first."""
    return _listed(["{name: c0, conv: 8}", *["{conv: 8, share: c0}"] * (n - 1)])


def modifiers(n: int) -> str:
    """Layers with all modifiers: four nodes each."""
    line = "{conv: 8, batch_norm: true, activation: relu, dropout: 0.5}"
    return _listed([line] * (n // 4))


def pyramid(n: int) -> str:
    """Layers that differ: kernels and widths that come again after long."""
    lines = []
    for k in range(n // 2):
        lines += [f"{{name: c{k}, conv: {4 + 4 * (k % 61)}, kernel: {1 + 2 * (k % 3)}}}", "relu"]
    return _listed(lines)


def suppressed(n: int) -> str:
    """Every layer is found fault with, and excused by a comment of its own."""
    line = "{conv: 8, batch_norm: true} # cnnaudit: ignore[redundant-bias] as published"
    return _listed([line] * (n // 2))


def faulty(n: int) -> str:
    """Every layer is found fault with."""
    return _listed(["{conv: 8, batch_norm: true}"] * (n // 2))


def variants(n: int) -> str:
    """A hundred layers, and a variant for every hundred of ``n``."""
    sets = "".join(f"  v{k}: {{width: {8 + k}}}\n" for k in range(max(1, n // 100)))
    return f"{_listed(['{conv: width}'] * 100)}vars: {{width: 8}}\nvariants:\n{sets}"


NETWORKS: dict[str, Callable[[int], str]] = {
    made.__name__: made
    for made in (
        chain, named, repeat, blocks, branches, residual, dense, heads, auxiliaries, shared,
        modifiers, pyramid, suppressed, faulty, variants,
    )
}  # fmt: skip


def frozen(n: int) -> str:
    """What freezes the layers of ``base.yaml`` one by one, the first by patterns."""
    lines = [f"  - {{freeze: 'c{k}{'?' if k % 10 == 0 else ''}'}}\n" for k in range(n // 2)]
    return f"cnnaudit: 1\nextends: base.yaml\nchanges:\n{''.join(lines)}"


def changed(n: int) -> str:
    """What sets, inserts behind and replaces layers of ``base.yaml``, by their names."""
    lines = []
    for k in range(0, n, 6):
        lines.append(f"  - {{set: c{k}, to: {{kernel: 5}}}}\n")
        lines.append(f"  - {{insert_after: c{k + 1}, layers: [relu]}}\n")
        lines.append(f"  - {{replace: c{k + 2}, with: [{{name: c{k + 2}, conv: 8, kernel: 1}}]}}\n")
    return f"cnnaudit: 1\nextends: base.yaml\nchanges:\n{''.join(lines)}"


# Stages -------------------------------------------------------------------------------------------


class Figures(NamedTuple):
    """Seconds by stage, and bytes by what they hold."""

    seconds: dict[str, float]
    memory: dict[str, int]


def measure(texts: dict[str, str], stages: str = "network") -> Figures:
    """The figures of files given by name, in a process of their own.

    ``network`` takes one through every stage, ``diff`` two, ``check`` and ``memory`` one.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            Path(folder, name).write_text(text)
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.scale", "--child", stages, folder, *texts],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
    return Figures(*json.loads(done.stdout.splitlines()[-1]))


class _Watch:
    """Times what is called through it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def __call__(self, name: str, function: Callable[..., Any], *given: Any, **more: Any) -> Any:
        start = time.process_time()
        result = function(*given, **more)
        self.seconds[name] = time.process_time() - start
        return result


def peak() -> int:
    """The most bytes that this process has held."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _network(watch: _Watch, path: str) -> None:
    from cnnaudit.analysis.memory import Settings, memory
    from cnnaudit.analysis.receptive_field import receptive_fields
    from cnnaudit.analysis.signal import signals
    from cnnaudit.calculator import audit
    from cnnaudit.checking.settings import PRESETS
    from cnnaudit.counting.count import chosen, count
    from cnnaudit.errors import Problems
    from cnnaudit.explaining.story import story
    from cnnaudit.graph.build import build
    from cnnaudit.parsing import yamltree
    from cnnaudit.parsing.load import load
    from cnnaudit.parsing.source import open_path
    from cnnaudit.render import report_csv, report_json, report_markdown, report_table
    from cnnaudit.render.columns import chosen as columns_named
    from cnnaudit.render.keys import columns_of
    from cnnaudit.render.views import Shown
    from cnnaudit.rules.subject import Subject
    from cnnaudit.rules.table import RULES

    opened = open_path(Path(path))
    watch("tree", yamltree.parse, opened.source, Problems())
    document = watch("tree and document", load, opened)
    graph = watch("graph", build, document)
    audited = watch("walk", audit, graph)
    watch("receptive field", receptive_fields, graph)
    watch("signal", signals, graph)
    watch("memory", memory, audited, Settings(32, "fp32", False, "adam", 8 * 2**30))
    for preset in chosen("all"):
        watch(f"count {preset.name}", count, audited, preset)
    watch("explain", story, audited)
    watch("json", report_json.render, [audited])
    watch("csv", report_csv.render, [audited], None, expand=False)
    watch("csv expanded", report_csv.render, [audited], None, expand=True)
    watch("markdown", report_markdown.render, [audited], None, expand=False)
    for width in (None, 80):
        for expand in (False, True):
            name = f"table {'narrow' if width else 'natural'}{' expanded' if expand else ''}"
            watch(
                name, report_table.render, [audited], None,
                expand=expand, width=width, color=False,
            )  # fmt: skip
    shown = Shown([audited], columns_of("signal", ""), None)
    wanted = columns_named(columns_of("signal", ""), shown.columns)
    watch("view signal", report_csv.render, [audited], wanted, expand=True)
    subject = Subject(audited, document, PRESETS["strict"].budgets)
    for name in ("layers", "spans", "readers", "outputs", "fields", "signals"):
        watch(f"subject {name}", getattr, subject, name)
    for rule in RULES.values():
        if rule.check is not None:
            watch(f"rule {rule.name}", lambda r: list(r.check(subject, r.defaults)), rule)


def _read(path: str) -> Any:
    from cnnaudit.calculator import audit
    from cnnaudit.operands import load

    return audit(load(path))


def _graph(watch: _Watch, path: str) -> None:
    watch("read", _read, path)


def _diff(watch: _Watch, a: str, b: str) -> None:
    from cnnaudit.calculator import audit
    from cnnaudit.comparison import compare
    from cnnaudit.operands import load_network
    from cnnaudit.render import (
        diff_json,
        diff_markdown,
        diff_table,
        waterfall_markdown,
        waterfall_table,
    )
    from cnnaudit.waterfalls.walk import waterfall

    networks = [
        watch(f"read {side}", load_network, path) for side, path in zip("ab", (a, b), strict=True)
    ]
    audits = [audit(network.graph) for network in networks]
    comparison = watch("compare", compare, *audits)
    fall = watch("waterfall", waterfall, comparison, *(n.document for n in networks))
    watch("diff json", diff_json.render, comparison, only_changed=False, fall=fall)
    watch("diff markdown", diff_markdown.render, comparison, only_changed=False)
    watch("diff table", diff_table.render, comparison, only_changed=False, width=None, color=False)
    watch("diff narrow", diff_table.render, comparison, only_changed=False, width=80, color=False)
    watch("waterfall table", waterfall_table.render, comparison, fall, None, color=False)
    watch("waterfall markdown", waterfall_markdown.render, comparison, fall)


def _check(watch: _Watch, path: str) -> None:
    from cnnaudit.checking.inspection import inspect
    from cnnaudit.checking.outcome import Outcome
    from cnnaudit.checking.settings import PRESETS
    from cnnaudit.operands import find
    from cnnaudit.render import (
        check_github,
        check_json,
        check_junit,
        check_markdown,
        check_sarif,
        check_text,
    )  # fmt: skip
    from cnnaudit.rules.catalogue import catalogue
    from cnnaudit.rules.rule import Level

    found, variant = find(path)
    checked = watch("check", inspect, found, variant, path, PRESETS["strict"])
    outcome = Outcome((checked,), Level.NOTE)
    for form in (check_github, check_json, check_junit, check_markdown, check_text):
        watch(form.__name__.rpartition(".")[2], form.render, outcome)
    watch("check_sarif", check_sarif.render, outcome, catalogue(), outcome.code)


def _memory(path: str) -> dict[str, int]:
    """Bytes by what they hold, the interpreter and the modules left out."""
    import tracemalloc

    from cnnaudit.calculator import audit
    from cnnaudit.errors import Problems
    from cnnaudit.graph.build import build
    from cnnaudit.parsing import yamltree
    from cnnaudit.parsing.load import load
    from cnnaudit.parsing.source import open_path
    from cnnaudit.render import report_json

    def held() -> int:
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    opened = open_path(Path(path))
    _read("zoo:lenet-5")
    tracemalloc.start()
    start = held()
    tree = yamltree.parse(opened.source, Problems())
    found = {"tree": held() - start}
    del tree
    document = load(opened)
    found["document"] = held() - start
    tracemalloc.reset_peak()
    graph = build(document)
    found["graph with document"] = held() - start
    del document
    found["graph"] = held() - start
    audited = audit(graph)
    found["graph and walk"] = held() - start
    found["peak until the walk"] = tracemalloc.get_traced_memory()[1] - start
    tracemalloc.reset_peak()
    text = report_json.render([audited])
    found["peak of json"] = tracemalloc.get_traced_memory()[1] - start
    found["json text"] = len(text)
    return found


def child(stages: str, folder: str, names: list[str]) -> None:
    """Measure in this process, and print the figures as JSON."""
    gc.set_threshold(100_000)  # as the program itself does
    paths = [str(Path(folder, name)) for name in names]
    watch = _Watch()
    held: dict[str, int] = {}
    if stages == "memory":
        held = _memory(paths[-1])
    elif stages == "diff":
        _diff(watch, *paths)
    else:
        {"network": _network, "read": _graph, "check": _check}[stages](watch, paths[-1])
    print(json.dumps([watch.seconds, {**held, "peak": peak()}]))


# The table ----------------------------------------------------------------------------------------


def sizes_of(stages: str, texts: Callable[[int], dict[str, str]], sizes: tuple[int, ...]) -> None:
    """Print microseconds per layer of every stage at each size, and the growth."""
    found = [measure(texts(n), stages).seconds for n in sizes]
    for stage in found[0]:
        each = [1e6 * seconds[stage] / n for seconds, n in zip(found, sizes, strict=True)]
        growth = each[-1] / each[0]
        mark = " <--" if growth > GROWTH and found[-1][stage] > 0.05 else ""
        print(f"  {stage:32}", *(f"{t:9.2f}" for t in each), f"{growth:7.2f}{mark}", flush=True)


def _files(made: dict[str, Callable[[int], str]]) -> Callable[[int], dict[str, str]]:
    """Texts of files by their names, for a size."""
    return lambda n: {name: text(n) for name, text in made.items()}


def _jobs() -> Iterator[tuple[str, str, Callable[[int], dict[str, str]], tuple[int, ...]]]:
    for name, made in NETWORKS.items():
        if made is variants:
            continue
        yield name, "network", _files({"net.yaml": made}), SIZES
    for name in ("pyramid", "suppressed", "faulty", "variants"):
        made = NETWORKS[name]
        yield f"check {name}", "check", _files({"net.yaml": made}), SIZES
    for name, made in (("frozen", frozen), ("changed", changed)):
        yield (
            name, "read",
            _files({"base.yaml": lambda n: named(n + 5), "net.yaml": made}),
            (500, 2_000, 20_000),
        )  # fmt: skip
    for name, first, second in (("edited", named, edited), ("rewritten", chain, rewritten)):
        yield (
            f"diff {name}", "diff",
            _files({"a.yaml": first, "b.yaml": second}),
            (1_000, 10_000, 50_000),
        )  # fmt: skip


def main(chosen: list[str]) -> None:
    """Print the tables of the networks that are named, or of all."""
    for name, stages, texts, sizes in _jobs():
        if not chosen or name in chosen:
            print(name, *sizes)
            sizes_of(stages, texts, sizes)
    for name in ("chain", "repeat", "modifiers"):
        if not chosen or f"memory {name}" in chosen:
            held = measure({"net.yaml": NETWORKS[name](SIZES[-1])}, "memory").memory
            print(f"memory {name}")
            for what, size in held.items():
                print(f"  {what:32} {size / SIZES[-1]:9.0f} bytes a layer")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], sys.argv[3], sys.argv[4:])
    else:
        main(sys.argv[1:])
