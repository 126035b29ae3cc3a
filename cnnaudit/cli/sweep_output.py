"""Where the rows of a sweep go: each output takes them block by block, as they are worked out."""

import contextlib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

from cnnaudit.cli import common
from cnnaudit.cli.progress import Progress
from cnnaudit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from cnnaudit.sweeping.header import SweepHeader
    from cnnaudit.sweeping.outcome import SweepOutcome
    from cnnaudit.sweeping.variants import Rows


class Look(NamedTuple):
    """``--color`` and ``--width`` as given."""

    color: str
    width: int | None


class Sink(Protocol):
    """An output: takes rows, and ends."""

    def add(self, rows: "Rows") -> None:
        """Take some variants."""

    def end(self, outcome: "SweepOutcome") -> None:
        """Write what is left to be written."""


class _Table:
    """The rows that have room, drawn at the end."""

    def __init__(self, stream: IO[bytes], header: "SweepHeader", display: common.Display) -> None:
        from cnnaudit.render.sweep_table import TableRows

        self.stream, self.display = stream, display
        self.rows = TableRows(header)

    def add(self, rows: "Rows") -> None:
        self.rows.add(rows)

    def end(self, outcome: "SweepOutcome") -> None:
        width, color = self.display
        self.stream.write(self.rows.render(outcome, width=width, color=color).encode())


class _Plot:
    """A plot in characters or as SVG, drawn at the end."""

    def __init__(
        self, stream: IO[bytes], header: "SweepHeader", format: str, display: common.Display
    ) -> None:
        from cnnaudit.sweeping.curves import Curves

        self.stream, self.header, self.format, self.display = stream, header, format, display
        self.curves = Curves(header.grid)

    def add(self, rows: "Rows") -> None:
        self.curves.add(rows)

    def end(self, _outcome: "SweepOutcome") -> None:
        from cnnaudit.render import sweep_plot, sweep_svg
        from cnnaudit.render.sweep_text import heading

        above = heading(self.header)
        if self.format == "svg":
            text = sweep_svg.render(self.curves, above)
        else:
            text = sweep_plot.render(self.curves, above, self.display.width)
        self.stream.write(text.encode())


class _InFile:
    """An output to a file: what goes wrong there is said with its name."""

    def __init__(self, inner: Sink, path: Path) -> None:
        self.inner = inner
        self.path = path

    def add(self, rows: "Rows") -> None:
        with common.unwritable(self.path):
            self.inner.add(rows)

    def end(self, outcome: "SweepOutcome") -> None:
        with common.unwritable(self.path):
            self.inner.end(outcome)


def _sink(stream: IO[bytes], header: "SweepHeader", format: str, display: common.Display) -> Sink:
    if format in ("csv", "json"):
        from cnnaudit.render.sweep_rows import CsvRows, JsonRows

        return (CsvRows if format == "csv" else JsonRows)(stream, header)
    if format == "npz":
        from cnnaudit.sweeping.archive import NpzRows

        return NpzRows(stream, header)
    if format == "table":
        return _Table(stream, header, display)
    return _Plot(stream, header, format, display)


def written(
    header: "SweepHeader",
    blocks: "Iterable[Rows]",
    outcome: "SweepOutcome",
    targets: Sequence[common.Target],
    look: Look,
    progress: Progress | None = None,
) -> ExitCode:
    """Read all blocks, write them to every target, and say what is not in them."""
    common.check_color(look.color)
    with contextlib.ExitStack() as stack:
        sinks: list[Sink] = []
        for format, path in targets:
            if path is not None:
                display = common.Display(look.width, look.color == "always")
                with common.unwritable(path):
                    stream = stack.enter_context(common.staged(path))
                    sinks.append(_InFile(_sink(stream, header, format, display), path))
            elif format == "npz":
                raise UsageError("an archive is not for a terminal: write -o npz:PATH")
            else:
                display = common.display(*look)
                sinks.append(_sink(sys.stdout.buffer, header, format, display))
        for block in blocks:
            for sink in sinks:
                sink.add(block)
        if progress is not None:
            progress.clear()
        for sink in sinks:
            sink.end(outcome)
    return _ended(header, outcome, any(t == common.Target("table", None) for t in targets))


def _ended(header: "SweepHeader", outcome: "SweepOutcome", said: bool) -> ExitCode:
    """What the caller must know beside the rows, and the exit code."""
    from cnnaudit.render.sweep_text import reasons

    sys.stdout.flush()
    if not said:
        for line in reasons(header, outcome):
            common.say(line)
    if not outcome.complete:
        total = len(header.variant_range)
        common.say(
            f"interrupted: {outcome.measured:,} of {total:,} variants were worked out,"
            " and what was written holds no others"
        )
        return ExitCode.INTERRUPTED
    # Other parts of the grid may hold what a part of it does not.
    if header.shard is None and outcome.measured and outcome.invalid_variants == outcome.measured:
        common.say("error: none of the variants is a valid network")
        return ExitCode.INPUT_ERROR
    return ExitCode.OK
