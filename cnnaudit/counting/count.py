"""A network counted by a preset: the total, its addends, and the conditions it depends on."""

from collections.abc import Iterable
from typing import NamedTuple

from cnnaudit.calculator import Audit
from cnnaudit.counting import keras, plain, pytorch
from cnnaudit.counting.preset import CountedNode, Preset
from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.ops.registry import UNKNOWN_OP

_PAPER, _SEED_TABLE, _DARKNET = plain.PRESETS

#: Every convention by its name, in the order in which ``--count all`` shows them.
PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (_PAPER, _SEED_TABLE, *pytorch.PRESETS, *keras.PRESETS, _DARKNET)
}


class Addend(NamedTuple):
    """A part of a total: ``number`` of the quantity ``label``, each counted ``factor`` times."""

    label: str
    number: int
    factor: int

    @property
    def total(self) -> int:
        """The number times the factor."""
        return self.number * self.factor


class AlternativeTotal(NamedTuple):
    """The total if ``condition`` holds, which the architecture file does not state."""

    condition: str
    total: int


class Count(NamedTuple):
    """The count of one image's forward pass by a preset.

    ``unknown_ops`` names the ops that the preset has no rule for; if there are any, the total is a
    lower bound.
    """

    preset: Preset
    addends: tuple[Addend, ...]
    alternatives: tuple[AlternativeTotal, ...]
    unknown_ops: tuple[str, ...]

    @property
    def total(self) -> int:
        """The sum of the addends."""
        return sum(addend.total for addend in self.addends)


def parse_presets(text: str) -> tuple[Preset, ...]:
    """Return the presets of ``--count a,b`` or ``--count all``.

    Raises ``UsageError`` for an unknown name.
    """
    if text == "all":
        return tuple(PRESETS.values())
    presets = []
    for name in (part.strip() for part in text.split(",")):
        if name not in PRESETS:
            names = (*PRESETS, "all")
            hint = did_you_mean(name, names) or f"there are {', '.join(names)}"
            raise UsageError(f"--count: there is no preset '{name}' ({hint})")
        presets.append(PRESETS[name])
    return tuple(presets)


def counted_nodes(audit: Audit) -> list[CountedNode]:
    """Return the nodes that run at inference; auxiliary heads do not."""
    running = [
        (index, row)
        for index, row in enumerate(audit.rows)
        if row.node.op != "input" and not row.node.auxiliary
    ]
    read_nodes: set[int] = set()
    for index, row in reversed(running):
        # A dropout at an output is the identity at inference: its input is that output.
        if row.node.op != "dropout" or index in read_nodes:
            read_nodes.update(row.node.inputs)
    nodes = []
    for index, row in running:
        node, shapes = row.node, row.node.input_shapes
        nodes.append(
            CountedNode(
                op=node.op,
                attributes=node.attributes,
                input_shapes=shapes,
                output_shape=node.output_shape,
                weights=node.weights if all(shapes) else (),
                macs=row.macs,
                bias_adds=row.bias_adds,
                is_output=index not in read_nodes,
            )
        )
    return nodes


def count(audit: Audit, preset: Preset) -> Count:
    """Count the network by ``preset``, per image and in the unit of the preset."""
    return count_presets(audit, (preset,))[0]


def count_presets(audit: Audit, presets: Iterable[Preset]) -> list[Count]:
    """Count the network by each of several presets, as ``count`` does."""
    nodes = counted_nodes(audit)
    measurable = [node for node in nodes if node.has_known_shapes]
    ops = dict.fromkeys((node.op, node.has_known_shapes) for node in nodes)
    return [_count(audit, preset, measurable, ops) for preset in presets]


def _count(
    audit: Audit, preset: Preset, nodes: list[CountedNode], ops: Iterable[tuple[str, bool]]
) -> Count:
    """Count ``nodes``; ``ops`` are the op names of all nodes with whether shapes are known."""
    numbers: dict[tuple[str, int], int] = {}
    for node in nodes:
        for countable in preset.table.get(node.op, ()):
            key = countable.label, countable.factor
            numbers[key] = numbers.get(key, 0) + countable.measure(node)
    addends = tuple(
        Addend(label, number, factor) for (label, factor), number in numbers.items() if number
    )
    total = sum(addend.total for addend in addends)
    alternatives = []
    for alternative in preset.alternatives:
        if difference := sum(alternative.difference(node) for node in nodes):
            alternatives.append(AlternativeTotal(alternative.condition, total + difference))
    return Count(preset, addends, tuple(alternatives), _unknown_ops(audit, preset, ops))


def _unknown_ops(audit: Audit, preset: Preset, ops: Iterable[tuple[str, bool]]) -> tuple[str, ...]:
    """Return the classes of unknown layers, then the ops without a row or without shapes."""
    classes = [layer.what for layer in audit.graph.unknown]
    uncountable = [
        op
        for op, has_known_shapes in ops
        if op != UNKNOWN_OP.name and (op not in preset.table or not has_known_shapes)
    ]
    return tuple(dict.fromkeys((*classes, *uncountable)))
