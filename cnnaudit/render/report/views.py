"""The tables of a report: the selected columns, with the analyses that they need."""

from collections.abc import Callable, Sequence

from cnnaudit.calculator import Audit, Totals
from cnnaudit.formatting import shape_text
from cnnaudit.render.formats import load_renderer
from cnnaudit.render.report.column_names import FIELD_KEYS, LAYER_COLUMNS, SIGNAL_KEYS, named, needs
from cnnaudit.render.report.columns import (
    AnalysisColumns,
    ReportColumn,
    narrower,
    rows_for,
    select,
)
from cnnaudit.render.report.footer import summary
from cnnaudit.render.report.formats import ReportOptions
from cnnaudit.render.report.rows import ReportRow
from cnnaudit.render.table import Column, Table

#: The analyses, each with the condition under which it is loaded and run.
ANALYSES: dict[str, Callable[[ReportOptions], bool]] = {
    "memory:analyse": lambda options: options.memory is not None,
    "receptive_field:analyse": lambda options: needs(FIELD_KEYS, options.columns),
    "signal:analyse": lambda options: needs(SIGNAL_KEYS, options.columns),
}


def analyse(audits: Sequence[Audit], options: ReportOptions) -> AnalysisColumns:
    """The columns and notes of all analyses that the options need."""
    columns: dict[str, ReportColumn] = {}
    notes: list[list[str]] = [[] for _ in audits]
    memory: Sequence[Sequence[str]] = ()
    for reference, is_needed in ANALYSES.items():
        if is_needed(options):
            analysis: AnalysisColumns = load_renderer("report", reference)(audits, options)
            columns |= analysis.columns
            memory = memory or analysis.memory
            for lines, more in zip(notes, analysis.notes or [()] * len(notes), strict=True):
                lines.extend(more)
    return AnalysisColumns(columns, notes, memory)


def network_tables(
    audits: Sequence[Audit],
    options: ReportOptions,
    usual: Sequence[Sequence[ReportColumn]],
) -> list[Table[ReportRow]]:
    """A table for each network; ``usual`` are the layouts without ``--columns``."""
    analysis = analyse(audits, options)
    footers = _footers(audits, analysis, options)
    columns: tuple[ReportColumn, ...] = ()
    if options.columns:
        columns = select(options.columns, analysis.columns)
        usual = narrower(columns) if options.narrows else (columns,)
    return [
        Table(
            network_title(audit),
            [[_shown(column, audit.totals) for column in layout] for layout in usual],
            rows_for(audit, columns, expand=options.expand),
            footer,
        )
        for audit, footer in zip(audits, footers, strict=True)
    ]


def _footers(
    audits: Sequence[Audit], analysis: AnalysisColumns, options: ReportOptions
) -> list[list[str]]:
    """The totals and the notes of each network."""
    keys = set(named(options.columns))
    # Totals are left out if no column adds up to one and there are notes.
    without_totals = (
        bool(keys)
        and keys <= {*LAYER_COLUMNS, "attributes", "source", *FIELD_KEYS, *SIGNAL_KEYS}
        and any(analysis.notes)
        and not analysis.memory
    )
    memory: Sequence[Sequence[str] | None] = analysis.memory or [None] * len(audits)
    return [
        [*([] if without_totals else summary(audit, memory_lines)), *notes]
        for audit, memory_lines, notes in zip(audits, memory, analysis.notes, strict=True)
    ]


def network_title(audit: Audit) -> str:
    """The network with its path, its input and its framework, in two lines."""
    graph = audit.graph
    shapes = ", ".join(shape_text(node.output_shape) for node in graph.inputs)
    classes = f", {graph.classes:,} classes" if graph.classes else ""
    return f"{graph.name} ({graph.path})\ninput {shapes}{classes} · {graph.framework}"


def _shown(column: ReportColumn, totals: Totals) -> Column[ReportRow]:
    """The column with the text and style of its cells."""
    is_layer, is_share = column.key == "layer", column.key.endswith("_share")
    is_operation = column.key == "operation"

    def text(row: ReportRow) -> str:
        return column.text(row, totals)

    def style(row: ReportRow) -> str:
        if row.heading:
            return "bold" if is_layer else "dim"
        if is_share:
            return "cyan"
        is_auxiliary = bool(row.rows) and row.rows[0].node.auxiliary
        return "dim" if is_operation or is_auxiliary else ""

    return Column(column.title, text, style, column.right, name=column.name)
