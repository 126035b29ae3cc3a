"""Presets of columns for ``--view``, and the analyses that columns need.

An analysis runs where one of its columns is asked for, and is imported then.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cnnaudit.calculator import Audit
from cnnaudit.errors import UsageError, suggestion
from cnnaudit.render.columns import FIELD_KEYS, SIGNAL_KEYS, Column, named
from cnnaudit.render.summary import summary

if TYPE_CHECKING:
    from cnnaudit.analysis.memory import Memory

_WHAT = ("layer", "operation", "output")

#: What ``--view`` may name, and the columns it stands for.
VIEWS = {
    "shapes": (*_WHAT, "activation_size", "attributes"),
    "cost": (*_WHAT, "params", "params_share", "macs", "macs_share", "flops"),
    "memory": ("layer", "output", "weight_bytes", "activation_bytes", "saved_bytes", "live_bytes"),
    "receptive-field": (*_WHAT, "receptive_field", "narrowest", "stride", "offset", "seen", "path"),
    "signal": (*_WHAT, *SIGNAL_KEYS),
}


def columns_of(view: str, columns: str) -> str:
    """``--columns``, or what ``--view`` stands for.

    Raises ``UsageError`` where both are given, or there is no such view.
    """
    if not view:
        return columns
    if columns:
        raise UsageError("--view and --columns both choose the columns: give one of them")
    if view not in VIEWS:
        hint = suggestion(view, tuple(VIEWS)) or f"there are {', '.join(VIEWS)}"
        raise UsageError(f"--view: there is no view '{view}' ({hint})")
    return ",".join(VIEWS[view])


def wants_signal(columns: str) -> bool:
    """Whether a column of the signal is asked for."""
    return not set(SIGNAL_KEYS).isdisjoint(named(columns))


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
        analysed = keys and keys <= {*_WHAT, "attributes", "source", *FIELD_KEYS, *SIGNAL_KEYS}
        alone = analysed and any(notes) and memories is None
        asked: Sequence[Memory | None] = memories or [None] * len(audits)
        self.footers = [
            [*([] if alone else summary(audit, memory)), *lines]
            for audit, memory, lines in zip(audits, asked, notes, strict=True)
        ]
