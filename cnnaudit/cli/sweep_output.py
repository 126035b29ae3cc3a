"""Outputs of a sweep, written block by block as rows are computed."""

import contextlib
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO

from cnnaudit.cli.errors import print_error
from cnnaudit.cli.outputs import (
    Output,
    OutputStyle,
    atomic_write,
    check_color,
    display,
    display_of_file,
    named_errors,
)
from cnnaudit.cli.progress import Progress
from cnnaudit.errors import ExitCode, UsageError
from cnnaudit.render.formats import Display, load_renderer
from cnnaudit.render.sweep.footer import reasons
from cnnaudit.render.sweep.formats import BINARY, FORMATS, Sink
from cnnaudit.sweeping.header import SweepHeader
from cnnaudit.sweeping.outcome import SweepOutcome
from cnnaudit.sweeping.variants import Rows


class _FileSink:
    """An output to a file; error messages name it."""

    def __init__(self, inner: Sink, path: Path) -> None:
        self.inner = inner
        self.path = path

    def add(self, rows: Rows) -> None:
        with named_errors(self.path):
            self.inner.add(rows)

    def end(self, outcome: SweepOutcome) -> None:
        with named_errors(self.path):
            self.inner.end(outcome)


def _sink(stream: IO[bytes], header: SweepHeader, format: str, display: Display) -> Sink:
    sink: Sink = load_renderer("sweep", FORMATS[format])(stream, header, display)
    return sink


def write_rows(
    header: SweepHeader,
    blocks: Iterable[Rows],
    outcome: SweepOutcome,
    outputs: Sequence[Output],
    style: OutputStyle,
    progress: Progress | None = None,
) -> ExitCode:
    """Write all blocks to every output, and report the variants that are left out."""
    check_color(style.color)
    with contextlib.ExitStack() as stack:
        sinks: list[Sink] = []
        for format, path in outputs:
            if path is not None:
                with named_errors(path):
                    stream = stack.enter_context(atomic_write(path))
                    sink = _sink(stream, header, format, display_of_file(style))
                    sinks.append(_FileSink(sink, path))
            elif format in BINARY:
                raise UsageError("an archive is not for a terminal: write -o npz:PATH")
            else:
                sinks.append(_sink(sys.stdout.buffer, header, format, display(style)))
        for block in blocks:
            for sink in sinks:
                sink.add(block)
        if progress is not None:
            progress.clear()
        for sink in sinks:
            sink.end(outcome)
    # The footer of the table names the invalid variants.
    reported = Output("table", None) in outputs
    return _exit_code(header, outcome, () if reported else reasons(header, outcome))


def _exit_code(header: SweepHeader, outcome: SweepOutcome, messages: Sequence[str]) -> ExitCode:
    """The exit code; prints messages about the variants that were not written."""
    sys.stdout.flush()
    for message in messages:
        print_error(message)
    if not outcome.complete:
        total = len(header.variant_range)
        print_error(
            f"interrupted: {outcome.measured:,} of {total:,} variants were worked out,"
            " and what was written holds no others"
        )
        return ExitCode.INTERRUPTED
    # Another part of the grid may contain valid networks.
    if header.shard is None and outcome.measured and outcome.invalid_variants == outcome.measured:
        print_error("error: none of the variants is a valid network")
        return ExitCode.INPUT_ERROR
    return ExitCode.OK
