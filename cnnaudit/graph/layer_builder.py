"""Builds the nodes of one written layer: its op, then its modifiers in their fixed order."""

from collections.abc import Mapping, Sequence

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
from cnnaudit.parsing.layer_settings import NO_SETTINGS, LayerSettings
from cnnaudit.parsing.values import ParsedValue

MAX_NODES = 100_000
#: Items that are built, those that leave no node included; well above what MAX_NODES layers need.
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
        #: Whether the hooks has to see every node.
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
        """Add a node and give its position; stops the building when the budget is spent."""
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
        """An item is about to be built; stops the building when the budget is spent."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            message = f"more than {MAX_STEPS:,} layers, blocks and branches when written out"
            self.diagnostics.error("over-limit", message, span)
            raise OverLimitError

    def shape(self, output: int) -> Shape | None:
        """The shape of an output, None where it is unknown."""
        return self.nodes[output].output_shape if output >= 0 else None

    def initialiser(self, value: ParsedValue, place: BuildContext) -> Initialiser | None:
        """How first weights are drawn; None where that cannot be said (and was reported)."""
        got = self.evaluator.number(FieldType.INIT, value, place.names)
        return Initialiser(*got) if got is not None else None

    def layer(
        self,
        verb: str,
        settings: LayerSettings,
        sources: Sequence[int],
        place: BuildContext,
        name: str,
        span: Span,
        labels: Sequence[str] = (),
    ) -> tuple[int, tuple[int, ...]]:
        """The output and the nodes of a written layer that reads ``sources``.

        ``name`` is its full name, ``labels`` are names of what it reads.
        """
        defaults = self.defaults.get(verb, self.no_defaults)
        if settings.broken or defaults.settings.broken:
            return UNKNOWN, ()
        if min(sources) < 0:
            self._check_values(verb, settings.over(defaults.settings), place)
            return UNKNOWN, ()
        init = settings.init or defaults.settings.init
        if init is not None and place.init is None:
            place = place._replace(init=self.initialiser(init, place))
        op = None if verb == "modifiers" else verb
        return self._append_ops(op, settings, defaults, sources, place, name, span, labels)

    def modified(
        self, settings: LayerSettings, output: int, place: BuildContext, name: str, span: Span
    ) -> tuple[int, tuple[int, ...]]:
        """The output behind the modifiers of a block, and their nodes, named ``layer.modifier``.

        No op has the layer's own name, so the first of them takes it.
        """
        if output == APART and settings.modifiers:
            message = "the branches before this stay apart: there is no one output to modify"
            self.diagnostics.error("ambiguous-input", message, span)
            return UNKNOWN, ()
        if output < 0:
            return output, ()
        return self._append_ops(None, settings, self.no_defaults, (output,), place, name, span)

    def _append_ops(
        self,
        op: str | None,
        settings: LayerSettings,
        defaults: LayerDefaults,
        sources: Sequence[int],
        place: BuildContext,
        name: str,
        span: Span,
        labels: Sequence[str] = (),
    ) -> tuple[int, tuple[int, ...]]:
        """The output and the nodes of a layer: of its op, if it has one, and its modifiers."""
        inputs = [self.nodes[source] for source in sources]
        left_out = [node.name for node in inputs if node.auxiliary and not place.auxiliary]
        name_taken = op is None and inputs[0].layer == name
        shapes = tuple([node.output_shape for node in inputs])
        ops, failed = None, False
        if not (left_out or self.is_hooked):
            ops = evaluate_layer(op, settings, defaults, place.names, shapes)
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
            ops, failed = apply_layer(op, settings, defaults, place.names, shapes, site)
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
                place.trainable,
                None,
                place.auxiliary,
                place.init,
                evaluated.numbers,
            )
            if place.share is not None:
                node = node._replace(shared=self._shared(node, place.share, span))
            output = self.append(node, span)
            nodes.append(output)
        return UNKNOWN if failed else output, tuple(nodes)

    def _check_values(self, verb: str, settings: LayerSettings, place: BuildContext) -> None:
        """Report what is wrong whatever enters the layer, where that is unknown."""
        groups = [(verb, settings.attributes)] if verb in OPS else []
        groups += [(name, modifier.attributes) for name, modifier in settings.modifiers.items()]
        for name, values in groups:
            for field in OPS[name].fields:
                value = values.get(field.name)
                if value is not None and field.name != "function" and not uses(value, INCOMING):
                    self.evaluator.number(field.type, value, place.names, choices=field.choices)

    def _shared(self, node: Node, share: tuple[str, str], span: Span) -> int | None:
        """The node whose weights this one uses: the same path below the layer that is shared."""
        weights = node.weights
        if not weights:
            return None
        own, other = share
        target = self.index.get(other + node.name.removeprefix(own))
        if target is None:
            # A modifier that the other layer does not have brings weights of its own.
            if node.name.rpartition(".")[2] not in MODIFIERS:
                message = f"'{other}' has no weights that '{node.name}' could share"
                self.diagnostics.error("shared-weights", message, span)
            return None
        owner = self.nodes[target]
        theirs = owner.weights
        if owner.op == node.op and theirs == weights:
            return target if owner.shared is None else owner.shared
        if not theirs:
            message = f"'{other}' has no weights that '{node.name}' could share"
            self.diagnostics.error("shared-weights", message, span)
            return None
        message = f"the weights of '{other}' do not fit here"
        notes = (f"needed here: {_listed(weights)}", f"of '{other}': {_listed(theirs)}")
        self.diagnostics.error("shared-weights", message, span, notes=notes)
        return None


def _listed(weights: tuple[Weight, ...]) -> str:
    return ", ".join(f"{weight.name} {shape_text(weight.shape)}" for weight in weights)
