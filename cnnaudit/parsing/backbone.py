"""The key ``backbone``: a network of another file, up to a layer, that the layers continue."""

from typing import NamedTuple

from cnnaudit.errors import did_you_mean
from cnnaudit.ops.op import FieldType
from cnnaudit.parsing.layer_settings import Reference, Scope, keys_of, references
from cnnaudit.parsing.values import ParsedValue, is_null, read
from cnnaudit.parsing.yaml_tree import MapNode, ScalarNode, YamlNode
from cnnaudit.sources.files import printable

KEYS = ("file", "until", "trainable", "freeze")


class Backbone(NamedTuple):
    """The other file, its last layer that is used, and its frozen layers."""

    file: Reference
    until: Reference | None
    trainable: ParsedValue | None
    freeze: tuple[Reference, ...]


def file_of(node: YamlNode | None) -> ScalarNode | None:
    """The file named by a ``backbone`` mapping; None if it names none or cannot be read."""
    file = node.get("file") if isinstance(node, MapNode) else None
    return file if isinstance(file, ScalarNode) and not is_null(file) else None


def read_backbone(node: YamlNode, scope: Scope) -> Backbone | None:
    """The backbone that ``node`` describes."""
    if not isinstance(node, MapNode):
        return None
    keys = keys_of(node)
    for name, (key, _) in keys.items():
        if name not in KEYS:
            message = f"a backbone has no key '{printable(name)}'"
            scope.diagnostics.error("unknown-key", message, key.span, did_you_mean(name, KEYS))
    file = file_of(node)
    if file is None:
        return None
    until = references(keys["until"][1], scope.diagnostics) if "until" in keys else ()
    trainable = None
    if "trainable" in keys:
        trainable = read(FieldType.FLAG, keys["trainable"][1], scope.names, scope.diagnostics)
    freeze = references(keys["freeze"][1], scope.diagnostics) if "freeze" in keys else ()
    first = until[0] if until else None
    return Backbone(Reference(file.text, file.span), first, trainable, freeze or ())
