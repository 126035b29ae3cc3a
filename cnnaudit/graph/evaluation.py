"""Evaluation of one written layer: its op, then its modifiers in their fixed order.

``evaluate_layer`` is pure, and the one cache of the graph stands in front of it: it answers
repetitions, blocks that are used again, variants, and files that hold the same layers. A layer with
a problem is evaluated by ``apply_layer``, which reports at the spans of the layer at hand.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple, TypeAlias

from cnnaudit.errors import Diagnostics, Problem, Source, Span
from cnnaudit.formatting import shape_text
from cnnaudit.graph.attributes import Evaluator, arguments_of
from cnnaudit.graph.graph import OpNumbers, numbers_of
from cnnaudit.graph.hooks import BuildHooks
from cnnaudit.ops.frameworks import FRAMEWORKS
from cnnaudit.ops.op import Attributes, Field, FieldType, Op, Shape, Shapes
from cnnaudit.ops.registry import MODIFIERS, OPS
from cnnaudit.parsing.field_types import MAX_INTEGER
from cnnaudit.parsing.layer_settings import LayerSettings, Modifier, ParsedAttributes
from cnnaudit.parsing.values import ParsedValue


class LayerDefaults(NamedTuple):
    """The defaults of a file for the layers of one op, and for what may be a modifier of them."""

    settings: LayerSettings
    modifiers: tuple[tuple[str, LayerSettings], ...]
    framework: str


class Evaluated(NamedTuple):
    """One op of a layer: its attributes, framework defaults filled in, its shapes and numbers.

    ``numbers`` are None in a sweep: those of all variants and nodes would fill the memory.
    """

    op: str
    attributes: Attributes
    input_shapes: Shapes
    shape: Shape
    numbers: OpNumbers | None = None


class Site(NamedTuple):
    """Where a layer stands: who takes its diagnostics, who looks on, its place and its full name.

    ``name_taken`` is true if the first modifier cannot take the layer's own name. ``labels`` name
    what the layer reads; ``left_out`` is the name of an input that inference leaves out.
    """

    evaluator: Evaluator
    hooks: BuildHooks
    span: Span
    name: str = ""
    name_taken: bool = False
    labels: Sequence[str] = ()
    left_out: str | None = None


class Applied(NamedTuple):
    """The ops of a layer, up to the first that is impossible if the layer has ``failed``."""

    ops: tuple[Evaluated, ...]
    failed: bool = False


#: Names with their values, and the types of these: 1 and true are equal.
_NameValues: TypeAlias = tuple[tuple[str, Any, Any], ...]


def evaluate_layer(
    op: str | None,
    settings: LayerSettings,
    defaults: LayerDefaults,
    names: Mapping[str, Any],
    input_shapes: Shapes,
) -> tuple[Evaluated, ...] | None:
    """The ops of a layer; None if there is a problem, or the numbers are arrays of a sweep."""
    used = settings.names + defaults.settings.names
    for _, modifier_defaults in defaults.modifiers:
        used += modifier_defaults.names
    values = tuple([(name, names[name], _types(names[name])) for name in used if name in names])
    try:
        return _evaluate(op, settings, defaults, values, input_shapes)
    except TypeError:
        # Arrays have no hash. A mistake of the program comes again when the layer is applied.
        return None


def _types(value: Any) -> Any:
    return tuple(map(_types, value)) if isinstance(value, tuple) else type(value)


@lru_cache(maxsize=8192)
def _evaluate(
    op: str | None,
    settings: LayerSettings,
    defaults: LayerDefaults,
    names: _NameValues,
    input_shapes: Shapes,
) -> tuple[Evaluated, ...] | None:
    diagnostics = Diagnostics()
    site = Site(Evaluator(diagnostics), BuildHooks(), _NOWHERE)
    values = {name: value for name, value, _ in names}
    ops, failed = apply_layer(op, settings, defaults, values, input_shapes, site)
    if failed or len(diagnostics):
        return None
    return tuple([_with_numbers(evaluated) for evaluated in ops])


def _with_numbers(evaluated: Evaluated) -> Evaluated:
    op, attributes, input_shapes, shape, _ = evaluated
    numbers = numbers_of(op, attributes, input_shapes, shape)
    return Evaluated(op, attributes, input_shapes, shape, numbers)


_NOWHERE = Span(Source("", ""), 0, 0, 0, 0)


def apply_layer(
    op: str | None,
    settings: LayerSettings,
    defaults: LayerDefaults,
    names: Mapping[str, Any],
    input_shapes: Shapes,
    site: Site,
) -> Applied:
    """The ops of a layer, ``op`` None for modifiers alone; what is wrong with it is reported."""
    merged = settings.over(defaults.settings)
    ops: list[Evaluated] = []
    if op is not None:
        values = merged.attributes
        evaluated = _apply_op(op, values, names, input_shapes, defaults.framework, site, site.name)
        if evaluated is None:
            return Applied((), failed=True)
        for name in settings.attributes.keys() - evaluated.attributes.keys():
            # Defaults may go too far, but what a layer itself says is meant.
            message = f"'{name}' has no meaning here, beside the other attributes"
            span = settings.attributes[name].span
            site.evaluator.diagnostics.error("invalid-value", message, span)
        ops.append(evaluated)
        input_shapes = (evaluated.shape,)
    modifier_defaults = dict(defaults.modifiers)
    for modifier in MODIFIERS if merged.modifiers else ():
        if modifier not in merged.modifiers:
            continue
        own = _switched_on(merged.modifiers[modifier], names, input_shapes[0], site.evaluator)
        if own is None:
            continue
        if modifier in modifier_defaults:
            own = {**modifier_defaults[modifier].attributes, **own}
        name = f"{site.name}.{modifier}" if ops or site.name_taken else site.name
        evaluated = _apply_op(modifier, own, names, input_shapes, defaults.framework, site, name)
        if evaluated is None:
            return Applied(tuple(ops), failed=True)
        ops.append(evaluated)
        input_shapes = (evaluated.shape,)
    return Applied(tuple(ops))


def _switched_on(
    modifier: Modifier, names: Mapping[str, Any], shape: Shape, evaluator: Evaluator
) -> ParsedAttributes | None:
    """The attributes of a modifier, or None if it is off."""
    switch, function = modifier.switch, modifier.attributes.get("function")
    if switch.expr is not True and not evaluator.number(FieldType.FLAG, switch, names, shape):
        return None
    if function is not None and evaluator.plain(function, names, shape) in _NO_FUNCTION:
        return None
    return modifier.attributes


_NO_FUNCTION = ("none", "linear", False)


def _apply_op(
    op: str,
    values: ParsedAttributes,
    names: Mapping[str, Any],
    input_shapes: Shapes,
    framework: str,
    site: Site,
    name: str,
) -> Evaluated | None:
    """One op, for the node called ``name``; None if it is impossible (reported)."""
    kind, entering, diagnostics = OPS[op], input_shapes[0], site.evaluator.diagnostics
    if site.left_out is not None:
        message = f"'{site.left_out}' is in an auxiliary head, which inference leaves out"
        help = "a head that others read is a part of the network: `auxiliary: false`"
        diagnostics.error("ambiguous-input", message, site.span, help)
        return None

    def says(evaluator: Evaluator, field: Field, value: ParsedValue) -> Any:
        axes = len(entering) - 1
        return evaluator.number(field.type, value, names, entering, axes, field.choices)

    values = site.hooks.attributes(name, kind, values, says, site.span)
    arguments = arguments_of(kind, values, names, entering, site.evaluator, site.span)
    if arguments is None:
        return None
    attributes = kind.fill_defaults(arguments, FRAMEWORKS[framework])
    shape = output_shape(kind, attributes, input_shapes)
    if isinstance(shape, Problem):
        labels = zip(site.labels, input_shapes, strict=False) if kind.merges else ()
        notes = tuple(f"{label}: {shape_text(sizes)}" for label, sizes in labels)
        diagnostics.problem(shape, site.span, notes)
        return None
    return Evaluated(op, attributes, input_shapes, shape)


def output_shape(kind: Op, attributes: Attributes, input_shapes: Shapes) -> Shape | Problem:
    """The output shape of an op with complete attributes; a ``Problem`` if it is impossible."""
    if problem := kind.validate(input_shapes, attributes):
        return problem
    shape = kind.output_shape(input_shapes, attributes)
    # A shape that passes unchanged was compared where it arose; for arrays that takes long.
    if shape is not input_shapes[0] and prod(shape) > MAX_INTEGER:
        return Problem("over-limit", "the output has more than 2^63 - 1 values")
    return shape
