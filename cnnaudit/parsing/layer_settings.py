"""The attributes and modifiers of a layer, each read by the type that the layer table gives it."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import NamedTuple

from cnnaudit.errors import Diagnostics, Span
from cnnaudit.lazy import load_function
from cnnaudit.ops.op import REQUIRED, Field, FieldType
from cnnaudit.ops.registry import MODIFIERS, OPS
from cnnaudit.parsing.values import ParsedValue, argument_value, flag, is_null, names_in, read
from cnnaudit.parsing.yaml_tree import ListNode, MapNode, ScalarNode, YamlNode, flow_text
from cnnaudit.sources.files import printable

#: Keys that any layer may carry.
COMMON = (
    "name",
    "from",
    "repeat",
    "first",
    "when",
    "trainable",
    "share",
    "init",
    "expect",
    "note",
)

#: A dot joins names to paths, and globs and the variant's mark select them.
FORBIDDEN_IN_NAMES = frozenset(".*?[]@,")

#: What to write instead of an unknown name; loaded when there is one.
_ATTRIBUTE_HELP = "cnnaudit.parsing.attribute_corrections:attribute_help"
_NESTED_HELP = "cnnaudit.parsing.operation_corrections:nested_help"
_BLOCK_HELP = "cnnaudit.parsing.attribute_corrections:block_help"

ParsedAttributes = Mapping[str, ParsedValue]
#: The pairs of a mapping by the text of their keys.
Keys = Mapping[str, tuple[ScalarNode, YamlNode]]


class Scope(NamedTuple):
    """The names that a layer list may use in expressions, and the blocks with their parameters."""

    names: Collection[str]
    blocks: Mapping[str, tuple[str, ...]]
    diagnostics: Diagnostics


#: The name that stands for the layer above, in ``from`` and in merges.
PREVIOUS = "previous"


class Reference(NamedTuple):
    """The name of a layer, and where it is written."""

    name: str
    span: Span


class Modifier(NamedTuple):
    """A ``batch_norm``, ``activation`` or ``dropout`` on a layer; ``switch`` false turns it off."""

    switch: ParsedValue
    attributes: ParsedAttributes


class _Settings(NamedTuple):
    attributes: ParsedAttributes
    modifiers: Mapping[str, Modifier]
    broken: bool = False
    init: ParsedValue | None = None


class LayerSettings(_Settings):
    """Attributes and modifiers; ``broken`` if one could not be read (and was reported).

    ``init`` is how the weights of every layer of an op start, if ``defaults`` say so. Settings are
    equal if their values are, whatever their spans. Hash and names are cached, since a repeated
    layer needs them at each repetition.
    """

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names in the expressions of attributes and modifiers."""
        values = [*self.attributes.values()]
        for modifier in self.modifiers.values():
            values += (modifier.switch, *modifier.attributes.values())
        return tuple(frozenset().union(*map(names_in, values)))

    @cached_property
    def _hash(self) -> int:
        modifiers = [
            (name, switch, *modifier_keys.items())
            for name, (switch, modifier_keys) in self.modifiers.items()
        ]
        return hash((frozenset(self.attributes.items()), frozenset(modifiers), self.broken))

    def __hash__(self) -> int:
        return self._hash

    def over(self, other: "LayerSettings") -> "LayerSettings":
        """These settings, completed by those of ``other``."""
        if other is NO_SETTINGS:
            return self
        modifiers = dict(other.modifiers)
        for name, modifier in self.modifiers.items():
            before = modifiers.get(name)
            attributes = {**(before.attributes if before else {}), **modifier.attributes}
            modifiers[name] = modifier._replace(attributes=attributes)
        attributes = {**other.attributes, **self.attributes}
        return LayerSettings(
            attributes, modifiers, self.broken or other.broken, self.init or other.init
        )


NO_SETTINGS = LayerSettings({}, {})


def keys_of(node: MapNode) -> Keys:
    """The pairs of a mapping by the text of their keys."""
    return {key.text: (key, value) for key, value in node.entries}


def references(node: YamlNode, diagnostics: Diagnostics) -> tuple[Reference, ...] | None:
    """Read a layer's name, or a list of them; None after reporting an error."""
    references = []
    if isinstance(node, ListNode) and not node.items:
        diagnostics.error("invalid-value", "expected the name of at least one layer", node.span)
        return None
    for entry in node.items if isinstance(node, ListNode) else (node,):
        if isinstance(entry, ScalarNode) and not is_null(entry):
            references.append(Reference(entry.text, entry.span))
        else:
            message = "expected the name of a layer, or a list of them"
            diagnostics.error("invalid-value", message, entry.span)
            return None
    return tuple(references)


def read_name(node: YamlNode, diagnostics: Diagnostics) -> str | None:
    """A name: any printable text without dots, which join names to paths, and without globs."""
    if not isinstance(node, ScalarNode) or is_null(node) or not node.text:
        diagnostics.error("invalid-value", "expected a name", node.span)
        return None
    if not (node.text.isprintable() and FORBIDDEN_IN_NAMES.isdisjoint(node.text)):
        bad = next(c for c in node.text if c in FORBIDDEN_IN_NAMES or not c.isprintable())
        message = f"a name cannot hold the character '{printable(bad)}'"
        diagnostics.error("invalid-value", message, node.span, "letters, digits, - and _ are fine")
        return None
    if node.text in ("in", "input"):
        message = f"no layer can be named '{node.text}': that is what enters the list"
        diagnostics.error("invalid-value", message, node.span)
        return None
    if node.text == PREVIOUS:
        message = f"no layer can be named '{PREVIOUS}': that is the layer above"
        diagnostics.error("invalid-value", message, node.span)
        return None
    return node.text


def layer_settings(
    op_name: str,
    principal: YamlNode | None,
    rest: Keys,
    scope: Scope,
    layer: Keys | None = None,
) -> LayerSettings:
    """Read the attributes and modifiers of one layer, without the keys in ``COMMON``.

    ``layer`` are all keys of the layer, which helps quote. ``principal`` is the value under the
    op's key; for a block its arguments. ``op_name`` may also be ``modifiers`` or ``branches``,
    which have no attributes of their own.
    """
    if op_name in scope.blocks:
        return _block_settings(op_name, principal, rest, scope)
    modifiers, broken = _modifiers(rest, scope)
    plain = {name: pair for name, pair in rest.items() if name not in MODIFIERS}
    if op_name == "modifiers":
        # {batch_norm: true, scale: false}: the attribute belongs to the modifier beside it.
        for name, modifier in modifiers.items():
            modifier_keys = {key: plain.pop(key) for key in list(plain) if OPS[name].field(key)}
            values, failed = _attributes(name, modifier_keys, scope)
            for attribute in values.keys() & modifier.attributes.keys():
                _two_values(name, rest[name][1], attribute, modifier_keys[attribute], scope)
                failed = True
            broken |= failed
            modifiers[name] = modifier._replace(attributes={**modifier.attributes, **values})
    values, failed = _attributes(op_name, plain, scope, layer or rest)
    broken |= failed
    field = OPS[op_name].principal if op_name in OPS else None
    if principal is not None and field is not None and field in plain:
        _two_values(op_name, principal, field, plain[field], scope)
        broken = True
    # One mistake: the value that is missing stands under a name of another program.
    elif principal is not None and not (failed and is_null(principal)):
        given, failed = principal_value(op_name, principal, scope)
        broken |= failed
        values = {**given, **values}
    return LayerSettings(values, modifiers, broken)


def _two_values(
    op_name: str, value: YamlNode, attribute: str, pair: tuple[ScalarNode, YamlNode], scope: Scope
) -> None:
    """Report an attribute that an op's own value and a key of the layer both set."""
    key, other = pair
    second = f"{op_name}: {flow_text(other)}"
    if isinstance(value, MapNode):
        message = f"'{attribute}' is given twice: `{op_name}` sets it, too"
        help = f"write one of them, such as `{op_name}: {flow_text(value)}`"
    elif is_null(value) or flag(value) is True:
        message = f"'{attribute}' is the value of '{op_name}' itself"
        help = f"write `{second}`"
    else:
        first = f"{op_name}: {flow_text(value)}"
        message = f"'{attribute}' is given twice: `{first}` sets it, too"
        help = f"write `{first}` or `{second}`"
    scope.diagnostics.error("duplicate-key", message, key.span, help)


def default_settings(operation: str, node: YamlNode, scope: Scope) -> LayerSettings:
    """Read the settings that ``defaults`` gives to every layer of one op."""
    if not isinstance(node, MapNode):
        scope.diagnostics.error("invalid-value", "expected a mapping of attributes", node.span)
        return NO_SETTINGS._replace(broken=True)
    keys = {name: pair for name, pair in keys_of(node).items() if name != "init"}
    field = OPS[operation].field(OPS[operation].principal or "")
    if field is not None and field.default is REQUIRED and field.name in keys:
        key, value = keys[field.name]
        message = f"a default of '{field.name}' takes no effect: each '{operation}' writes its own"
        help = f"write `{operation}: {flow_text(value)}` at the layers"
        scope.diagnostics.error("invalid-value", message, key.span, help)
        return NO_SETTINGS._replace(broken=True)
    start = node.get("init")
    init = read_init(start, scope) if start is not None else None
    if operation in MODIFIERS:
        values, broken = _attributes(operation, keys, scope)
        return LayerSettings(values, {}, broken, init)
    return layer_settings(operation, None, keys, scope)._replace(init=init)


def read_init(node: YamlNode, scope: Scope) -> ParsedValue | None:
    """Read how the weights are initialised."""
    return read(FieldType.INIT, node, scope.names, scope.diagnostics)


def fields_of(op_name: str) -> Mapping[str, Field]:
    """The fields of an op by their names; a block has none."""
    return {field.name: field for field in OPS[op_name].fields} if op_name in OPS else {}


def _attributes(
    op_name: str, keys: Keys, scope: Scope, layer: Keys | None = None
) -> tuple[ParsedAttributes, bool]:
    """The values of ``keys`` by their fields, and whether one of them failed."""
    by_name = fields_of(op_name)
    values: dict[str, ParsedValue] = {}
    for name, (key, node) in keys.items():
        if field := by_name.get(name):
            value = read(field.type, node, scope.names, scope.diagnostics, field.choices)
            if value is not None:
                values[name] = value
            continue
        what = {"modifiers": "a layer of modifiers", "branches": "a layer of branches"}
        message = f"{what.get(op_name, repr(op_name))} has no attribute '{printable(name)}'"
        help = load_function(_ATTRIBUTE_HELP)(op_name, name, node, layer or keys)
        scope.diagnostics.error("unknown-key", message, key.span, help)
    return values, len(values) < len(keys)


def principal_value(op_name: str, node: YamlNode, scope: Scope) -> tuple[ParsedAttributes, bool]:
    """The value under an operation's key, as the attribute it sets."""
    field = fields_of(op_name).get(OPS[op_name].principal or "")
    bare = is_null(node) or flag(node) is True
    if bare and (field is None or field.default is not REQUIRED):
        return {}, False
    if field is None:
        message = f"'{op_name}' takes no value but true"
        scope.diagnostics.error("invalid-value", message, node.span)
        return {}, True
    if isinstance(node, MapNode):
        message = f"expected {field.type.value}, not a mapping"
        help = load_function(_NESTED_HELP)(op_name, node)
        scope.diagnostics.error("invalid-value", message, node.span, help)
        return {}, True
    value = read(field.type, node, scope.names, scope.diagnostics, field.choices)
    return ({field.name: value}, False) if value is not None else ({}, True)


def _modifiers(keys: Keys, scope: Scope) -> tuple[dict[str, Modifier], bool]:
    modifiers = {}
    broken = False
    for name in MODIFIERS:
        if name in keys:
            modifier = read_modifier(name, keys[name][1], scope)
            broken |= modifier is None
            if modifier is not None:
                modifiers[name] = modifier
    return modifiers, broken


def read_modifier(name: str, node: YamlNode, scope: Scope) -> Modifier | None:
    """``true``, a word or number, a mapping; ``false``, ``none`` and ``null`` switch it off."""
    on = ParsedValue(True, node.span)
    off = isinstance(node, ScalarNode) and (node.text == "none" or (is_null(node) and node.text))
    if flag(node) is False or off:
        return Modifier(ParsedValue(False, node.span), {})
    if isinstance(node, MapNode):
        values, failed = _attributes(name, keys_of(node), scope)
        return None if failed else Modifier(on, values)
    field = fields_of(name).get(OPS[name].principal or "")
    if field is None:
        switch = read(FieldType.FLAG, node, scope.names, scope.diagnostics)
        return Modifier(switch, {}) if switch is not None else None
    value = read(field.type, node, scope.names, scope.diagnostics, field.choices)
    return Modifier(on, {field.name: value}) if value is not None else None


def _block_settings(
    block: str, principal: YamlNode | None, rest: Keys, scope: Scope
) -> LayerSettings:
    """The arguments of a block: one value, a list in the order of its parameters, or by name."""
    params = scope.blocks[block]
    modifiers, broken = _modifiers(rest, scope)
    named = {name: pair for name, pair in rest.items() if name not in MODIFIERS}
    positional: tuple[YamlNode, ...] = ()
    if isinstance(principal, ListNode):
        positional = principal.items
    elif isinstance(principal, MapNode):
        arguments = keys_of(principal)
        for name in arguments.keys() & named.keys():
            message = f"the parameter '{name}' is given twice"
            scope.diagnostics.error("duplicate-key", message, named[name][0].span)
            broken = True
        named = {**arguments, **named}
    elif principal is not None and not is_null(principal) and flag(principal) is not True:
        positional = (principal,)
    if len(positional) > len(params):
        message = f"the block '{block}' has {len(params)} parameters: {', '.join(params) or 'none'}"
        scope.diagnostics.error("invalid-value", message, positional[len(params)].span)
        broken = True
    nodes: dict[str, YamlNode] = dict(zip(params, positional, strict=False))
    for name, (key, node) in named.items():
        if name not in params:
            message = f"the block '{block}' has no parameter '{printable(name)}'"
            help = load_function(_BLOCK_HELP)(params, name, node, rest)
            scope.diagnostics.error("unknown-key", message, key.span, help)
            broken = True
        elif name in nodes:
            message = f"the parameter '{name}' is given twice"
            scope.diagnostics.error("duplicate-key", message, key.span)
            broken = True
        else:
            nodes[name] = node
    values = {n: argument_value(node, scope.names, scope.diagnostics) for n, node in nodes.items()}
    readable = {name: value for name, value in values.items() if value is not None}
    return LayerSettings(readable, modifiers, broken or len(readable) < len(values))
