"""The words of ``--columns`` and ``--view``: what they name, and which analysis that needs.

Known before anything is drawn, so that a report in JSON does without the columns themselves.
"""

from cnnaudit.errors import UsageError, did_you_mean

#: Columns that need an analysis of memory, and exist where it was made.
MEMORY_KEYS = ("weight_bytes", "activation_bytes", "saved_bytes", "live_bytes")
#: Columns that need receptive fields.
FIELD_KEYS = (
    "receptive_field",
    "narrowest",
    "stride",
    "offset",
    "misalignment",
    "seen",
    "path",
)
#: Columns that need the signal at initialisation.
SIGNAL_KEYS = ("forward_gain", "forward_signal", "backward_gain", "backward_signal")

WHAT = ("layer", "operation", "output")

#: What ``--view`` may name, and the columns it stands for.
VIEWS = {
    "shapes": (*WHAT, "activation_size", "attributes"),
    "cost": (*WHAT, "params", "params_share", "macs", "macs_share", "flops"),
    "memory": ("layer", "output", "weight_bytes", "activation_bytes", "saved_bytes", "live_bytes"),
    "receptive-field": (*WHAT, "receptive_field", "narrowest", "stride", "offset", "seen", "path"),
    "signal": (*WHAT, *SIGNAL_KEYS),
}


def named(text: str) -> tuple[str, ...]:
    """The keys in ``--columns a,b,c``."""
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def columns_of(view: str, columns: str) -> str:
    """``--columns``, or what ``--view`` stands for.

    Raises ``UsageError`` where both are given, or there is no such view.
    """
    if not view:
        return columns
    if columns:
        raise UsageError("--view and --columns both choose the columns: give one of them")
    if view not in VIEWS:
        hint = did_you_mean(view, tuple(VIEWS)) or f"there are {', '.join(VIEWS)}"
        raise UsageError(f"--view: there is no view '{view}' ({hint})")
    return ",".join(VIEWS[view])


def wants_signal(columns: str) -> bool:
    """Whether a column of the signal is asked for."""
    return not set(SIGNAL_KEYS).isdisjoint(named(columns))
