"""The names of ``--columns`` and ``--view``, and the analysis that each of them needs.

The columns themselves are in another module, since a report in JSON does not load them.
"""

from collections.abc import Iterable

from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.quantities import full_name

#: Columns that need an analysis of memory.
MEMORY_KEYS = ("weight_bytes", "activation_bytes", "saved_bytes", "live_bytes")
#: Columns that need receptive fields.
FIELD_KEYS = ("receptive_field", "narrowest", "stride", "offset", "misalignment", "seen", "path")
#: Columns that need the signal at initialisation.
SIGNAL_KEYS = ("forward_gain", "forward_signal", "backward_gain", "backward_signal")

#: Columns that identify a layer.
LAYER_COLUMNS = ("layer", "operation", "output")

#: The columns of each ``--view``.
VIEWS = {
    "shapes": (*LAYER_COLUMNS, "activation_size", "attributes"),
    "cost": (*LAYER_COLUMNS, "params", "params_share", "macs", "macs_share", "flops"),
    "memory": ("layer", "output", *MEMORY_KEYS),
    "receptive-field": (
        *LAYER_COLUMNS,
        *("receptive_field", "narrowest", "stride", "offset", "seen", "path"),
    ),
    "signal": (*LAYER_COLUMNS, *SIGNAL_KEYS),
}


def named(text: str) -> tuple[str, ...]:
    """The keys in ``--columns a,b,c``, an alias by the quantity that it stands for."""
    return tuple(full_name(part.strip()) for part in text.split(",") if part.strip())


def columns_of(view: str, columns: str) -> str:
    """The columns of ``--columns`` or ``--view``.

    Raises ``UsageError`` if both are given, or if there is no such view.
    """
    if not view:
        return columns
    if columns:
        raise UsageError("--view and --columns both choose the columns: give one of them")
    if view not in VIEWS:
        hint = did_you_mean(view, tuple(VIEWS)) or f"there are {', '.join(VIEWS)}"
        raise UsageError(f"--view: there is no view '{view}' ({hint})")
    return ",".join(VIEWS[view])


def needs(keys: Iterable[str], columns: str) -> bool:
    """Whether ``--columns`` names one of these keys."""
    return not set(keys).isdisjoint(named(columns))
