"""How every operation explains itself, by its name."""

from cnnaudit.explaining import activation, conv, dense, merge, norm, pool, sequence, shape
from cnnaudit.explaining.formula import Explainer
from cnnaudit.layers.table import INPUT, UNKNOWN

EXPLAINERS: dict[str, Explainer] = {
    name: explainer
    for family in (conv, pool, dense, norm, activation, merge, shape, sequence)
    for name, explainer in family.EXPLAINERS.items()
} | {INPUT.name: Explainer(), UNKNOWN.name: Explainer()}
