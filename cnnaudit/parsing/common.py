"""The keys that any layer may carry, beside its name and ``first``."""

from collections.abc import Callable, Mapping
from typing import Any

from cnnaudit.ops.op import Type
from cnnaudit.parsing.layer_settings import Scope, read_init
from cnnaudit.parsing.names import Reference, references
from cnnaudit.parsing.values import Value, read
from cnnaudit.parsing.yaml_tree import Node, Scalar


def _read_number(node: Node, scope: Scope) -> Value | None:
    return read(Type.NUMBER, node, scope.names, scope.diagnostics)


def _read_flag(node: Node, scope: Scope) -> Value | None:
    return read(Type.FLAG, node, scope.names, scope.diagnostics)


def _read_sources(node: Node, scope: Scope) -> tuple[Reference, ...] | None:
    return references(node, scope.diagnostics)


def _read_share(node: Node, scope: Scope) -> Reference | None:
    return next(iter(references(node, scope.diagnostics) or ()), None)


def _read_note(node: Node, scope: Scope) -> str | None:
    if isinstance(node, Scalar):
        return node.text
    scope.diagnostics.error("invalid-value", "expected a text", node.span)
    return None


def _read_expect(node: Node, scope: Scope) -> Value | None:
    """``same``, or a shape."""
    if isinstance(node, Scalar) and node.text == "same":
        return Value("same", node.span)
    return read(Type.SHAPE, node, scope.names, scope.diagnostics)


#: By key: the field of ``Item`` they set and the function that reads them.
COMMON_READERS: Mapping[str, tuple[str, Callable[[Node, Scope], Any]]] = {
    "from": ("sources", _read_sources),
    "repeat": ("repeat", _read_number),
    "when": ("when", _read_flag),
    "trainable": ("trainable", _read_flag),
    "share": ("share", _read_share),
    "init": ("init", read_init),
    "expect": ("expect", _read_expect),
    "note": ("note", _read_note),
}
