"""Every stage that a network goes through, each called through what watches it.

``watch(name, function, *arguments)`` calls the function and gives its result; tests count what it
does, benchmarks take its time.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from cnnaudit.analysis.memory import Settings, memory
from cnnaudit.analysis.receptive_field import receptive_fields
from cnnaudit.analysis.signal import signals
from cnnaudit.calculator import audit
from cnnaudit.checking.inspection import inspect
from cnnaudit.checking.outcome import Outcome
from cnnaudit.checking.settings import PRESETS
from cnnaudit.comparison import compare
from cnnaudit.counting.count import chosen, count
from cnnaudit.errors import Diagnostics
from cnnaudit.explaining.story import story
from cnnaudit.graph.build import build
from cnnaudit.operands import find, load_network
from cnnaudit.parsing import yamltree
from cnnaudit.parsing.load import load
from cnnaudit.parsing.source import open_path
from cnnaudit.render import (
    check_github,
    check_json,
    check_junit,
    check_markdown,
    check_sarif,
    check_text,
    diff_json,
    diff_markdown,
    diff_table,
    report_csv,
    report_json,
    report_markdown,
    report_table,
    waterfall_markdown,
    waterfall_table,
)
from cnnaudit.rules.catalogue import catalogue
from cnnaudit.rules.rule import Level
from cnnaudit.rules.subject import Subject
from cnnaudit.rules.table import RULES
from cnnaudit.waterfalls.walk import waterfall

Watch: TypeAlias = Callable[..., Any]

#: Memory as it is asked for with everything that can be asked.
_TRAINING = Settings(32, "fp32", in_place=False, optimizer="adam", budget=8 * 2**30)


def network(watch: Watch, path: Path) -> None:
    """From a file to its numbers, its outputs and what each rule finds."""
    opened = open_path(path)
    watch("tree", yamltree.parse, opened.source, Diagnostics())
    document = watch("tree and document", load, opened)
    graph = watch("graph", build, document)
    audited = watch("walk", audit, graph)
    watch("receptive field", receptive_fields, graph)
    watch("signal", signals, graph)
    watch("memory", memory, audited, _TRAINING)
    for preset in chosen("all"):
        watch(f"count {preset.name}", count, audited, preset)
    watch("explain", story, audited)
    watch("json", report_json.render, [audited])
    watch("csv", report_csv.render, [audited], None, expand=True)
    watch("markdown", report_markdown.render, [audited], None, expand=True)
    for name, width in (("table", None), ("narrow table", 80)):
        watch(name, _table, audited, width)
    subject = Subject(audited, document, PRESETS["strict"].budgets)
    for name in ("layers", "spans", "readers", "outputs", "least_seen", "signals"):
        watch(f"subject: {name}", getattr, subject, name)
    for rule in RULES.values():
        if rule.check is not None:
            watch(f"rule: {rule.name}", _found, rule.check, subject, rule.defaults)


def read(watch: Watch, path: Path) -> None:
    """From a file, and those that it extends, to its graph."""
    watch("read", load_network, str(path))


def check(watch: Watch, path: Path) -> None:
    """From a file to what is said of it."""
    found, variant = find(str(path))
    outcome = Outcome(
        (watch("check", inspect, found, variant, str(path), PRESETS["strict"]),), Level.NOTE
    )
    for form in (check_github, check_json, check_junit, check_markdown, check_text):
        watch(form.__name__.rpartition(".")[2], form.render, outcome)
    watch("check_sarif", check_sarif.render, outcome, catalogue(), outcome.code)


def comparison(watch: Watch, a: Path, b: Path) -> None:
    """From two files to what differs, and what each difference does to the totals."""
    first, second = watch("read a", load_network, str(a)), watch("read b", load_network, str(b))
    compared = watch("compare", compare, audit(first.graph), audit(second.graph))
    fall = watch("waterfall", waterfall, compared, first.document, second.document)
    watch("diff json", diff_json.render, compared, only_changed=False, fall=fall)
    watch("diff markdown", diff_markdown.render, compared, only_changed=False)
    for name, width in (("diff table", None), ("narrow diff table", 80)):
        watch(name, diff_table.render, compared, only_changed=False, width=width, color=False)
    watch("waterfall table", waterfall_table.render, compared, fall, None, color=False)
    watch("waterfall markdown", waterfall_markdown.render, compared, fall)


def _table(audited: Any, width: int | None) -> str:
    return report_table.render([audited], None, expand=True, width=width, color=False)


def _found(rule: Callable[..., Any], *arguments: Any) -> list[Any]:
    return list(rule(*arguments))
