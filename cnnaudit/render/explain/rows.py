"""Formulas and summaries of networks as text."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from cnnaudit.analysis.receptive_field import ReceptiveField
from cnnaudit.calculator import Audit
from cnnaudit.errors import Diagnostic, rank
from cnnaudit.explanation.layer import LayerFormulas, NodeExplanation
from cnnaudit.explanation.summary import NetworkSummary, Portion, ResolutionLoss
from cnnaudit.formatting import (
    bound_text,
    count_text,
    decimal,
    percent,
    shape_text,
    sizes_text,
    unit_bytes,
)
from cnnaudit.ops.formula import Formula
from cnnaudit.ops.symbols import SYMBOLS, letters_of
from cnnaudit.render.explain.formats import LayerExplanation, SummaryExplanation
from cnnaudit.render.table import Column, Table
from cnnaudit.sources.files import printable

_TITLES = {
    "output": "",
    "padding": "padding added",
    "unread": "never read",
    "activation_size": "activation size",
    "params": "parameters",
    "trainable_params": "trainable parameters",
    "non_trainable_params": "non-trainable parameters",
    "buffers": "buffers",
    "macs": "MACs",
    "bias_adds": "bias additions",
    "elementwise_ops": "elementwise operations",
    "flops": "FLOPs",
    "receptive_field": "receptive field",
    "stride": "step in the input",
    "weight_bytes": "weights, bytes in fp32",
    "activation_bytes": "activations, bytes in fp32",
}
#: Most steps of resolution that a summary names.
_MAX_STEPS = 6
#: Most groups of layers with unread inputs that a summary names.
_MAX_UNREAD = 3
#: Most layers that a summary names for each rule.
_MAX_LAYERS = 2
#: Most families of layers that a summary names.
_MAX_FAMILIES = 3


class FormulaRow(NamedTuple):
    """A quantity and its formula."""

    title: str
    text: str


def heading(audit: Audit) -> str:
    """The network, its input and its framework."""
    graph = audit.graph
    shapes = ", ".join(shape_text(node.output_shape) for node in graph.inputs)
    classes = f", {graph.classes:,} classes" if graph.classes else ""
    return f"{graph.name} ({graph.path})\ninput {shapes}{classes} · {graph.framework}"


def node_heading(explanation: NodeExplanation) -> str:
    """The node, its op and inputs, and its output shape."""
    node = explanation.node
    sources = ", ".join(
        f"{name} {shape_text(shape)}"
        for name, shape in zip(explanation.sources, explanation.inputs, strict=True)
    )
    place = f" ({node.span.source.path}:{node.span.line})" if node.span else ""
    return f"{node.name}: {node.op}{place}\n{sources} → {shape_text(node.output_shape)}"


#: Width of an equation beside the longest title, on a terminal of 80 columns.
_EQUATION_WIDTH = 46

_FORMULA_LAYOUTS = (
    (
        Column[FormulaRow]("", lambda row: row.title, lambda _: "dim"),
        Column[FormulaRow]("Formula", lambda row: row.text),
    ),
    (
        Column[FormulaRow]("", lambda row: row.title, lambda _: "dim"),
        Column[FormulaRow]("Formula", lambda row: _folded(row.text), wraps=True),
    ),
    # On a narrow terminal the quantity precedes its formula, and nothing is cut.
    (Column[FormulaRow]("Formula", lambda row: f"{row.title}: {row.text}", wraps=True),),
)


def formula_table(explanation: NodeExplanation) -> Table[FormulaRow]:
    """The formulas of a node; without rows if it has none."""
    rows = formula_rows(explanation.formulas)
    notes = (*_legend(explanation.formulas), *explanation.notes)
    return Table(node_heading(explanation), _FORMULA_LAYOUTS, rows, notes)


def _folded(text: str) -> str:
    """The equation on lines that begin with an equals sign, to fit a terminal of 80 columns."""
    first, *others = text.split(" = ")
    lines = [first]
    for part in others:
        if len(lines[-1]) + len(part) + 3 <= _EQUATION_WIDTH:
            lines[-1] += f" = {part}"
        else:
            lines.append(f"= {part}")
    return "\n".join(lines)


def _legend(formulas: Sequence[Formula]) -> list[str]:
    """One sentence that explains the symbols of some formulas."""
    meanings = [f"{letter} {text}" for letter, text in symbol_meanings(formulas).items()]
    return [f"Symbols: {', '.join(meanings)}."] if meanings else []


def symbol_meanings(formulas: Sequence[Formula]) -> dict[str, str]:
    """What the symbols of some formulas stand for, by letter."""
    used = " ".join(formula.symbols for formula in formulas if formula.symbols)
    return {letter: SYMBOLS[letter] for letter in letters_of(used)}


def formula_rows(formulas: Sequence[Formula]) -> list[FormulaRow]:
    """A row per formula; axes with the same formula share one."""
    axes: dict[tuple[str, str], list[str]] = {}
    for formula in formulas:
        axes.setdefault((formula.quantity, formula_text(formula)), []).append(formula.axis)
    return [
        FormulaRow(_title(quantity, ", ".join(filter(None, names))), text)
        for (quantity, text), names in axes.items()
    ]


def _title(quantity: str, axes: str) -> str:
    title = _TITLES[quantity]
    return f"{title}, {axes}" if title and axes else title or axes


def formula_text(formula: Formula) -> str:
    """Symbols, values and result: ``j·s = 1·4 = 4``; the number alone without a calculation."""
    value = formula.value
    number = decimal(value) if isinstance(value, Fraction) else count_text(value)
    if formula.expression is None or formula.expression == str(value):
        return number
    return " = ".join(filter(None, (formula.symbols, formula.expression, number)))


# Summaries ----------------------------------------------------------------------------------------


class Paragraph(NamedTuple):
    """A heading and the sentences below it."""

    title: str
    lines: tuple[str, ...]


def paragraphs(explanation: SummaryExplanation) -> list[Paragraph]:
    """The summary of a network, from its parameters to its findings."""
    titled_lines = _paragraphs(explanation.summary, explanation.findings)
    return [Paragraph(title, tuple(lines)) for title, lines in titled_lines if lines]


def _paragraphs(
    summary: NetworkSummary, findings: Sequence[Diagnostic]
) -> Iterator[tuple[str, list[str]]]:
    audit = summary.audit
    totals, complete = audit.totals, audit.complete

    def total(count: int) -> str:
        return bound_text(count_text(count), complete)

    yield (
        "Parameters",
        [f"{total(totals.params)}{_families(audit, 'params')}", _named(summary.heaviest)],
    )
    yield "Work", [f"{total(totals.macs)} MACs{_families(audit, 'macs')}", _named(summary.busiest)]
    yield "Resolution", _resolution(summary)
    if summary.field_at_end is not None:
        yield "Field", [f"{_field(summary.field_at_end.field)} at {summary.field_at_end.layer}"]
    peak = bound_text(unit_bytes(summary.peak.bytes), complete)
    yield "Peak", [f"{peak} of activations at {summary.peak.node}, one image in fp32"]
    advice = [f"{layer}: {text}" for layer, text in summary.advice]
    yield "Look first", advice or ["nothing stands out"]
    if findings:
        yield "Findings", [_rules(findings)]


def _rules(findings: Sequence[Diagnostic]) -> str:
    """``dense-dominates CA301 at fc6 · dropped-input CA211 at conv1, pool1``, most severe first."""
    layers: dict[tuple[int, str, str], list[str]] = {}
    for finding in findings:
        key = (rank(finding.level), finding.code, finding.name)
        layers.setdefault(key, []).append(finding.layer or "")
    return " · ".join(
        f"{name} {code}{_places(list(filter(None, dict.fromkeys(names))))}"
        for (_, code, name), names in sorted(layers.items())
    )


def _places(layers: Sequence[str]) -> str:
    shown = ", ".join(layers[:_MAX_LAYERS])
    more = f" and {len(layers) - _MAX_LAYERS} more" if len(layers) > _MAX_LAYERS else ""
    return f" at {shown}{more}" if layers else ""


def findings_of(explanation: LayerExplanation, layer: LayerFormulas) -> list[Diagnostic]:
    """The findings in one layer."""
    return [finding for finding in explanation.findings if finding.layer == layer.name]


def finding_text(finding: Diagnostic) -> str:
    """A finding and its help in one line."""
    help = f"; {finding.help}" if finding.help else ""
    return printable(f"{finding.level} {finding.code} {finding.name}: {finding.message}{help}")


def _families(audit: Audit, quantity: str) -> str:
    """``: dense 94 %, conv 6 %``, the largest families first."""
    total = getattr(audit.totals, quantity)
    parts = {name: getattr(share, quantity) for name, share in audit.totals.by_kind.items()}
    largest = sorted(parts, key=lambda name: -parts[name])[:_MAX_FAMILIES]
    shares = [f"{name} {percent(parts[name], total)}" for name in largest if parts[name]]
    return f": {', '.join(shares)}" if shares else ""


def _named(portions: Sequence[Portion]) -> str:
    return " · ".join(
        f"{layer} {count_text(amount)} ({percent(amount, total)})"
        for layer, amount, total in portions
    )


def _resolution(summary: NetworkSummary) -> list[str]:
    if not summary.losses:
        return []
    steps = [_size(summary.losses[0].before)]
    steps += [_step(loss) for loss in summary.losses[:_MAX_STEPS]]
    more = len(summary.losses) - _MAX_STEPS
    path = " → ".join(steps) + (f" → … ({more} more)" if more > 0 else "")
    layers_by_text: dict[str, list[str]] = {}
    for loss in summary.losses:
        if loss.unread:
            layers_by_text.setdefault(loss.unread, []).append(loss.layer)
    unread = [f"{', '.join(places)} {text}" for text, places in layers_by_text.items()]
    remainder = f"; {len(unread) - _MAX_UNREAD} more" if len(unread) > _MAX_UNREAD else ""
    return [
        path,
        *([f"never read: {'; '.join(unread[:_MAX_UNREAD])}{remainder}"] if unread else []),
    ]


def _size(sizes: Sequence[int]) -> str:
    return sizes_text(sizes) if sizes else "a vector"


def _step(loss: ResolutionLoss) -> str:
    return f"{_size(loss.after)} ({loss.layer})"


def _field(field: ReceptiveField) -> str:
    sizes = sizes_text(["all" if size is None else size for size in field.size or ()])
    share = ""
    if field.seen is not None:
        share = f", {percent(field.seen.numerator, field.seen.denominator)} of the input"
    return f"a position sees {sizes} cells{share}"
