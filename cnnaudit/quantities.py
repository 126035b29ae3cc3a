"""The quantities of a network: their names, their short forms, and what they count in.

Every option, file and output takes these names and their aliases. The parser needs them for
``expect``; the calculator and the analysis of memory compute the values.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple, TypeAlias

from cnnaudit.errors import did_you_mean

Unit: TypeAlias = Literal["count", "bytes"]


class Quantity(NamedTuple):
    """A quantity by its name in JSON, which is that in ``Totals`` if ``is_total``.

    ``is_claimable`` is true if a file or a configuration may state or bound it; ``is_cost`` if each
    node has it too. ``phrase`` names it in a sentence; None if no comment states it.
    """

    name: str
    phrase: str | None = None
    aliases: tuple[str, ...] = ()
    unit: Unit = "count"
    is_claimable: bool = True
    is_cost: bool = True
    is_total: bool = True


def _bytes(name: str, *aliases: str, phrase: str | None = None, is_total: bool = True) -> Quantity:
    return Quantity(name, phrase, aliases, "bytes", is_cost=False, is_total=is_total)


#: In the order in which they are shown; the last ones need an analysis of memory.
QUANTITIES = (
    Quantity("layers", is_claimable=False, is_cost=False),
    Quantity("params", "the number of all parameters"),
    Quantity("trainable_params", "the number of the trainable parameters"),
    Quantity("non_trainable_params", "the number of the non-trainable parameters"),
    Quantity("buffers"),
    Quantity("macs", "the number of MACs"),
    Quantity("bias_adds", is_claimable=False),
    Quantity("elementwise_ops", is_claimable=False),
    Quantity("flops", "the number of FLOPs"),
    Quantity("activation_size", "the size of all activations", is_cost=False),
    _bytes("weight_bytes", "weights", "weight", phrase="the size of the parameters in bytes"),
    _bytes("activation_bytes", "activations"),
    _bytes("peak_activation_bytes", "peak", is_total=False),
    _bytes("training_activation_bytes", "kept", is_total=False),
    _bytes("training_bytes", is_total=False),
)

#: The totals that are compared in full, and listed in JSON.
TOTALS = tuple(quantity.name for quantity in QUANTITIES if quantity.is_total)
#: What ``expect`` may claim; ``max_`` before one makes it a budget.
CLAIMS = tuple(quantity.name for quantity in QUANTITIES if quantity.is_claimable)
#: The claimable totals: the columns of a sweep.
SWEPT = tuple(q.name for q in QUANTITIES if q.is_claimable and q.is_total)
#: What may not grow beyond a limit: every quantity.
GATED = tuple(quantity.name for quantity in QUANTITIES)
#: The totals that are sums of costs of nodes, unknown for an unknown layer.
COSTS = tuple(quantity.name for quantity in QUANTITIES if quantity.is_cost)

_ALIASES = {alias: quantity.name for quantity in QUANTITIES for alias in quantity.aliases}
_UNITS: dict[str, Unit] = {quantity.name: quantity.unit for quantity in QUANTITIES}


def full_name(word: str) -> str:
    """The name of the quantity that an alias stands for; any other word as it is."""
    return _ALIASES.get(word, word)


def unit_of(name: str) -> Unit:
    """What a quantity counts in, given by its full name."""
    return _UNITS[name]


def aliases_of(names: Iterable[str]) -> dict[str, str]:
    """The aliases of these quantities, and the name of each."""
    subset = set(names)
    return {alias: name for alias, name in _ALIASES.items() if name in subset}


def name_hint(word: str, names: tuple[str, ...]) -> str:
    """What to write instead of a word that is none of ``names``, nor an alias of one."""
    if word == "memory":
        meanings = {"peak_activation_bytes": "to run it", "training_bytes": "to train it"}
        uses = [f"{name} {use}" for name, use in meanings.items() if name in names]
        if uses:
            return f"write {' or '.join(uses)}"
    hint = did_you_mean(word, (*names, *aliases_of(names)))
    return hint or f"there are {', '.join(names)}"
