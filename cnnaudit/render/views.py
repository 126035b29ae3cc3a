"""The analyses that the asked columns need: their columns, and what they say below the table.

An analysis runs where one of its columns is asked for, and is imported then.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cnnaudit.calculator import Audit
from cnnaudit.render.columns import Column
from cnnaudit.render.keys import FIELD_KEYS, SIGNAL_KEYS, WHAT, named, wants_signal
from cnnaudit.render.summary import summary

if TYPE_CHECKING:
    from cnnaudit.analysis.memory.memory import Memory


class Shown:
    """What the asked columns need: further columns, and the lines below each network's table."""

    def __init__(
        self, audits: Sequence[Audit], columns: str, memories: "Sequence[Memory] | None"
    ) -> None:
        keys = set(named(columns))
        self.columns: dict[str, Column] = {}
        notes: list[list[str]] = [[] for _ in audits]
        if not keys.isdisjoint(FIELD_KEYS):
            from cnnaudit.render import field_columns as field  # noqa: PLC0415  where asked for

            fields = field.analysed(audits)
            self.columns |= field.field_columns(audits, fields)
            for lines, audit, found in zip(notes, audits, fields, strict=True):
                lines.extend(field.field_notes(audit, found))
        if wants_signal(columns):
            from cnnaudit.render import signal_columns as signal  # noqa: PLC0415

            signals = signal.analysed(audits)
            self.columns |= signal.signal_columns(audits, signals)
            for lines, audit, at in zip(notes, audits, signals, strict=True):
                lines.extend(signal.signal_notes(audit, at))
        # Where nothing that adds up is shown, totals would only be in the way.
        analysed = keys and keys <= {*WHAT, "attributes", "source", *FIELD_KEYS, *SIGNAL_KEYS}
        alone = analysed and any(notes) and memories is None
        asked: Sequence[Memory | None] = memories or [None] * len(audits)
        self.footers = [
            [*([] if alone else summary(audit, memory)), *lines]
            for audit, memory, lines in zip(audits, asked, notes, strict=True)
        ]
