"""The signal at initialisation in a report: columns, JSON keys, and a verdict."""

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

from cnnaudit.analysis.signal.signal import Signal, SignalSummary, signals, summarise
from cnnaudit.calculator import Audit, Totals
from cnnaudit.graph.graph import Graph
from cnnaudit.ops.registry import op_named
from cnnaudit.render.report.columns import AnalysisColumns, ReportColumn, by_row
from cnnaudit.render.report.formats import ReportOptions
from cnnaudit.render.report.rows import ReportRow

_Value = float | None

_VERDICTS = {
    "dead": "dead: nothing passes, and layers in front of zeros never learn",
    "vanishes": "vanishes: most layers will hardly learn",
    "explodes": "explodes",
    "holds": "holds",
    "unknown": "unknown: a layer in between has no prediction",
}


def analyse(audits: Sequence[Audit], _options: ReportOptions) -> AnalysisColumns:
    """The signals of each network."""
    results = [signals(audit.graph) for audit in audits]
    notes = [signal_notes(*pair) for pair in zip(audits, results, strict=True)]
    return AnalysisColumns(signal_columns(audits, results), notes)


def signal_columns(
    audits: Sequence[Audit], results: Sequence[Sequence[Signal]]
) -> dict[str, ReportColumn]:
    """The columns by their keys: gains of a layer with its modifiers, mean squares after it."""
    # Rows are keyed by identity.
    signal_by_row = by_row(audits, results)

    def column(key: str, title: str, of: Callable[[list[Signal]], _Value]) -> ReportColumn:
        def value(row: ReportRow) -> _Value:
            if row.heading or not row.rows:
                return None
            return rounded(of([signal_by_row[id(node_row)] for node_row in row.rows]))

        def text(row: ReportRow, _totals: Totals) -> str:
            return number(value(row))

        return ReportColumn(key, title, value, text, unfolds=True)

    columns = (
        column("forward_gain", "Forward ×", lambda s: _product([x.forward_gain for x in s])),
        column("forward_signal", "Forward", lambda s: s[-1].forward),
        column("backward_gain", "Backward ×", lambda s: _product([x.backward_gain for x in s])),
        column("backward_signal", "Backward", lambda s: s[-1].backward),
    )
    return {column.key: column for column in columns}


def _product(gains: Sequence[_Value]) -> _Value:
    factors = [gain for gain in gains if gain is not None]
    return reduce(float.__mul__, factors) if factors and len(factors) == len(gains) else None


def rounded(value: _Value) -> _Value:
    """Six significant digits, so that all machines print the same prediction."""
    return None if value is None else float(f"{value:.6g}")


def number(value: _Value) -> str:
    """Three significant digits: ``0.667``, ``1.2e-06``; empty if unknown."""
    if value is None:
        return ""
    return f"{value:.3g}" if value == 0 or 1e-4 <= abs(value) < 1e6 else f"{value:.1e}"


def signal_objects(graph: Graph) -> list[dict[str, Any]]:
    """The key ``signal`` of each layer in JSON."""
    return [{"signal": _signal_object(signal)} for signal in signals(graph)]


def _signal_object(signal: Signal) -> dict[str, Any]:
    return {
        "forward_gain": rounded(signal.forward_gain),
        "forward_signal": rounded(signal.forward),
        "backward_gain": rounded(signal.backward_gain),
        "backward_signal": rounded(signal.backward),
    }


def signal_notes(audit: Audit, result: Sequence[Signal]) -> list[str]:
    """The signal at either end, and the assumed initialisation."""
    lines = []
    summary = summarise(audit.graph, result)
    if summary is not None:
        lines.append(
            f"Signal       forward {_signal_text(summary, summary.forward)} at {summary.last},"
            f" backward {_signal_text(summary, summary.backward)} at {summary.first}:"
            f" {_VERDICTS[summary.verdict]}"
        )
    uses_defaults = any(
        node.init is None and op_named(node.op).family in ("conv", "dense")
        for node in audit.graph.nodes
    )
    framework = audit.graph.framework
    if uses_defaults and framework == "caffe":
        lines.append("  layers without `init` are unknown: caffe would start them with zeros")
    elif uses_defaults:
        lines.append(f"  layers without `init` start as {framework} starts them")
    lines.append(
        "Terms        expected mean squares of values (the input's is 1) and of gradients (1 at the"
        " output) right after initialisation; ×: what the layer makes of them; at the first layer,"
        " the sum of the gradient's squares against the last layer's"
    )
    return lines


def _signal_text(summary: SignalSummary, value: _Value) -> str:
    if not value:
        return "?" if value is None else "0"
    return f"{number(value)} (×{value ** (1 / summary.layers):.2f} a layer)"
