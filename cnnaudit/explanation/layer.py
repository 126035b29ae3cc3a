"""Every number of a written layer as a formula with its values filled in."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from cnnaudit.analysis.receptive_field import GLOBAL, ReceptiveField, receptive_fields
from cnnaudit.calculator import BYTES_PER_VALUE, Audit, Row
from cnnaudit.graph.graph import Layer, Node
from cnnaudit.ops.formula import Formula, Formulas, axis_names, times
from cnnaudit.ops.frameworks import FRAMEWORKS
from cnnaudit.ops.op import Cost, Shapes, Weight
from cnnaudit.ops.registry import has_trait, op_named
from cnnaudit.ops.symbols import written_out
from cnnaudit.ops.window_axis import window_axes


class NodeExplanation(NamedTuple):
    """One operation: what enters and leaves it (shapes channels last), formulas and sentences."""

    node: Node
    inputs: Shapes
    sources: tuple[str, ...]
    formulas: tuple[Formula, ...]
    notes: tuple[str, ...]


class LayerFormulas(NamedTuple):
    """A written layer: its operation, then its modifiers."""

    name: str
    nodes: tuple[NodeExplanation, ...]


def explain_layers(audit: Audit, layers: tuple[Layer, ...]) -> tuple[LayerFormulas, ...]:
    """The accounts of some layers of an audited graph."""
    fields = receptive_fields(audit.graph)
    return tuple(
        LayerFormulas(
            layer.name,
            tuple(_node(audit, audit.rows[index], fields, index) for index in layer.nodes),
        )
        for layer in layers
    )


def _node(
    audit: Audit, row: Row, fields: tuple[ReceptiveField, ...], index: int
) -> NodeExplanation:
    node, graph = row.node, audit.graph
    inputs = node.input_shapes
    names = tuple(graph.nodes[source].name for source in node.inputs)
    if row.unknown or not all((*inputs, node.output_shape)):
        why = "It is not known what this layer costs." if row.unknown else "A shape is not known."
        return NodeExplanation(node, inputs, names, (), (why,))
    formulas = op_named(node.op).formulas(inputs, node.attributes, node.output_shape)
    weights = _weights(audit, row, formulas)
    before = fields[node.inputs[0]] if node.inputs else fields[index]
    sight = _sight(node, inputs, before, fields[index])
    all_formulas = (
        *formulas.output,
        Formula("activation_size", times(*node.output_shape), row.activation_size),
        *weights.formulas,
        *_cost(row, formulas),
        *sight.formulas,
        *_bytes(row),
    )
    symbols = {**_SYMBOLS, **op_named(node.op).symbols}
    return NodeExplanation(
        node,
        inputs,
        names,
        tuple(_with_symbols(formula, symbols, node) for formula in all_formulas),
        (*formulas.notes, *weights.notes, *sight.notes, *_standing(node)),
    )


#: The formulas that all operations have in common; ``weights`` and costs are an operation's own.
_SYMBOLS = {
    "activation_size": "{m}·o",
    "receptive_field": "r₀ + (k − 1)·d·j",
    "stride": "j·s",
    "weight_bytes": f"{BYTES_PER_VALUE}·parameters",
    "activation_bytes": f"{BYTES_PER_VALUE}·activation size",
}


def _with_symbols(formula: Formula, symbols: Mapping[str, str], node: Node) -> Formula:
    """The formula with its symbols, if it is a calculation and they are known."""
    text = formula.symbols or symbols.get(formula.quantity)
    if text is None or formula.expression in (None, str(formula.value)):
        return formula._replace(symbols=None)
    inputs, outputs = len(node.input_shapes[0]) - 1, len(node.output_shape) - 1
    return formula._replace(symbols=written_out(text, inputs, outputs))


class _Explanation(NamedTuple):
    """Formulas of a layer, and notes about them in sentences."""

    formulas: tuple[Formula, ...] = ()
    notes: tuple[str, ...] = ()


def _weights(audit: Audit, row: Row, formulas: Formulas) -> _Explanation:
    """Trainable and non-trainable parameters and buffers, by the framework's own summary."""
    node = row.node
    weights = op_named(node.op).weights(node.input_shapes, node.attributes)
    learned = _sum_of_sizes(weights, False) if formulas.weights is None else formulas.weights
    statistics = formulas.statistics
    if statistics is None:
        statistics = _sum_of_sizes(weights, True)
    if not learned and not statistics:
        return _Explanation()
    if node.shared is not None and not row.params:
        owner = audit.graph.nodes[node.shared].name
        return _Explanation(
            (Formula("params", "0", 0),), (f"It uses the weights of {owner}: they count there.",)
        )
    counted = FRAMEWORKS[audit.graph.framework].statistics_are_params
    notes = []
    if learned and not node.trainable:
        notes.append("Frozen: training does not change these parameters.")
    if statistics:
        notes.append(
            f"Running statistics are {'non-trainable parameters' if counted else 'buffers'}"
            f" in {audit.graph.framework}."
        )
    return _Explanation(tuple(_counts(row, learned, statistics, counted)), tuple(notes))


def _joined(symbols: Mapping[str, str], names: Iterable[str]) -> str | None:
    """The sum of some of an operation's formulas; None if one of them has no symbols."""
    parts = [symbols.get(name) for name in names]
    return None if None in parts else " + ".join(filter(None, parts))


def _sum_of_sizes(weights: Iterable[Weight], statistic: bool) -> str:
    """The sizes of the learned or of the measured tensors: ``3·3·64 + 64``."""
    return " + ".join(times(*w.shape) for w in weights if w.statistic == statistic)


def _counts(row: Row, learned: str, statistics: str, counted: bool) -> Iterator[Formula]:
    """One formula for each of trainable, non-trainable parameters and buffers that there are."""
    symbols = op_named(row.node.op).symbols
    weights = symbols.get("weights")
    if not statistics:
        yield Formula("params", learned, row.params, symbols=weights)
        return
    if row.trainable_params:
        yield Formula("trainable_params", learned, row.trainable_params, symbols=weights)
    fixed = {"weights": learned} if learned and not row.node.trainable else {}
    if counted:
        fixed["statistics"] = statistics
    if fixed:
        expression = " + ".join(fixed.values())
        text = _joined(symbols, fixed)
        yield Formula("non_trainable_params", expression, row.non_trainable_params, symbols=text)
    if not counted:
        yield Formula("buffers", statistics, row.buffers, symbols=symbols.get("statistics"))


def _cost(row: Row, formulas: Formulas) -> Iterator[Formula]:
    """One formula for each part of the cost; a number without expression if the op states none."""
    for quantity in Cost._fields:
        expression = getattr(formulas, quantity)
        value = getattr(row, quantity)
        if expression or value:
            yield Formula(quantity, expression or None, value)
    if row.flops:
        parts = {"2·MACs": f"2·{row.macs}"} if row.macs else {}
        if row.bias_adds:
            parts["bias additions"] = str(row.bias_adds)
        if row.elementwise_ops:
            parts["elementwise operations"] = str(row.elementwise_ops)
        yield Formula("flops", " + ".join(parts.values()), row.flops, symbols=" + ".join(parts))


def _bytes(row: Row) -> Iterator[Formula]:
    """In fp32, one image."""
    if row.params:
        expression = f"{BYTES_PER_VALUE}·{row.params}"
        yield Formula("weight_bytes", expression, BYTES_PER_VALUE * row.params)
    if row.activation_size:
        expression = f"{BYTES_PER_VALUE}·{row.activation_size}"
        yield Formula("activation_bytes", expression, BYTES_PER_VALUE * row.activation_size)


# What it sees -------------------------------------------------------------------------------------


def _sight(
    node: Node, inputs: Shapes, before: ReceptiveField, field: ReceptiveField
) -> _Explanation:
    """The receptive field ``r + (k − 1)·d·j`` and its stride, where the layer changes them."""
    if (
        node.inputs
        and len(node.inputs) == 1
        and field[:2] == before[:2]
        and field.note == before.note
    ):
        return _Explanation()
    if field.size is None:
        why = "every position sees the same of the input" if field.note == GLOBAL else field.note
        return _Explanation((), (f"Receptive field: {why}.",))
    expressions = _sliding(node, inputs, before) or [(None, None)] * len(field.size)
    formulas = []
    names = axis_names(len(field.size))
    stride = field.stride or (None,) * len(field.size)
    sizes = zip(field.size, stride, names, expressions, strict=True)
    for size, step, name, (reach, jump) in sizes:
        if size is not None:
            formulas.append(Formula("receptive_field", _if(reach, size), size, name))
        if step is not None:
            formulas.append(Formula("stride", _if(jump, step), step, name))
    merges = len(node.inputs) > 1
    notes = ("Receptive field: the union over the inputs.",) if merges else ()
    return _Explanation(tuple(formulas), notes)


class Worked(NamedTuple):
    """An expression and its value."""

    text: str
    value: Fraction


def _if(worked: Worked | None, value: Any) -> str | None:
    """An expression where it says what the intervals on the graph say."""
    return worked.text if worked is not None and worked.value == value else None


def _sliding(
    node: Node, inputs: Shapes, before: ReceptiveField
) -> list[tuple[Worked | None, Worked | None]]:
    """Field and stride of a sliding window over what is seen before it; empty for other layers."""
    attributes = node.attributes
    if not has_trait(node.op, "sliding window") or attributes["kernel"] == "global":
        return []
    if before.size is None or before.stride is None:
        return []
    axes = window_axes(inputs[0], attributes, node.output_shape)
    if len(axes) != len(before.size):
        return []
    found: list[tuple[Worked | None, Worked | None]] = []
    for axis, reach, jump in zip(axes, before.size, before.stride, strict=True):
        if reach is None or jump is None:
            found.append((None, None))
            continue
        step = str(jump) if jump.denominator == 1 else f"({jump})"
        field = Worked(
            f"{reach} + ({axis.kernel} − 1)·{axis.dilation}·{step}",
            reach + (axis.kernel - 1) * axis.dilation * jump,
        )
        found.append((field, Worked(f"{step}·{axis.stride}", jump * axis.stride)))
    return found


def _standing(node: Node) -> Iterator[str]:
    if node.auxiliary:
        yield "It is part of an auxiliary head: it exists in training only, totals leave it out."
