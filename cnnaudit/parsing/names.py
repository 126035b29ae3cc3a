"""Names of layers: how they are written, and how others refer to them."""

from typing import NamedTuple

from cnnaudit.errors import Diagnostics, Span
from cnnaudit.parsing.values import is_null
from cnnaudit.parsing.yaml_tree import ListNode, ScalarNode, YamlNode
from cnnaudit.sources.files import printable

#: A dot joins names to paths, and globs and the variant's mark select them.
FORBIDDEN_IN_NAMES = frozenset(".*?[]@,")


class Reference(NamedTuple):
    """The name of a layer, and where it is written."""

    name: str
    span: Span


def references(node: YamlNode, diagnostics: Diagnostics) -> tuple[Reference, ...] | None:
    """A layer's name, or a list of them."""
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
    return node.text
