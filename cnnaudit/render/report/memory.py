"""Memory in a report: columns of weights, outputs, saved tensors and live bytes, by layer."""

from collections.abc import Callable, Iterator, Sequence

from cnnaudit.analysis.memory.memory import DEFAULT_SETTINGS, Memory, NodeMemory, memory
from cnnaudit.calculator import Audit, Totals
from cnnaudit.formatting import mebibytes
from cnnaudit.render.report.columns import AnalysisColumns, ReportColumn, by_row
from cnnaudit.render.report.formats import ReportOptions
from cnnaudit.render.report.memory_footer import memory_lines
from cnnaudit.render.report.rows import ReportRow


def analyse(audits: Sequence[Audit], options: ReportOptions) -> AnalysisColumns:
    """The memory of each network, with the settings of ``options``."""
    memories = [memory(audit, options.memory or DEFAULT_SETTINGS) for audit in audits]
    lines = [
        memory_lines(result, audit.totals.activation_size)
        for audit, result in zip(audits, memories, strict=True)
    ]
    return AnalysisColumns(memory_columns(audits, memories), memory=lines)


def memory_columns(audits: Sequence[Audit], memories: Sequence[Memory]) -> dict[str, ReportColumn]:
    """The columns by their keys, for the rows of these audits; values are bytes.

    A row's weights, outputs and saved tensors are sums over its nodes, its live bytes the largest
    number among them. Auxiliary heads count for saved tensors only.
    """
    # Rows are keyed by identity.
    numbers = by_row(audits, [memory.nodes for memory in memories])

    def of(row: ReportRow, *, training: bool) -> Iterator[NodeMemory]:
        return (
            numbers[id(node_row)]
            for node_row in row.rows
            if training or row.auxiliary or not node_row.node.auxiliary
        )

    def weights(row: ReportRow) -> int | None:
        return row.times * sum(node.weights for node in of(row, training=False))

    def activations(row: ReportRow) -> int | None:
        return row.times * sum(node.activations for node in of(row, training=False))

    def saved(row: ReportRow) -> int | None:
        sizes = [node.saved for node in of(row, training=True) if node.saved is not None]
        return row.times * sum(sizes) if sizes else None

    def live(row: ReportRow) -> int | None:
        return max((n.live for n in of(row, training=False) if n.live is not None), default=None)

    columns = (
        _column("weight_bytes", "Weights", weights),
        _column("activation_bytes", "Outputs", activations),
        _column("saved_bytes", "Kept", saved, unfolds=True, training=True),
        _column("live_bytes", "Live", live, unfolds=True),
    )
    return {column.key: column for column in columns}


def _column(
    key: str,
    title: str,
    value: Callable[[ReportRow], int | None],
    *,
    unfolds: bool = False,
    training: bool = False,
) -> ReportColumn:
    def text(row: ReportRow, _totals: Totals) -> str:
        size = value(row)
        shown = mebibytes(size) if size else ""
        # Brackets mark what exists in training only and is not part of the total of inference.
        return f"({shown})" if shown and row.auxiliary and not training else shown

    return ReportColumn(key, title, value, text, unfolds=unfolds)
