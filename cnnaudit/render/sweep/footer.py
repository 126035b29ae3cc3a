"""The heading and the footer of a sweep, for every format for people."""

from cnnaudit.formatting import count_text
from cnnaudit.sources.files import printable
from cnnaudit.sweeping.grid import BATCH, SweepAxis
from cnnaudit.sweeping.header import SweepHeader
from cnnaudit.sweeping.outcome import SweepOutcome

#: Most values of an axis that are listed.
_SHOWN = 6


def heading(header: SweepHeader) -> list[str]:
    """The network, and the varied values."""
    lines = [f"{printable(header.name)} ({printable(header.path)})"]
    for axis in header.grid.axes:
        lines.append(f"{axis.name} {_values(axis)}")
    return lines


def _values(axis: SweepAxis) -> str:
    size = len(axis.values)
    if size <= _SHOWN:
        return ", ".join(axis.text(k) for k in range(size))
    return f"{axis.text(0)}, {axis.text(1)} … {axis.text(size - 1)}: {count_text(size)} values"


def footer(header: SweepHeader, outcome: SweepOutcome, shown: int) -> list[str]:
    """The numbers of variants, of those kept and shown, and the reasons of invalid ones."""
    size = header.grid.size
    counts = f"{count_text(size)} variant{'s' if size != 1 else ''}"
    if header.shard is not None:
        part, of = header.shard
        counts += f", of which part {part} of {of}: {count_text(len(header.variant_range))}"
    if outcome.selected != outcome.measured - outcome.invalid_variants:
        counts += f" · {count_text(outcome.selected)} kept"
    if shown < outcome.selected:
        counts += f" · {count_text(shown)} shown, `--top N` shows more, `-o csv:PATH` writes all"
    lines = [counts, *reasons(header, outcome)]
    images = "the whole batch" if header.grid.axis_index(BATCH) is not None else "one image"
    lines.append(
        f"MACs and FLOPs are those of one image; Weights and Outputs (all of {images}, nothing"
        " reused) are in fp32."
    )
    return lines


def reasons(header: SweepHeader, outcome: SweepOutcome) -> list[str]:
    """The variants without a valid network, by reason."""
    lines = []
    for invalid in outcome.invalid:
        diagnostic = invalid.diagnostic
        region = diagnostic.region
        place = f":{region.line}:{region.column}" if region else ""
        names = [axis.name for axis in header.grid.axes]
        pairs = zip(names, header.grid.texts(invalid.first), strict=True)
        first = " ".join(f"{name}={text}" for name, text in pairs)
        message = printable(f"{diagnostic.path}{place}: {diagnostic.code}: {diagnostic.message}")
        lines.append(
            f"{count_text(invalid.variant_count)} without a valid network: {message} ({first})"
        )
    return lines
