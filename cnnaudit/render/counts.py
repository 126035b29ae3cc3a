"""``--count``: what other tools print for a network, with each addend, in every format."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

from cnnaudit.calculator import Audit
from cnnaudit.counting.count import Count
from cnnaudit.formatting import count_text
from cnnaudit.render import report_markdown
from cnnaudit.render.report_csv import harmless

HEADING = "Whose FLOPs?"
TITLES = (
    ("Counted as", False),
    ("Number", True),
    ("Unit", False),
    ("Each × count", True),
    ("Of what", False),
)
_CSV = ("network", "preset", "version", "unit", "total", "what", "each", "count", "addend")


def keys(counts: Sequence[Sequence[Count]]) -> list[dict[str, Any]]:
    """What the JSON report says of each network beside the rest: its ``counts``."""
    return [{"counts": [_one(count) for count in found]} for found in counts]


def _one(count: Count) -> dict[str, Any]:
    preset = count.preset
    return {
        "preset": preset.name,
        "tool": preset.tool,
        "version": preset.version,
        "status": "partial" if count.unknown_ops else "complete",
        "unknown": list(count.unknown_ops),
        "total": count.total,
        "unit": preset.unit,
        "addends": [
            {"what": a.label, "count": a.number, "each": a.factor, "total": a.total}
            for a in count.addends
        ],
        "alternatives": [{"if": a.condition, "total": a.total} for a in count.alternatives],
        "note": preset.note,
    }


def lines(counts: Sequence[Count]) -> Iterator[tuple[str, ...]]:
    """A line per preset with its total, and one below it per addend, as ``TITLES`` says."""
    for count in counts:
        total = f"{_sign(count)}{count_text(count.total)}"
        yield count.preset.name, total, count.preset.unit, "", count.preset.version
        for addend in count.addends:
            product = f"{addend.factor} × {count_text(addend.number)}"
            yield "", count_text(addend.total), "", product, addend.label


def remarks(counts: Sequence[Count]) -> list[str]:
    """What a reader must know: what a total depends on, what is unknown, what a tool gets wrong."""
    found = []
    for count in counts:
        name = count.preset.name
        found.append(f"{name}: {count.preset.note}")
        found += [
            f"{name}: {count_text(otherwise.total)} if {otherwise.condition}."
            for otherwise in count.alternatives
        ]
        if count.unknown_ops:
            found.append(
                f"{name}: how it counts {', '.join(count.unknown_ops)} is not known: the number is"
                " a lower bound."
            )
    return found


def _sign(count: Count) -> str:
    return "≥ " if count.unknown_ops else ""


def section(counts: Sequence[Count]) -> str:
    """What follows a network's Markdown: its counts, each with what it adds up."""
    rows = [[cell.strip() for cell in line] for line in lines(counts)]
    said = [f"- {report_markdown.escape(remark)}" for remark in remarks(counts)]
    table = report_markdown.markdown_table(TITLES, rows)
    return f"### {HEADING}\n\n{table}\n" + "\n".join(said) + "\n"


def as_csv(audits: Sequence[Audit], counts: Sequence[Sequence[Count]]) -> str:
    """A row per addend: ``addend`` = ``each`` × ``count``, and they add up to ``total``.

    A preset that finds nothing to count has one row without an addend.
    """
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_CSV)
    for audit, found in zip(audits, counts, strict=True):
        for count in found:
            preset, name = count.preset, harmless(audit.graph.name)
            start = (name, preset.name, preset.version, preset.unit, count.total)
            for addend in count.addends:
                end = (addend.label, addend.factor, addend.number, addend.total)
                writer.writerow((*start, *end))
            if not count.addends:
                writer.writerow((*start, "", "", "", ""))
    return stream.getvalue()
