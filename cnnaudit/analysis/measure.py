"""The value of any quantity of an audited network, for one image in fp32."""

from collections.abc import Callable, Mapping

from cnnaudit.analysis.memory.memory import Memory, memory
from cnnaudit.calculator import Audit
from cnnaudit.quantities import TOTALS


def _training_activations(result: Memory) -> int:
    return result.training.activations if result.training else 0


def _training(result: Memory) -> int:
    return result.training.total if result.training else 0


#: What an analysis of memory says; training takes nothing where nothing can train.
_MEASURES: Mapping[str, Callable[[Memory], int]] = {
    "peak_activation_bytes": lambda result: result.peak.bytes,
    "training_activation_bytes": _training_activations,
    "training_bytes": _training,
}


def measure(audit: Audit, name: str) -> int:
    """Return the value of a quantity, given by its full name."""
    if name in TOTALS:
        return int(getattr(audit.totals, name))
    return _MEASURES[name](memory(audit))
