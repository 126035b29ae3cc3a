"""One written layer becomes nodes: the operation, then its modifiers in their fixed order."""

from collections.abc import Mapping, Sequence, Set
from typing import Any, NamedTuple, TypeAlias

from cnnaudit.errors import Diagnostics, Span
from cnnaudit.graph.attributes import INCOMING, Evaluator, settled, tell, uses
from cnnaudit.graph.guide import Guide
from cnnaudit.graph.interned import attributes_of, operation_of, shared_operation
from cnnaudit.graph.nodes import Initialiser, Node, node_of
from cnnaudit.graph.operation import Operation, weights_of
from cnnaudit.graph.place import APART, UNKNOWN, OverLimitError, Place
from cnnaudit.known import Known
from cnnaudit.layers.frameworks import Framework
from cnnaudit.layers.kind import Attributes, Field, Kind, Shape, Shapes, Type, Weight
from cnnaudit.layers.table import KINDS, MODIFIERS
from cnnaudit.parsing.settings import Modifier, Settings, Values
from cnnaudit.parsing.values import Value
from cnnaudit.text import shape_text

MAX_NODES = 100_000
#: Items that are built, those that leave no node included; well above what MAX_NODES layers need.
MAX_STEPS = 2 * MAX_NODES

#: What a layer consists of: for each operation what its name adds to the layer's, and what it is.
Recipe: TypeAlias = tuple[tuple[str, Kind, Attributes], ...]

#: The recipes of layers that say the same, whatever shapes enter.
_RECIPES: Known[Recipe] = Known(4096)


class Written(NamedTuple):
    """Who a node is: its full name, the written layer's, its place, what its inputs are called."""

    name: str
    layer: str
    span: Span
    labels: Sequence[str] = ()


class Assembly:
    """The nodes so far, and how the next one is made."""

    def __init__(
        self,
        framework: Framework,
        defaults: Mapping[str, Settings],
        diagnostics: Diagnostics,
        guide: Guide,
    ) -> None:
        self.guide = guide
        #: Whether someone looks on, who must meet every layer.
        self.is_watched = type(guide) is not Guide
        self.framework = framework
        self.defaults = defaults
        self.diagnostics = diagnostics
        self.evaluator = Evaluator(diagnostics)
        self.steps = 0
        self.nodes: list[Node] = []
        self.index: dict[str, int] = {}
        #: Settings with the defaults below them, by the identity of the former.
        self.complete: Known[tuple[Settings, Settings]] = Known(1024)

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

    def holds(self, nodes: int, steps: int) -> bool:
        """Whether the budgets allow so many nodes and steps more."""
        return len(self.nodes) + nodes <= MAX_NODES and self.steps + steps <= MAX_STEPS

    def extend(self, nodes: Sequence[Node], steps: int) -> None:
        """Add nodes that belong here as they are, which took so many steps, if they fit."""
        start = len(self.nodes)
        self.steps += steps
        names = [node[0] for node in nodes]
        if self.index.keys().isdisjoint(names):
            self.nodes.extend(nodes)
            self.index.update(zip(names, range(start, len(self.nodes)), strict=True))
            return
        for node in nodes:
            assert node.span is not None
            self.append(node, node.span)

    def shape(self, output: int) -> Shape | None:
        """The shape of an output, None where it is unknown."""
        return self.nodes[output].shape if output >= 0 else None

    def initialiser(self, value: Value, place: Place) -> Initialiser | None:
        """How first weights are drawn; None where that cannot be said (and was reported)."""
        got = self.evaluator.number(Type.INIT, value, place.names)
        return Initialiser(*got) if got is not None else None

    def layer(
        self, verb: str, settings: Settings, sources: Sequence[int], place: Place, written: Written
    ) -> tuple[int, tuple[int, ...]]:
        """The output and the nodes of a written layer that reads ``sources``."""
        own = settings.attributes.keys()
        if verb in self.defaults:
            settings = self._with_defaults(verb, settings)
        if settings.broken:
            return UNKNOWN, ()
        if min(sources) < 0:
            self._check_values(verb, settings, place)
            return UNKNOWN, ()
        if settings.init is not None and place.init is None:
            place = place._replace(init=self.initialiser(settings.init, place))
        asked = self._asked(verb, own, settings, sources, place)
        known = None if asked is None else _RECIPES.get(asked)
        made = None if known is None else self._made(known, sources, place, written)
        if made is not None:
            return made
        output, nodes = self._layer(verb, own, settings, sources, place, written)
        if asked is not None and output != UNKNOWN and not len(self.diagnostics):
            steps, cut = map(self.nodes.__getitem__, nodes), len(written.layer)
            recipe = [(node.name[cut:], KINDS[node.kind], node.attributes) for node in steps]
            _RECIPES.keep(asked, tuple(recipe))
        return output, nodes

    def _asked(
        self,
        verb: str,
        own: Set[str],
        settings: Settings,
        sources: Sequence[int],
        place: Place,
    ) -> tuple[Any, ...] | None:
        """What the recipe of a layer depends on; None where the layer must be worked out."""
        if place.share is not None or self.is_watched:
            return None
        names = place.names
        # What a layer says itself must have a meaning, what defaults say need not.
        key: list[Any] = [self.framework.name, verb, verb in self.defaults and tuple(own)]
        for source in sources:
            node = self.nodes[source]
            if node.auxiliary and not place.auxiliary:
                return None
            shape = node.operation.shape
            if not settled((shape,)):
                return None
            key.append(len(shape))
        if not tell(key, settings.attributes, names):
            return None
        for name, modifier in settings.modifiers.items():
            key += (name, len(modifier.attributes))
            switched_on = modifier.switch.content is True or tell(key, {"": modifier.switch}, names)
            if not (switched_on and tell(key, modifier.attributes, names)):
                return None
            if name in self.defaults and not tell(key, self.defaults[name].attributes, names):
                return None
        return tuple(key)

    def _made(
        self, recipe: Recipe, sources: Sequence[int], place: Place, written: Written
    ) -> tuple[int, tuple[int, ...]] | None:
        """The output and the nodes of a recipe; None where one of its steps is impossible here."""
        shapes = tuple([self.nodes[source].operation.shape for source in sources])
        operations = []
        for _, kind, attributes in recipe:
            operation = shared_operation(kind, attributes, shapes)
            if not isinstance(operation, Operation):
                return None
            operations.append(operation)
            shapes = (operation.shape,)
        layer, span = written.layer, written.span
        trainable, auxiliary, init = place.trainable, place.auxiliary, place.init
        inputs, start = tuple(sources), len(self.nodes)
        for (suffix, _, _), operation in zip(recipe, operations, strict=True):
            name = layer + suffix
            values = name, operation, inputs, layer, span, trainable, None, auxiliary, init
            inputs = (self.append(node_of(values), span),)
        return inputs[0], tuple(range(start, len(self.nodes)))

    def _layer(
        self,
        verb: str,
        own: Set[str],
        settings: Settings,
        sources: Sequence[int],
        place: Place,
        written: Written,
    ) -> tuple[int, tuple[int, ...]]:
        """The output and the nodes of a layer, worked out."""
        if verb == "modifiers":
            output, nodes = self.modified(settings, sources[0], place, written)
            return output, nodes
        node = self._node(verb, settings.attributes, sources, place, written)
        if node == UNKNOWN:
            return UNKNOWN, ()
        for name in own - self.nodes[node].attributes.keys():
            # Defaults may go too far, but what a layer itself says is meant.
            message = f"'{name}' has no meaning here, beside the other attributes"
            self.diagnostics.error("invalid-value", message, settings.attributes[name].span)
        output, modifiers = self.modified(settings, node, place, written)
        return output, (node, *modifiers)

    def _with_defaults(self, verb: str, settings: Settings) -> Settings:
        asked = verb, id(settings)
        known = self.complete.get(asked)
        if known is None:
            known = self.complete.keep(asked, (settings, settings.over(self.defaults[verb])))
        return known[1]

    def modified(
        self, settings: Settings, output: int, place: Place, written: Written
    ) -> tuple[int, tuple[int, ...]]:
        """The output behind the modifiers of a layer, and their nodes, named ``layer.modifier``.

        Where no operation has the layer's own name (a layer of modifiers alone, or the modifiers
        of a block), the first of them takes it.
        """
        nodes: list[int] = []
        if output == APART and settings.modifiers:
            message = "the branches before this stay apart: there is no one output to modify"
            self.diagnostics.error("ambiguous-input", message, written.span)
            return UNKNOWN, ()
        own_name_free = output < 0 or self.nodes[output].layer != written.layer
        for modifier in MODIFIERS if settings.modifiers else ():
            if modifier not in settings.modifiers or output == UNKNOWN:
                continue
            values = self._switched_on(modifier, settings.modifiers[modifier], place, output)
            if values is None:
                continue
            first = own_name_free and not nodes
            name = written.layer if first else f"{written.layer}.{modifier}"
            modified = written._replace(name=name, labels=())
            output = self._node(modifier, values, (output,), place, modified)
            if output != UNKNOWN:
                nodes.append(output)
        return output, tuple(nodes)

    def _switched_on(
        self, name: str, modifier: Modifier, place: Place, output: int
    ) -> Values | None:
        """The attributes of a modifier, or None where it is off."""
        shape = self.shape(output)
        switch = modifier.switch.content
        if switch is not True and not self.evaluator.number(
            Type.FLAG, modifier.switch, place.names, shape
        ):
            return None
        values = modifier.attributes
        function = values.get("function")
        if function is not None:
            word = self.evaluator.plain(function, place.names, shape)
            if word in ("none", "linear", False):
                return None
        defaults = self.defaults.get(name)
        return values if defaults is None else {**defaults.attributes, **values}

    def _check_values(self, verb: str, settings: Settings, place: Place) -> None:
        """Report what is wrong whatever enters the layer, where that is unknown."""
        groups = [(verb, settings.attributes)] if verb in KINDS else []
        groups += [(name, modifier.attributes) for name, modifier in settings.modifiers.items()]
        for name, values in groups:
            for field in KINDS[name].fields:
                value = values.get(field.name)
                if value is not None and field.name != "function" and not uses(value, INCOMING):
                    self.evaluator.number(field.type, value, place.names, choices=field.choices)

    def _node(
        self, verb: str, values: Values, sources: Sequence[int], place: Place, written: Written
    ) -> int:
        """A node of one operation; UNKNOWN where it is impossible (and was reported)."""
        kind, span = KINDS[verb], written.span
        left_out = [self.nodes[source] for source in sources if self.nodes[source].auxiliary]
        if left_out and not place.auxiliary:
            message = f"'{left_out[0].name}' is in an auxiliary head, which inference leaves out"
            help = "a head that others read is a part of the network: `auxiliary: false`"
            self.diagnostics.error("ambiguous-input", message, span, help)
            return UNKNOWN
        shapes = tuple([self.nodes[source].operation.shape for source in sources])
        entering = shapes[0]

        def says(evaluator: Evaluator, field: Field, value: Value) -> Any:
            axes = len(entering) - 1
            return evaluator.number(field.type, value, place.names, entering, axes, field.choices)

        values = self.guide.values(written.name, kind, values, says, span)
        known = self._operation(kind, values, shapes, place, written)
        if known is None:
            return UNKNOWN
        node = Node(
            written.name,
            known,
            tuple(sources),
            written.layer,
            span,
            place.trainable,
            self._shared(known, place, written),
            place.auxiliary,
            place.init,
        )
        return self.append(node, span)

    def _operation(
        self, kind: Kind, values: Values, shapes: Shapes, place: Place, written: Written
    ) -> Operation | None:
        """An operation with its attributes and shape; None where it is impossible (reported)."""
        span = written.span
        names, evaluator = place.names, self.evaluator
        found = attributes_of(kind, values, names, shapes, self.framework, evaluator, span)
        if found is None:
            return None
        make = shared_operation if found.shared and settled(shapes) else operation_of
        made = make(kind, found.attributes, shapes)
        if isinstance(made, Operation):
            return made
        labels = written.labels if kind.merges else ()
        pairs = zip(labels, shapes, strict=False)
        notes = tuple(f"{label}: {shape_text(shape)}" for label, shape in pairs)
        self.diagnostics.problem(made, span, notes)
        return None

    def _shared(self, operation: Operation, place: Place, written: Written) -> int | None:
        """The node whose weights this one uses: the same path below the layer that is shared."""
        if place.share is None:
            return None
        weights = weights_of(operation)
        if not weights:
            return None
        own, other = place.share
        target = self.index.get(other + written.name.removeprefix(own))
        if target is None:
            # A modifier that the other layer does not have brings weights of its own.
            if written.name.rpartition(".")[2] not in MODIFIERS:
                message = f"'{other}' has no weights that '{written.name}' could share"
                self.diagnostics.error("shared-weights", message, written.span)
            return None
        node = self.nodes[target]
        theirs = weights_of(node.operation)
        if node.kind == operation.kind and theirs == weights:
            return target if node.shared is None else node.shared
        if not theirs:
            message = f"'{other}' has no weights that '{written.name}' could share"
            self.diagnostics.error("shared-weights", message, written.span)
            return None
        message = f"the weights of '{other}' do not fit here"
        notes = (f"needed here: {_listed(weights)}", f"of '{other}': {_listed(theirs)}")
        self.diagnostics.error("shared-weights", message, written.span, notes=notes)
        return None


def _listed(weights: tuple[Weight, ...]) -> str:
    return ", ".join(f"{weight.name} {shape_text(weight.shape)}" for weight in weights)
