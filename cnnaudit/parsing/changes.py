"""The ``changes`` of an adapted network, as written: actions on layers selected by name."""

from collections.abc import Collection
from typing import NamedTuple

from cnnaudit.errors import did_you_mean
from cnnaudit.parsing.layer_list import LayerSpec, read_items
from cnnaudit.parsing.layer_settings import Reference, Scope, keys_of, references
from cnnaudit.parsing.values import is_null
from cnnaudit.parsing.yaml_tree import ListNode, MapNode, YamlNode

#: The action of a change, and the key of its argument.
ACTIONS: dict[str, str | None] = {
    "remove": None,
    "set": "to",
    "replace": "with",
    "insert_after": "layers",
    "insert_before": "layers",
    "freeze": None,
}


class Change(NamedTuple):
    """One difference from the file that is extended: an action on the layers that match."""

    action: str
    pattern: Reference
    layers: tuple[LayerSpec, ...] = ()
    settings: YamlNode | None = None


def read_changes(node: YamlNode, scope: Scope, taken: Collection[str]) -> tuple[Change, ...]:
    """The changes of a file, in order; ``taken`` are the layer names of the base."""
    if is_null(node):
        return ()
    if not isinstance(node, ListNode):
        scope.diagnostics.error("invalid-value", "expected a list of changes", node.span)
        return ()
    names = list(taken)
    changes: list[Change] = []
    for entry in node.items:
        added = _read_change(entry, scope, names)
        names += [spec.name for change in added[:1] for spec in change.layers]
        changes += added
    return tuple(changes)


def _read_change(node: YamlNode, scope: Scope, taken: Collection[str]) -> list[Change]:
    """One entry of the list; several patterns make one change each."""
    keys = keys_of(node) if isinstance(node, MapNode) else {}
    action = next((name for name in ACTIONS if name in keys), None)
    if action is None:
        message = f"expected a change: {', '.join(ACTIONS)}"
        help = did_you_mean(next(iter(keys), ""), tuple(ACTIONS))
        scope.diagnostics.error("unknown-key", message, node.span, help)
        return []
    companion = ACTIONS[action]
    for name, (key, _) in keys.items():
        if name not in (action, companion):
            wanted = f"'{companion}'" if companion else "no other key"
            message = f"'{action}' goes with {wanted}"
            scope.diagnostics.error("unknown-key", message, key.span)
            return []
    if companion and companion not in keys:
        message = f"'{action}' needs '{companion}'"
        scope.diagnostics.error("missing-key", message, keys[action][0].span)
        return []
    patterns = references(keys[action][1], scope.diagnostics) or ()
    if companion is None:
        return [Change(action, pattern) for pattern in patterns]
    value = keys[companion][1]
    if companion == "to":
        return [Change(action, pattern, (), value) for pattern in patterns]
    # A replacement may take the name of the layer it replaces.
    replaced = {pattern.name for pattern in patterns} if action == "replace" else set()
    layers = read_items(value, scope, [name for name in taken if name not in replaced])
    return [Change(action, pattern, layers) for pattern in patterns]
