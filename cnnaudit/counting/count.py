"""A network counted as a preset counts: the total, its addends, and what it depends on."""

from collections.abc import Iterable
from typing import NamedTuple

from cnnaudit.calculator import Audit
from cnnaudit.counting import keras, plain, pytorch
from cnnaudit.counting.preset import Preset, Use
from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.graph.operation import weights_of
from cnnaudit.layers.table import UNKNOWN

_PAPER, _SEED_TABLE, _DARKNET = plain.PRESETS

#: Every convention by its name, in the order in which ``--count all`` shows them.
PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (_PAPER, _SEED_TABLE, *pytorch.PRESETS, *keras.PRESETS, _DARKNET)
}


class Addend(NamedTuple):
    """So many of something, so much each."""

    what: str
    number: int
    each: int

    @property
    def total(self) -> int:
        """What it adds to the sum."""
        return self.number * self.each


class Otherwise(NamedTuple):
    """The total, if a condition holds that the architecture does not tell."""

    condition: str
    total: int


class Count(NamedTuple):
    """One image's forward pass in a preset's convention.

    ``unknown`` names operations of which it is not known how the tool counts them; where there are
    any, the total is a lower bound.
    """

    preset: Preset
    addends: tuple[Addend, ...]
    alternatives: tuple[Otherwise, ...]
    unknown: tuple[str, ...]

    @property
    def total(self) -> int:
        """The sum of the addends."""
        return sum(addend.total for addend in self.addends)


def chosen(text: str) -> tuple[Preset, ...]:
    """The presets of ``--count a,b`` or ``--count all``; raises ``UsageError`` for unknown ones."""
    if text == "all":
        return tuple(PRESETS.values())
    found = []
    for name in (part.strip() for part in text.split(",")):
        if name not in PRESETS:
            known = (*PRESETS, "all")
            hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
            raise UsageError(f"--count: there is no preset '{name}' ({hint})")
        found.append(PRESETS[name])
    return tuple(found)


def uses(audit: Audit) -> list[Use]:
    """The nodes of inference as counters meet them; auxiliary heads do not run there."""
    running = [
        (index, row)
        for index, row in enumerate(audit.rows)
        if row.node.kind != "input" and not row.node.auxiliary
    ]
    read: set[int] = set()
    for index, row in reversed(running):
        # A dropout at an end passes everything on at inference: what it reads is that end.
        if row.node.kind != "dropout" or index in read:
            read.update(row.node.inputs)
    found = []
    for index, row in running:
        node, inputs = row.node, row.node.entering
        weights = weights_of(node.operation) if all(inputs) else ()
        found.append(
            Use(
                node.kind,
                node.attributes,
                inputs,
                node.shape,
                weights,
                row.macs,
                row.bias_adds,
                index not in read,
            )
        )
    return found


def count(audit: Audit, preset: Preset) -> Count:
    """Count ``audit``'s network as ``preset`` does: per image, in the preset's own unit."""
    return counts(audit, (preset,))[0]


def counts(audit: Audit, presets: Iterable[Preset]) -> list[Count]:
    """The same by several presets."""
    found = uses(audit)
    shaped = [use for use in found if use.shaped]
    kinds = dict.fromkeys((use.kind, use.shaped) for use in found)
    return [_count(audit, preset, shaped, kinds) for preset in presets]


def _count(
    audit: Audit, preset: Preset, shaped: list[Use], kinds: Iterable[tuple[str, bool]]
) -> Count:
    sums: dict[tuple[str, int], int] = {}
    for use in shaped:
        for item in preset.table.get(use.kind, ()):
            key = item.what, item.each
            sums[key] = sums.get(key, 0) + item.measure(use)
    addends = tuple(Addend(what, number, each) for (what, each), number in sums.items() if number)
    total = sum(addend.total for addend in addends)
    changes = [(a.condition, sum(a.change(use) for use in shaped)) for a in preset.alternatives]
    return Count(
        preset,
        addends,
        tuple(Otherwise(condition, total + change) for condition, change in changes if change),
        _unknown(audit, preset, kinds),
    )


def _unknown(audit: Audit, preset: Preset, kinds: Iterable[tuple[str, bool]]) -> tuple[str, ...]:
    """Kinds without a row, layers that nobody knows by their class, and what has no shape."""
    rowless = [kind for kind, shaped in kinds if kind not in preset.table or not shaped]
    names = [kind for kind in rowless if kind != UNKNOWN.name]
    return tuple(dict.fromkeys((*(layer[1] for layer in audit.graph.unknown), *names)))
