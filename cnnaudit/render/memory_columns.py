"""The columns of memory: weights, outputs, what training keeps, and what is alive, by layer."""

from collections.abc import Callable, Iterator, Sequence

from cnnaudit.analysis.memory.memory import Memory, NodeMemory
from cnnaudit.calculator import Audit, Totals
from cnnaudit.formatting import mebibytes
from cnnaudit.render.columns import Column
from cnnaudit.render.lines import Line


def memory_columns(audits: Sequence[Audit], memories: Sequence[Memory]) -> dict[str, Column]:
    """The columns by their keys, for the rows of these audits; values are bytes.

    A line's weights, outputs and kept tensors are sums over its nodes, what is alive the largest
    number among them. Auxiliary heads count for what training keeps.
    """
    # Two networks may have the same name, path and layers: rows are told apart as objects.
    numbers = {
        id(row): node
        for audit, memory in zip(audits, memories, strict=True)
        for row, node in zip(audit.rows, memory.nodes, strict=True)
    }

    def of(line: Line, *, training: bool) -> Iterator[NodeMemory]:
        return (
            numbers[id(row)]
            for row in line.rows
            if training or line.auxiliary or not row.node.auxiliary
        )

    def weights(line: Line) -> int | None:
        return line.times * sum(node.weights for node in of(line, training=False))

    def activations(line: Line) -> int | None:
        return line.times * sum(node.activations for node in of(line, training=False))

    def saved(line: Line) -> int | None:
        found = [node.saved for node in of(line, training=True) if node.saved is not None]
        return line.times * sum(found) if found else None

    def live(line: Line) -> int | None:
        return max((n.live for n in of(line, training=False) if n.live is not None), default=None)

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
    value: Callable[[Line], int | None],
    *,
    unfolds: bool = False,
    training: bool = False,
) -> Column:
    def text(line: Line, _totals: Totals) -> str:
        size = value(line)
        said = mebibytes(size) if size else ""
        # What exists in training only stands in brackets: it is not part of a total of inference.
        return f"({said})" if said and line.auxiliary and not training else said

    return Column(key, title, value, text, unfolds=unfolds)
