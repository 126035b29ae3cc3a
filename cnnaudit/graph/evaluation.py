"""Evaluation of one written layer: its op, then its modifiers in their fixed order.

``evaluate_layer`` is pure and cached: repetitions, reused blocks, variants and other files with the
same layers cost one evaluation. A layer with a problem is evaluated again by ``apply_layer``, which
reports at the layer's own spans.
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
    """The defaults of a file for the layers of one op, and for their modifiers."""

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
    """The layer that is evaluated, for diagnostics and hooks: its span and its full name.

    ``name_taken`` is true if another node has the layer's own name. ``labels`` name the inputs;
    ``left_out`` is the name of an input that exists in training only.
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
    needed = settings.names + defaults.settings.names
    for _, modifier_defaults in defaults.modifiers:
        needed += modifier_defaults.names
    values = tuple([(name, names[name], _types(names[name])) for name in needed if name in names])
    try:
        return _evaluate(op, settings, defaults, values, input_shapes)
    except TypeError:
        # Arrays have no hash. A programming error is raised again by ``apply_layer``.
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
    """Evaluate a layer and report its problems; ``op`` is None for modifiers alone."""
    merged = settings.over(defaults.settings)
    ops: list[Evaluated] = []
    if op is not None:
        values = merged.attributes
        evaluated = _apply_op(op, values, names, input_shapes, defaults.framework, site, site.name)
        if evaluated is None:
            return Applied((), failed=True)
        for name in settings.attributes.keys() - evaluated.attributes.keys():
            # A default without meaning is dropped; an attribute of the layer itself is an error.
            message = f"'{name}' has no meaning here, beside the other attributes"
            span = settings.attributes[name].span
            site.evaluator.diagnostics.error("invalid-value", message, span)
        ops.append(evaluated)
        input_shapes = (evaluated.shape,)
    modifier_defaults = dict(defaults.modifiers)
    for modifier in MODIFIERS if merged.modifiers else ():
        if modifier not in merged.modifiers:
            continue
        attributes = _switched_on(
            merged.modifiers[modifier], names, input_shapes[0], site.evaluator
        )
        if attributes is None:
            continue
        if modifier in modifier_defaults:
            attributes = {**modifier_defaults[modifier].attributes, **attributes}
        name = f"{site.name}.{modifier}" if ops or site.name_taken else site.name
        evaluated = _apply_op(
            modifier, attributes, names, input_shapes, defaults.framework, site, name
        )
        if evaluated is None:
            return Applied(tuple(ops), failed=True)
        ops.append(evaluated)
        input_shapes = (evaluated.shape,)
    return Applied(tuple(ops))


def _switched_on(
    modifier: Modifier, names: Mapping[str, Any], shape: Shape, evaluator: Evaluator
) -> ParsedAttributes | None:
    """The attributes of a modifier; None if it is switched off."""
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
    """Evaluate one op for the node called ``name``; returns None after reporting a problem."""
    definition, input_shape = OPS[op], input_shapes[0]
    diagnostics = site.evaluator.diagnostics
    if site.left_out is not None:
        message = f"'{site.left_out}' is in an auxiliary head, which inference leaves out"
        help = "a head that others read is a part of the network: `auxiliary: false`"
        diagnostics.error("ambiguous-input", message, site.span, help)
        return None

    def read(evaluator: Evaluator, field: Field, value: ParsedValue) -> Any:
        axes = len(input_shape) - 1
        return evaluator.number(field.type, value, names, input_shape, axes, field.choices)

    values = site.hooks.attributes(name, definition, values, read, site.span)
    arguments = arguments_of(definition, values, names, input_shape, site.evaluator, site.span)
    if arguments is None:
        return None
    attributes = definition.fill_defaults(arguments, FRAMEWORKS[framework])
    shape = output_shape(definition, attributes, input_shapes)
    if isinstance(shape, Problem):
        labels = zip(site.labels, input_shapes, strict=False) if definition.merges else ()
        notes = tuple(f"{label}: {shape_text(sizes)}" for label, sizes in labels)
        diagnostics.problem(shape, site.span, notes)
        return None
    return Evaluated(op, attributes, input_shapes, shape)


def output_shape(op: Op, attributes: Attributes, input_shapes: Shapes) -> Shape | Problem:
    """The output shape of an op with complete attributes; a ``Problem`` if it is impossible."""
    if problem := op.validate(input_shapes, attributes):
        return problem
    shape = op.output_shape(input_shapes, attributes)
    # An unchanged shape was compared before; comparing the arrays of a sweep is slow.
    if shape is not input_shapes[0] and prod(shape) > MAX_INTEGER:
        return Problem("over-limit", "the output has more than 2^63 - 1 values")
    return shape
