"""The totals of a network, as listed by every command.

The parser needs their names for ``expect``; the calculator computes their values.
"""

from typing import NamedTuple


class Quantity(NamedTuple):
    """A total by its name in ``Totals``.

    ``is_claimable`` is true if a file or a configuration may state or bound it, and a sweep lists
    it; ``is_cost`` if each node has it too. ``phrase`` names it in a sentence; None if no comment
    states it.
    """

    name: str
    phrase: str | None = None
    is_claimable: bool = True
    is_cost: bool = True


#: In the order in which they are shown.
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
    Quantity("weight_bytes", "the size of the parameters in bytes", is_cost=False),
    Quantity("activation_bytes", is_cost=False),
)

#: The totals that are compared and gated.
TOTALS = tuple(quantity.name for quantity in QUANTITIES)
#: The totals that ``expect`` may claim; ``max_`` before one makes it a budget.
CLAIMS = tuple(quantity.name for quantity in QUANTITIES if quantity.is_claimable)
#: The totals that are sums of costs of nodes, unknown for an unknown layer.
COSTS = tuple(quantity.name for quantity in QUANTITIES if quantity.is_cost)
