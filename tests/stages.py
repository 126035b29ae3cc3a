"""Every stage that a network goes through, each called through what watches it.

``watch(name, function, *arguments)`` calls the function and gives its result; tests count what it
does, benchmarks take its time.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from cnnaudit.analysis.memory.memory import MemorySettings, memory
from cnnaudit.analysis.receptive_field import receptive_fields
from cnnaudit.analysis.signal.signal import signals
from cnnaudit.calculator import audit
from cnnaudit.checking.check_file import check_file
from cnnaudit.checking.results import CheckResult
from cnnaudit.checking.settings import PRESETS
from cnnaudit.comparison.diff import compare
from cnnaudit.comparison.waterfall import waterfall
from cnnaudit.counting.count import count, parse_presets
from cnnaudit.errors import Diagnostics
from cnnaudit.explanation.summary import summarise_network
from cnnaudit.graph.builder import build_graph
from cnnaudit.loading import find, load_network
from cnnaudit.parsing import yaml_tree
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.render.check.formats import FORMATS, CheckOptions
from cnnaudit.render.diff import to_json as diff_json
from cnnaudit.render.diff import to_page as diff_page
from cnnaudit.render.diff import to_table as diff_table
from cnnaudit.render.diff import waterfall_to_json, waterfall_to_page, waterfall_to_table
from cnnaudit.render.diff.formats import DiffOptions, WaterfallDiff
from cnnaudit.render.formats import load_renderer
from cnnaudit.render.report import to_csv, to_json, to_page, to_table
from cnnaudit.render.report.formats import Report, ReportOptions
from cnnaudit.rules.catalogue import RULES
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.sources.files import open_path

Watch: TypeAlias = Callable[..., Any]

#: Memory as it is asked for with everything that can be asked.
_TRAINING = MemorySettings(32, "fp32", in_place=False, optimizer="adam", budget=8 * 2**30)


def network(watch: Watch, path: Path) -> None:
    """From a file to its numbers, its outputs and what each rule finds."""
    opened = open_path(path)
    watch("tree", yaml_tree.parse, opened.source, Diagnostics())
    document = watch("tree and document", load_architecture, opened)
    graph = watch("graph", build_graph, document)
    audited = watch("walk", audit, graph)
    watch("receptive field", receptive_fields, graph)
    watch("signal", signals, graph)
    watch("memory", memory, audited, _TRAINING)
    for preset in parse_presets("all"):
        watch(f"count {preset.name}", count, audited, preset)
    watch("explain", summarise_network, audited)
    report, options = Report([audited]), ReportOptions(expand=True)
    watch("json", to_json.render, report, options)
    watch("csv", to_csv.render, report, options)
    watch("markdown", to_page.render_markdown, report, options)
    for name, width in (("table", None), ("narrow table", 80)):
        watch(name, to_table.render, report, options._replace(width=width))
    subject = AuditedNetwork(audited, document, PRESETS["strict"].budgets)
    for name in ("layers", "spans", "readers", "outputs", "least_seen", "signals"):
        watch(f"subject: {name}", getattr, subject, name)
    for rule in RULES.values():
        if rule.check is not None:
            watch(f"rule: {rule.name}", _found, rule.check, subject, rule.defaults)


def read(watch: Watch, path: Path) -> None:
    """From a file, and those that it extends, to its graph."""
    watch("read", load_network, str(path))


def check(watch: Watch, path: Path) -> None:
    """From a file to its findings, in every format."""
    source, variant = find(str(path))
    file = watch("check", check_file, source, variant, str(path), PRESETS["strict"])
    result = CheckResult((file,), "note")
    for name in FORMATS:
        watch(f"check {name}", load_renderer("check", FORMATS[name]), result, CheckOptions())


def comparison(watch: Watch, a: Path, b: Path) -> None:
    """From two files to what differs, and what each difference does to the totals."""
    first, second = watch("read a", load_network, str(a)), watch("read b", load_network, str(b))
    compared = watch("compare", compare, audit(first.graph), audit(second.graph))
    fall = watch("waterfall", waterfall, compared, first.document, second.document)
    options, steps = DiffOptions(), WaterfallDiff(compared, fall)
    watch("diff json", diff_json.render, compared, options)
    watch("diff markdown", diff_page.render_markdown, compared, options)
    for name, width in (("diff table", None), ("narrow diff table", 80)):
        watch(name, diff_table.render, compared, options._replace(width=width))
    watch("waterfall json", waterfall_to_json.render, steps, options)
    watch("waterfall table", waterfall_to_table.render, steps, options)
    watch("waterfall markdown", waterfall_to_page.render_markdown, steps, options)


def _found(rule: Callable[..., Any], *arguments: Any) -> list[Any]:
    return list(rule(*arguments))
