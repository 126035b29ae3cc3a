"""The keys that any layer may carry, beside its name and ``first``."""

from collections.abc import Callable, Mapping
from typing import Any

from cnnaudit.ops.op import FieldType
from cnnaudit.parsing.layer_settings import Scope, read_init
from cnnaudit.parsing.names import Reference, references
from cnnaudit.parsing.values import ParsedValue, read
from cnnaudit.parsing.yaml_tree import ScalarNode, YamlNode


def _read_number(node: YamlNode, scope: Scope) -> ParsedValue | None:
    return read(FieldType.NUMBER, node, scope.names, scope.diagnostics)


def _read_flag(node: YamlNode, scope: Scope) -> ParsedValue | None:
    return read(FieldType.FLAG, node, scope.names, scope.diagnostics)


def _read_sources(node: YamlNode, scope: Scope) -> tuple[Reference, ...] | None:
    return references(node, scope.diagnostics)


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


#: By key: the field of ``Item`` they set and the function that reads them.
COMMON_READERS: Mapping[str, tuple[str, Callable[[YamlNode, Scope], Any]]] = {
    "from": ("sources", _read_sources),
    "repeat": ("repeat", _read_number),
    "when": ("when", _read_flag),
    "trainable": ("trainable", _read_flag),
    "share": ("share", _read_share),
    "init": ("init", read_init),
    "expect": ("expect", _read_expect),
    "note": ("note", _read_note),
}
