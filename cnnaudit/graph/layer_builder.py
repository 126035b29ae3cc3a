"""Builds the nodes of one written layer: its op, then its modifiers in their fixed order."""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from cnnaudit.errors import Diagnostics, Span
from cnnaudit.formatting import shape_text
from cnnaudit.graph.attributes import INCOMING, Evaluator, uses
from cnnaudit.graph.context import APART, UNKNOWN, BuildContext, OverLimitError
from cnnaudit.graph.evaluation import LayerDefaults, Site, apply_layer, evaluate_layer
from cnnaudit.graph.graph import Initialiser, Node
from cnnaudit.graph.hooks import BuildHooks
from cnnaudit.ops.frameworks import Framework
from cnnaudit.ops.op import FieldType, Shape, Weight
from cnnaudit.ops.registry import MODIFIERS, OPS
from cnnaudit.parsing.field_types import MAX_INTEGER
from cnnaudit.parsing.layer_list import LayerSpec
from cnnaudit.parsing.layer_settings import NO_SETTINGS, LayerSettings
from cnnaudit.parsing.values import ParsedValue

MAX_NODES = 100_000
#: Layers that are built, those without a node included; well above what MAX_NODES nodes need.
MAX_STEPS = 2 * MAX_NODES


class LayerBuilder:
    """The nodes built so far, within a budget; appends those of the next layer."""

    def __init__(
        self,
        framework: Framework,
        defaults: Mapping[str, LayerSettings],
        diagnostics: Diagnostics,
        hooks: BuildHooks,
    ) -> None:
        self.hooks = hooks
        #: Whether hooks observe every node.
        self.is_hooked = type(hooks) is not BuildHooks
        self.framework = framework
        modifiers = tuple([(name, defaults[name]) for name in MODIFIERS if name in defaults])
        self.no_defaults = LayerDefaults(NO_SETTINGS, modifiers, framework.name)
        self.defaults = {
            op: LayerDefaults(settings, modifiers, framework.name)
            for op, settings in defaults.items()
        }
        self.diagnostics = diagnostics
        self.evaluator = Evaluator(diagnostics)
        self.steps = 0
        self.nodes: list[Node] = []
        self.index: dict[str, int] = {}

    def append(self, node: Node, span: Span) -> int:
        """Add a node and give its position; stops the build when the budget is spent."""
        position, name = len(self.nodes), node.name
        if position >= MAX_NODES:
            message = f"the network has more than {MAX_NODES:,} layers when written out"
            self.diagnostics.error("over-limit", message, span)
            raise OverLimitError
        if name in self.index:
            message = f"two layers are called '{name}' when written out"
            self.diagnostics.error("duplicate-name", message, span, "give one of them another name")
        self.index[name] = position
        self.nodes.append(node)
        return position

    def step(self, span: Span) -> None:
        """Count a layer that is about to be built; stops the build when the budget is spent."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            message = f"more than {MAX_STEPS:,} layers, blocks and branches when written out"
            self.diagnostics.error("over-limit", message, span)
            raise OverLimitError

    def shape(self, output: int) -> Shape | None:
        """The shape of an output; None if it is unknown."""
        return self.nodes[output].output_shape if output >= 0 else None

    def initialiser(self, value: ParsedValue, context: BuildContext) -> Initialiser | None:
        """How first weights are drawn; None after reporting an invalid value."""
        arguments = self.evaluator.number(FieldType.INIT, value, context.names)
        return Initialiser(*arguments) if arguments is not None else None

    def inputs(self, values: Mapping[str, ParsedValue], names: Mapping[str, Any]) -> dict[str, int]:
        """Append a node for each input of the network; returns their positions by name."""
        inputs: dict[str, int] = {}
        for name, value in values.items():
            shape = self.evaluator.number(FieldType.SHAPE, value, names)
            if shape is not None and -1 in shape:
                self.diagnostics.error("invalid-value", "an input has no open size", value.span)
                shape = None
            if shape is not None and prod(shape) > MAX_INTEGER:
                message = "the input has more than 2^63 - 1 values"
                self.diagnostics.error("over-limit", message, value.span)
                shape = None
            inputs[name] = UNKNOWN
            if shape is not None:
                node = Node(name, "input", {}, (), shape, (), name, value.span)
                inputs[name] = self.append(node, value.span)
        return inputs

    def layer(
        self,
        op_name: str,
        settings: LayerSettings,
        sources: Sequence[int],
        context: BuildContext,
        name: str,
        span: Span,
        labels: Sequence[str] = (),
    ) -> tuple[int, tuple[int, ...]]:
        """Build a written layer that reads ``sources``; returns its output and its nodes.

        ``name`` is its full name, ``labels`` are names of what it reads.
        """
        defaults = self.defaults.get(op_name, self.no_defaults)
        if settings.broken or defaults.settings.broken:
            return UNKNOWN, ()
        if min(sources) < 0:
            self._check_values(op_name, settings.over(defaults.settings), context)
            return UNKNOWN, ()
        init = settings.init or defaults.settings.init
        if init is not None and context.init is None:
            context = context._replace(init=self.initialiser(init, context))
        op = None if op_name == "modifiers" else op_name
        return self._append_ops(op, settings, defaults, sources, context, name, span, labels)

    def modified(
        self, settings: LayerSettings, output: int, context: BuildContext, name: str, span: Span
    ) -> tuple[int, tuple[int, ...]]:
        """Build the modifiers of a block; returns the output after them, and their nodes.

        The first modifier has the block's name, the others ``name.modifier``.
        """
        if output == APART and settings.modifiers:
            message = "the branches before this stay apart: there is no one output to modify"
            self.diagnostics.error("ambiguous-input", message, span)
            return UNKNOWN, ()
        if output < 0:
            return output, ()
        return self._append_ops(None, settings, self.no_defaults, (output,), context, name, span)

    def check_expected(
        self,
        spec: LayerSpec,
        expect: ParsedValue,
        output: int,
        input_shape: Shape,
        context: BuildContext,
    ) -> None:
        """Report a layer whose output is not as ``expect`` states it."""
        shape = self.shape(output)
        if shape is None:
            return
        if expect.expr == "same":
            if shape[:-1] == input_shape[:-1]:
                return
            expected_text = f"same as its input, {shape_text(input_shape[:-1] or input_shape)}"
        else:
            expected = self.evaluator.number(FieldType.SHAPE, expect, context.names, input_shape)
            if expected is None or expected == shape:
                return
            expected_text = shape_text(expected)
        if self.hooks.allow_mismatch(context.prefix + spec.name):
            return
        message = f"expected {expected_text}, and the output is {shape_text(shape)}"
        self.diagnostics.error("unexpected-shape", message, expect.span)

    def _append_ops(
        self,
        op: str | None,
        settings: LayerSettings,
        defaults: LayerDefaults,
        sources: Sequence[int],
        context: BuildContext,
        name: str,
        span: Span,
        labels: Sequence[str] = (),
    ) -> tuple[int, tuple[int, ...]]:
        """Append the nodes of a layer: its op, if it has one, then its modifiers."""
        inputs = [self.nodes[source] for source in sources]
        left_out = [node.name for node in inputs if node.auxiliary and not context.auxiliary]
        name_taken = op is None and inputs[0].layer == name
        shapes = tuple([node.output_shape for node in inputs])
        ops, failed = None, False
        if not (left_out or self.is_hooked):
            ops = evaluate_layer(op, settings, defaults, context.names, shapes)
        if ops is None:
            site = Site(
                evaluator=self.evaluator,
                hooks=self.hooks,
                span=span,
                name=name,
                name_taken=name_taken,
                labels=labels,
                left_out=left_out[0] if left_out else None,
            )
            ops, failed = apply_layer(op, settings, defaults, context.names, shapes, site)
        output, nodes = sources[0], list[int]()
        for evaluated in ops:
            node = Node(
                f"{name}.{evaluated.op}" if nodes or name_taken else name,
                evaluated.op,
                evaluated.attributes,
                evaluated.input_shapes,
                evaluated.shape,
                (output,) if nodes else tuple(sources),
                name,
                span,
                context.trainable,
                None,
                context.auxiliary,
                context.init,
                evaluated.numbers,
            )
            if context.share is not None:
                node = node._replace(shared=self._shared(node, context.share, span))
            output = self.append(node, span)
            nodes.append(output)
        return UNKNOWN if failed else output, tuple(nodes)

    def _check_values(self, op_name: str, settings: LayerSettings, context: BuildContext) -> None:
        """Report values that are wrong for every input; used if the input is unknown."""
        groups = [(op_name, settings.attributes)] if op_name in OPS else []
        groups += [(name, modifier.attributes) for name, modifier in settings.modifiers.items()]
        for name, values in groups:
            for field in OPS[name].fields:
                value = values.get(field.name)
                if value is not None and field.name != "function" and not uses(value, INCOMING):
                    self.evaluator.number(field.type, value, context.names, choices=field.choices)

    def _shared(self, node: Node, share: tuple[str, str], span: Span) -> int | None:
        """The node whose weights this one uses: the same path below the layer that is shared.

        Returns None if there is none, after reporting it if there has to be one.
        """
        weights = node.weights
        if not weights:
            return None
        prefix, other = share
        target = self.index.get(other + node.name.removeprefix(prefix))
        if target is None:
            # A modifier that the other layer lacks has weights of its own.
            if node.name.rpartition(".")[2] not in MODIFIERS:
                message = f"'{other}' has no weights that '{node.name}' could share"
                self.diagnostics.error("shared-weights", message, span)
            return None
        owner = self.nodes[target]
        owner_weights = owner.weights
        if owner.op == node.op and owner_weights == weights:
            return target if owner.shared is None else owner.shared
        if not owner_weights:
            message = f"'{other}' has no weights that '{node.name}' could share"
            self.diagnostics.error("shared-weights", message, span)
            return None
        message = f"the weights of '{other}' do not fit here"
        notes = (f"needed here: {_listed(weights)}", f"of '{other}': {_listed(owner_weights)}")
        self.diagnostics.error("shared-weights", message, span, notes=notes)
        return None


def _listed(weights: tuple[Weight, ...]) -> str:
    return ", ".join(f"{weight.name} {shape_text(weight.shape)}" for weight in weights)
