"""Layers by the keys they have: what these say is worked out once, and then only values are read.

A file that is written out has a thousand layers of a few forms: ``name conv kernel activation``.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from cnnaudit.errors import Span
from cnnaudit.known import Known
from cnnaudit.layers.kind import REQUIRED, Field, Type
from cnnaudit.layers.table import KINDS, MODIFIERS
from cnnaudit.parsing.expressions import TREES
from cnnaudit.parsing.settings import (
    COMMON,
    Modifier,
    Scope,
    Settings,
    fields_of,
    principal_value,
    read_modifier,
)
from cnnaudit.parsing.values import Value, constants, read
from cnnaudit.parsing.yamltree import Mapping as MappingNode
from cnnaudit.parsing.yamltree import Node, Scalar

#: Keys that say more than what their value is: such layers are read key by key.
_UNUSUAL = frozenset(("op", "branches", "head", "first"))
#: A call less for each of the values of a file.
_new = tuple.__new__


class Place(NamedTuple):
    """Which pair of a mapping sets a field, and what plain texts are there."""

    at: int
    field: Field
    known: Callable[[str], Any]


#: Whether a modifier is on, and the attribute with its content that comes with it, if one does.
_Switched: TypeAlias = tuple[Any, str | None, Any]


class Switch(NamedTuple):
    """Which pair of a mapping is a modifier, and what plain texts are there."""

    at: int
    name: str
    known: Callable[[str], _Switched | None]


class Form(NamedTuple):
    """What the keys of a layer say, by the positions of their pairs.

    ``word`` is what the layer is called without a name, ``operation`` the position of its own key,
    None for a layer of modifiers alone; ``bare`` says that `true` there sets nothing. ``common``
    are the keys that any layer may carry.
    """

    verb: str
    word: str
    operation: int | None
    bare: bool
    merges: bool
    principal: Place | None
    modifiers: tuple[Switch, ...]
    attributes: tuple[Place, ...]
    common: tuple[tuple[int, str], ...]


_NO_FORM = Form("", "", None, False, False, None, (), (), ())
#: Up to so many characters of keys in all.
_KNOWN: Known[Form] = Known(100_000)
_SWITCHES: Mapping[str, Known[_Switched]] = {name: Known(4096) for name in MODIFIERS}


def form_of(node: MappingNode, scope: Scope) -> Form | None:
    """The form of a layer; None for one with unusual keys, or wrong ones, or of a block."""
    names = node.form
    form = _KNOWN.get(names)
    if form is None:
        form = _KNOWN.keep(names, _form(names) or _NO_FORM, sum(map(len, names)) + 1)
    if form is _NO_FORM or (scope.blocks and not scope.blocks.keys().isdisjoint(names)):
        return None
    return form


def operations(names: Iterable[str], blocks: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The operations and blocks among the keys of a layer: where all is right, one or none."""
    found = [name for name in names if name in KINDS or name in blocks]
    return [
        name
        for name in found
        if name not in MODIFIERS
        # {batch_norm: true, scale: false}: the operation `scale` is an attribute there; a
        # block's parameter may be called like an operation too.
        and not any(other in KINDS and KINDS[other].field(name) for other in found)
        and not any(name in blocks.get(other, ()) for other in found if other != name)
    ]


def _form(names: tuple[str, ...]) -> Form | None:
    verbs = operations(names, {})
    switches = [name for name in MODIFIERS if name in names]
    if len(verbs) > 1 or not (verbs or switches) or not _UNUSUAL.isdisjoint(names):
        return None
    verb, word = (verbs[0], verbs[0]) if verbs else ("modifiers", switches[0])
    fields = fields_of(verb)
    attributes, common = [], []
    for at, name in enumerate(names):
        if name == verb or name in MODIFIERS:
            continue
        # The operation `scale` has an attribute `init`, which elsewhere any layer may carry.
        if field := fields.get(name):
            attributes.append(_place(at, field))
        elif name in COMMON:
            common.append((at, name))
        else:
            return None
    operation = names.index(verb) if verbs else None
    principal = fields.get(KINDS[verb].principal or "") if verbs else None
    # The flag that an operation's key may set is told from the `true` that says it is there.
    told = principal is not None and principal.type is not Type.FLAG
    return Form(
        verb,
        word,
        operation,
        principal is None or principal.default is not REQUIRED,
        verb in KINDS and KINDS[verb].merges,
        _place(operation or 0, principal) if principal and told else None,
        tuple(Switch(names.index(name), name, _SWITCHES[name].get) for name in switches),
        tuple(attributes),
        tuple(common),
    )


def _place(at: int, field: Field) -> Place:
    return Place(at, field, constants(field.type, field.choices).get)


def settings_by(form: Form, node: MappingNode, scope: Scope) -> Settings:
    """What a layer of a form says, beside what any layer may carry and what a merge reads.

    What has to be read, and may be wrong, is read in the order of ``layer_settings``.
    """
    entries = node.entries
    broken = False
    modifiers: dict[str, Modifier] = {}
    for at, name, switches in form.modifiers:
        value = entries[at][1]
        switched = switches(value.text) if type(value) is Scalar and value.plain else None
        modifier = _on(switched, value.span) if switched else _modifier(name, value, scope)
        if modifier is None:
            broken = True
        else:
            modifiers[name] = modifier
    values: dict[str, Value] = {}
    unread = None
    if form.operation is not None:
        value = entries[form.operation][1]
        unread = None if _principal(form, value, values) else value
    for at, field, texts in form.attributes:
        value = entries[at][1]
        content = texts(value.text) if type(value) is Scalar and value.plain else None
        if content is not None:
            values[field.name] = _new(Value, (content, value.span))
            continue
        found = read(field.type, value, scope.names, scope.diagnostics, field.choices)
        if found is None:
            broken = True
        else:
            values[field.name] = found
    if unread is not None:
        given, failed = principal_value(form.verb, unread, scope)
        return Settings({**given, **values}, modifiers, broken or failed)
    return Settings(values, modifiers, broken)


def _principal(form: Form, node: Node, values: dict[str, Value]) -> bool:
    """Take the value under the operation's key, where it is known what it says."""
    if form.merges:
        return True
    if type(node) is not Scalar or not node.plain:
        return False
    if form.principal is not None:
        _, field, texts = form.principal
        content = texts(node.text)
        if content is not None:
            values[field.name] = _new(Value, (content, node.span))
            return True
    return form.bare and node.text == "true"


def _on(switched: _Switched, span: Span) -> Modifier:
    on, attribute, content = switched
    attributes = {attribute: _new(Value, (content, span))} if attribute else {}
    return _new(Modifier, (_new(Value, (on, span)), attributes))


def _modifier(name: str, node: Node, scope: Scope) -> Modifier | None:
    modifier = read_modifier(name, node, scope)
    if modifier is not None and type(node) is Scalar and node.plain and _is_constant(modifier):
        _SWITCHES[name].keep(node.text, _switched(modifier))
    return modifier


def _switched(modifier: Modifier) -> _Switched:
    """What a word says of a modifier: a switch, and at most one attribute."""
    for attribute, value in modifier.attributes.items():
        return modifier.switch.content, attribute, value.content
    return modifier.switch.content, None, None


def _is_constant(modifier: Modifier) -> bool:
    values = (modifier.switch, *modifier.attributes.values())
    return not any(isinstance(value.content, (*TREES, tuple)) for value in values)
