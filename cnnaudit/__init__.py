"""cnnaudit audits convolutional architectures from a text file, without a framework.

>>> import cnnaudit
>>> network = cnnaudit.audit(cnnaudit.load("zoo:alexnet"))
>>> network.totals.params
62378344
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnnaudit.adaptation.adapting import adapt as adapt
    from cnnaudit.calculator import audit as audit
    from cnnaudit.checking.api import check as check
    from cnnaudit.comparison.diff import compare as compare
    from cnnaudit.loading import load as load
    from cnnaudit.sweeping.run import sweep as sweep

__version__ = "0.1.0"
__all__ = ["adapt", "audit", "check", "compare", "load", "sweep"]

#: The public functions and the modules they live in, loaded when they are first asked for: the
#: version alone must not cost the rest.
_PUBLIC = {
    "adapt": "adaptation.adapting",
    "audit": "calculator",
    "check": "checking.api",
    "compare": "comparison.diff",
    "load": "loading",
    "sweep": "sweeping.run",
}


def __getattr__(name: str) -> Any:
    if name in _PUBLIC:
        return getattr(import_module(f"cnnaudit.{_PUBLIC[name]}"), name)
    raise AttributeError(f"module 'cnnaudit' has no attribute '{name}'")
