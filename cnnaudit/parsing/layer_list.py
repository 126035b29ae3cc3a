"""Reads layer lists: every written layer as a ``LayerSpec`` with its name, types and span.

A layer spec keeps values as written; expressions are evaluated when the graph is built, where the
variables, the block's parameters and the incoming shape are known.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from cnnaudit.errors import Diagnostics, Span, did_you_mean
from cnnaudit.ops.op import FieldType
from cnnaudit.ops.registry import ACTIVATIONS, MERGES, MODIFIERS, OPS
from cnnaudit.parsing import unknown_ops
from cnnaudit.parsing.layer_settings import (
    COMMON,
    NO_SETTINGS,
    Keys,
    LayerSettings,
    Modifier,
    Reference,
    Scope,
    fields_of,
    keys_of,
    layer_settings,
    read_init,
    read_name,
    references,
)
from cnnaudit.parsing.values import ParsedValue, flag, is_null, read
from cnnaudit.parsing.yaml_tree import ListNode, MapNode, ScalarNode, YamlNode
from cnnaudit.sources.files import printable

_HEAD_KEYS = ("head", "from", "auxiliary", "layers", "when", "trainable", "note")


class Branch(NamedTuple):
    """One of several layer lists with the same input."""

    name: str
    layers: "tuple[LayerSpec, ...]"
    span: Span


class LayerSpec(NamedTuple):
    """One written layer.

    ``op_name`` is the op, a block's name, ``modifiers`` for a layer of modifiers alone,
    ``branches``, ``head``, or ``unreadable`` for one that was reported and only keeps its place.
    ``named`` is true if the name comes from the file.
    """

    op_name: str
    name: str
    named: bool
    span: Span
    settings: LayerSettings = NO_SETTINGS
    sources: tuple[Reference, ...] | None = None
    repeat: ParsedValue | None = None
    first: LayerSettings | None = None
    when: ParsedValue | None = None
    trainable: ParsedValue | None = None
    share: Reference | None = None
    init: ParsedValue | None = None
    expect: ParsedValue | None = None
    note: str | None = None
    branches: tuple[Branch, ...] = ()
    merge: str = "none"
    layers: "tuple[LayerSpec, ...]" = ()
    auxiliary: bool = False


def read_items(node: YamlNode, scope: Scope, taken: Collection[str] = ()) -> tuple[LayerSpec, ...]:
    """The layers of a list; the unnamed get ``conv1``, ``conv2``, … apart from ``taken`` names."""
    if is_null(node):
        return ()
    if not isinstance(node, ListNode):
        scope.diagnostics.error("invalid-value", "expected a list of layers", node.span)
        return ()
    specs = [_read_item(entry, scope) or _unreadable(entry) for entry in node.items]
    return _named(specs, scope.diagnostics, taken)


def _unreadable(node: YamlNode) -> LayerSpec:
    """A placeholder for a layer that was reported, so that its neighbours are still checked."""
    name = node.get("name") or node.get("head") if isinstance(node, MapNode) else None
    if isinstance(name, ScalarNode):
        return LayerSpec("unreadable", name.text, True, node.span)
    return LayerSpec("unreadable", "unreadable", False, node.span)


def _named(
    specs: list[LayerSpec], diagnostics: Diagnostics, taken: Collection[str]
) -> tuple[LayerSpec, ...]:
    """Name the unnamed layers; report names used twice in one list."""
    used: dict[str, Span | None] = dict.fromkeys(taken)
    repeated: set[int] = set()
    for position, spec in enumerate(specs):
        if spec.named and spec.name in used:
            first = used[spec.name]
            notes = (f"first used in line {first.line}",) if first else ()
            message = f"the name '{spec.name}' is used twice in one list"
            diagnostics.error("duplicate-name", message, spec.span, notes=notes)
            repeated.add(position)
        elif spec.named:
            used[spec.name] = spec.span
    counts: dict[str, int] = {}
    result = []
    for position, spec in enumerate(specs):
        if spec.named and position not in repeated:
            result.append(spec)
            continue
        number = counts.get(spec.name, 0) + 1
        while f"{spec.name}{number}" in used:
            number += 1
        counts[spec.name] = number
        op_name = "unreadable" if position in repeated else spec.op_name
        result.append(spec._replace(op_name=op_name, name=f"{spec.name}{number}"))
    return tuple(result)


def _read_item(node: YamlNode, scope: Scope) -> LayerSpec | None:
    if is_null(node):
        scope.diagnostics.error("missing-key", "a layer is missing here", node.span)
        return None
    if isinstance(node, ScalarNode):
        return _read_word(node, scope)
    if not isinstance(node, MapNode):
        scope.diagnostics.error("invalid-value", "expected a layer, not a list", node.span)
        return None
    keys = keys_of(node)
    if "branches" in keys:
        return _read_branches(keys, node.span, scope)
    if "head" in keys:
        return _read_head(keys, node.span, scope)
    return _read_layer(keys, node.span, scope)


def _read_word(node: ScalarNode, scope: Scope) -> LayerSpec | None:
    """``- flatten``, ``- relu``, ``- stem``: an op or block without arguments."""
    word, span = node.text, node.span
    if word in ACTIVATIONS:
        relu = Modifier(ParsedValue(True, span), {"function": ParsedValue(word, span)})
        return LayerSpec("modifiers", word, False, span, LayerSettings({}, {"activation": relu}))
    if word in OPS or word in scope.blocks:
        value = ScalarNode("true" if word in MODIFIERS else "", True, span)
        return _read_layer({word: (node, value)}, span, scope)
    unknown_ops.unknown_operation(node, scope, word, {word: (node, ScalarNode("", True, span))})
    return None


def _read_layer(keys: Keys, span: Span, scope: Scope) -> LayerSpec | None:
    chosen = _operation(keys, span, scope)
    if chosen is None:
        return None
    op_name, word, principal = chosen
    # The operation `scale` has an attribute `init`, which elsewhere any layer may carry.
    field_names = {name for name in fields_of(op_name) if name in keys and name in COMMON}
    rest = {n: pair for n, pair in keys.items() if n not in COMMON or n in field_names}
    rest.pop("op", None)
    keys = {name: pair for name, pair in keys.items() if name not in field_names}
    sources = None
    if principal is not None:
        del rest[word]
        if op_name in OPS and OPS[op_name].merges:
            sources, principal = references(principal, scope.diagnostics), None
            if sources is None:
                return None
            if "from" in keys:
                message = f"what '{op_name}' reads is given twice, by its own value and by `from`"
                scope.diagnostics.error("duplicate-key", message, keys["from"][0].span, "keep one")
                return None
    elif "op" in keys and op_name == "modifiers":
        if word in rest:
            message = f"'{word}' is given twice, by `op` and by its own key"
            scope.diagnostics.error("duplicate-key", message, rest[word][0].span)
            return None
        function = keys["op"][1] if word not in OPS else None
        word = word if word in OPS else "activation"
        rest[word] = (keys["op"][0], function or _long_form(word, rest, span))
    spec = LayerSpec(
        op_name, word, False, span, layer_settings(op_name, principal, rest, scope, keys), sources
    )
    return _read_common(spec, keys, scope)


def _long_form(word: str, rest: dict[str, tuple[ScalarNode, YamlNode]], span: Span) -> YamlNode:
    """``{op: dropout, rate: 0.5}``: the attributes of a modifier as the value of its key."""
    field_names = [name for name in rest if OPS[word].field(name)]
    return MapNode(tuple(rest.pop(name) for name in field_names), span)


def _operation(keys: Keys, span: Span, scope: Scope) -> tuple[str, str, YamlNode | None] | None:
    """The op name, the word that names it, and the value under its key."""
    if "op" in keys:
        node = keys["op"][1]
        word = node.text if isinstance(node, ScalarNode) else ""
        if word in MODIFIERS or (word in ACTIVATIONS and word not in scope.blocks):
            return "modifiers", word, None
        if word in OPS or word in scope.blocks:
            return word, word, None
        if isinstance(node, ScalarNode):
            unknown_ops.unknown_operation(node, scope, "op", keys)
        else:
            scope.diagnostics.error("invalid-value", "expected the name of an operation", node.span)
        return None
    op_names = _operations(keys, scope.blocks)
    if len(op_names) > 1:
        key = keys[op_names[1]][0]
        message = f"one layer has one operation, and this has {' and '.join(op_names)}"
        help = unknown_ops.second_operation_help(op_names, keys)
        scope.diagnostics.error("invalid-value", message, key.span, help)
        return None
    if unknown_ops.names_another(op_names[0] if op_names else "modifiers", keys, scope):
        return None
    if op_names:
        return op_names[0], op_names[0], keys[op_names[0]][1]
    if modifiers := [name for name in MODIFIERS if name in keys]:
        return "modifiers", modifiers[0], None
    attributes = {field.name for op in OPS.values() for field in op.fields}
    unknown = [key for name, (key, _) in keys.items() if name not in (*COMMON, *attributes)]
    if unknown:
        unknown_ops.report_unknown(unknown[0], keys, scope)
    else:
        message = "this layer has no operation"
        scope.diagnostics.error(
            "missing-key", message, span, "for example `- {conv: 64, kernel: 3}`"
        )
    return None


def _operations(names: Iterable[str], blocks: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The ops and blocks among the keys of a layer: one or none, if the layer is right."""
    candidates = [name for name in names if name in OPS or name in blocks]
    if len(candidates) == 1:
        return [name for name in candidates if name not in MODIFIERS]
    return [
        name
        for name in candidates
        if name not in MODIFIERS
        # {batch_norm: true, scale: false}: the operation `scale` is an attribute there; a
        # block's parameter may be called like an operation too.
        and not any(name in fields_of(other) for other in candidates)
        and not any(name in blocks.get(other, ()) for other in candidates if other != name)
    ]


def changed(spec: LayerSpec, node: YamlNode, scope: Scope) -> LayerSpec:
    """``spec`` with the keys of the mapping ``node`` in place of its own; null takes a key away."""
    if not isinstance(node, MapNode):
        scope.diagnostics.error("invalid-value", "expected a mapping of attributes", node.span)
        return spec
    keys = dict(keys_of(node))
    if spec.op_name in keys and spec.op_name in OPS and OPS[spec.op_name].merges:
        # {set: j, to: {add: [a, b]}}: the key of a merge names what it reads.
        keys["from"] = keys.pop(spec.op_name)
    settings = _settings_over(spec, keys, spec.settings, scope)
    cleared: dict[str, Any] = {
        "sources" if name == "from" else name: None
        for name, (_, value) in keys.items()
        if name in COMMON and name != "name" and is_null(value)
    }
    remaining = {name: pair for name, pair in keys.items() if not is_null(pair[1])}
    return _read_common(spec._replace(settings=settings, **cleared), remaining, scope)


def _settings_over(
    spec: LayerSpec, keys: Keys, before: LayerSettings, scope: Scope
) -> LayerSettings:
    """Lay the settings in ``keys`` over those ``before``; null removes an attribute."""
    removed = {name for name in before.attributes if name in keys and is_null(keys[name][1])}
    remaining = {name: value for name, value in before.attributes.items() if name not in removed}
    written = {name: pair for name, pair in keys.items() if name not in removed}
    return _settings_for(spec, written, scope).over(before._replace(attributes=remaining))


def _settings_for(spec: LayerSpec, keys: Keys, scope: Scope) -> LayerSettings:
    """Read settings for an existing layer; the key of its op sets the principal attribute."""
    rest = {name: pair for name, pair in keys.items() if name not in COMMON}
    principal = rest.pop(spec.op_name)[1] if spec.op_name in rest else None
    op_name = spec.merge if spec.op_name == "branches" and spec.merge != "none" else spec.op_name
    return layer_settings(op_name, principal, rest, scope)


def _read_value(type_: FieldType, node: YamlNode, scope: Scope) -> ParsedValue | None:
    return read(type_, node, scope.names, scope.diagnostics)


def _read_share(node: YamlNode, scope: Scope) -> Reference | None:
    return next(iter(references(node, scope.diagnostics) or ()), None)


def _read_note(node: YamlNode, scope: Scope) -> str | None:
    if isinstance(node, ScalarNode):
        return node.text
    scope.diagnostics.error("invalid-value", "expected a text", node.span)
    return None


def _read_expect(node: YamlNode, scope: Scope) -> ParsedValue | None:
    """``same``, or a shape."""
    if isinstance(node, ScalarNode) and node.text == "same":
        return ParsedValue("same", node.span)
    return read(FieldType.SHAPE, node, scope.names, scope.diagnostics)


#: By key: the field of ``LayerSpec`` they set and the function that reads them.
_COMMON_READERS: Mapping[str, tuple[str, Callable[[YamlNode, Scope], Any]]] = {
    "from": ("sources", lambda node, scope: references(node, scope.diagnostics)),
    "repeat": ("repeat", partial(_read_value, FieldType.NUMBER)),
    "when": ("when", partial(_read_value, FieldType.FLAG)),
    "trainable": ("trainable", partial(_read_value, FieldType.FLAG)),
    "share": ("share", _read_share),
    "init": ("init", read_init),
    "expect": ("expect", _read_expect),
    "note": ("note", _read_note),
}


def _read_common(spec: LayerSpec, keys: Keys, scope: Scope) -> LayerSpec:
    """The keys that any layer may carry."""
    changes: dict[str, Any] = {}
    for name, (_, node) in keys.items():
        if name == "name":
            if text := read_name(node, scope.diagnostics):
                changes |= {"name": text, "named": True}
        elif name == "first":
            changes[name] = _read_first(spec, node, scope)
        elif name in _COMMON_READERS:
            field, reader = _COMMON_READERS[name]
            changes[field] = reader(node, scope)
    if "first" in keys and "repeat" not in keys and spec.repeat is None:
        message = "`first` speaks of the first of several repetitions, and there is no `repeat`"
        scope.diagnostics.error("missing-key", message, keys["first"][0].span)
    if None in changes.values():
        changes["settings"] = spec.settings._replace(broken=True)
    return spec._replace(**changes) if changes else spec


def _read_first(spec: LayerSpec, node: YamlNode, scope: Scope) -> LayerSettings | None:
    """The settings of the first repetition, over those the layer spec already has for it."""
    if isinstance(node, MapNode):
        return _settings_over(spec, keys_of(node), spec.first or NO_SETTINGS, scope)
    scope.diagnostics.error("invalid-value", "expected a mapping of attributes", node.span)
    return None


def _read_branches(keys: Keys, span: Span, scope: Scope) -> LayerSpec | None:
    diagnostics = scope.diagnostics
    key, node = keys["branches"]
    if not isinstance(node, MapNode) or not node.entries:
        diagnostics.error(
            "invalid-value", "expected branches as a mapping: name to layers", node.span
        )
        return None
    branches = []
    for name_node, layers in node.entries:
        name = read_name(name_node, diagnostics) or "branch"
        branches.append(Branch(name, read_items(layers, scope), name_node.span))
    if "merge" not in keys:
        help = f"write one of {', '.join(MERGES)}"
        diagnostics.error("missing-key", "branches need `merge`", key.span, help)
        return None
    merge = read(FieldType.CHOICE, keys["merge"][1], (), diagnostics, MERGES)
    if merge is None:
        return None
    op_name = "branches" if merge.expr == "none" else str(merge.expr)
    branch_keys = ("branches", "merge", *COMMON)
    rest = {name: pair for name, pair in keys.items() if name not in branch_keys}
    for name in MODIFIERS if op_name == "branches" else ():
        if name in rest:
            message = f"branches that stay apart have no output for '{name}'"
            diagnostics.error("invalid-value", message, rest[name][0].span)
    settings = layer_settings(op_name, None, rest, scope)
    spec = LayerSpec("branches", op_name, False, span, settings)
    spec = spec._replace(branches=tuple(branches), merge=str(merge.expr))
    return _read_common(spec, keys, scope)


def _read_head(keys: Keys, span: Span, scope: Scope) -> LayerSpec | None:
    """A separate layer list beside the main path, such as an auxiliary classifier."""
    diagnostics = scope.diagnostics
    name = read_name(keys["head"][1], diagnostics)
    for key_name, (key, _) in keys.items():
        if key_name not in _HEAD_KEYS:
            message = f"a head has no key '{printable(key_name)}'"
            diagnostics.error("unknown-key", message, key.span, did_you_mean(key_name, _HEAD_KEYS))
    auxiliary = flag(keys["auxiliary"][1]) if "auxiliary" in keys else False
    if auxiliary is None:
        diagnostics.error("invalid-value", "expected true or false", keys["auxiliary"][1].span)
    if "layers" not in keys:
        diagnostics.error("missing-key", "a head needs `layers`", keys["head"][0].span)
        return None
    layers = read_items(keys["layers"][1], scope)
    spec = LayerSpec("head", name or "head", True, span, layers=layers, auxiliary=bool(auxiliary))
    head_keys = {key: pair for key, pair in keys.items() if key in _HEAD_KEYS}
    return _read_common(spec, head_keys, scope)
