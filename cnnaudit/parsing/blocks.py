"""``blocks``: reusable groups of layers with parameters."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from cnnaudit.errors import Diagnostics, Span, did_you_mean
from cnnaudit.ops.registry import ACTIVATIONS, MODIFIERS, OPS
from cnnaudit.parsing.expressions import FUNCTIONS, WORDS
from cnnaudit.parsing.layer_list import LayerSpec, read_items
from cnnaudit.parsing.layer_settings import COMMON, Scope, read_name
from cnnaudit.parsing.values import ParsedValue, argument_value, is_null
from cnnaudit.parsing.yaml_tree import ListNode, MapNode, ScalarNode
from cnnaudit.sources.files import printable

#: Names that every expression may use, beside variables and parameters.
BUILTIN_NAMES = ("classes", "i", "in_channels", "in_height", "in_width", "in_features")


class Block(NamedTuple):
    """A reusable group of layers; parameters with their default, None if required."""

    name: str
    params: Mapping[str, ParsedValue | None]
    layers: tuple[LayerSpec, ...]
    span: Span


def block_scope(
    blocks: Mapping[str, Block], names: Iterable[str], diagnostics: Diagnostics
) -> Scope:
    """The scope of layers that may use these blocks, these names and the built-in names."""
    params = {name: tuple(block.params) for name, block in blocks.items()}
    return Scope(frozenset((*BUILTIN_NAMES, *names)), params, diagnostics)


def read_blocks(
    node: MapNode, inherited: Mapping[str, Block], vars: Collection[str], diagnostics: Diagnostics
) -> Mapping[str, Block]:
    """The blocks of a file, added to those of its base; they may use each other in any order."""
    blocks = dict(inherited)
    bodies: list[tuple[str, ScalarNode, MapNode]] = []
    for key, body in node.entries:
        name = read_name(key, diagnostics)
        if name is None:
            continue
        if (
            name in OPS
            or name in ACTIVATIONS
            or name in COMMON
            or name in ("op", "branches", "head")
        ):
            message = f"a block cannot be named '{name}': that is part of the format"
            diagnostics.error("invalid-value", message, key.span)
            continue
        if not isinstance(body, MapNode):
            message = "expected a mapping with `params` and `layers`"
            diagnostics.error("invalid-value", message, body.span)
            continue
        blocks[name] = Block(name, _params(body, vars, diagnostics), (), key.span)
        bodies.append((name, key, body))
    for name, key, body in bodies:
        for inner, _ in body.entries:
            if inner.text not in ("params", "layers"):
                message = f"a block has no key '{printable(inner.text)}'"
                help = did_you_mean(inner.text, ("params", "layers"))
                diagnostics.error("unknown-key", message, inner.span, help)
        layers = body.get("layers")
        if layers is None:
            diagnostics.error("missing-key", "a block needs `layers`", key.span)
            continue
        scope = block_scope(blocks, (*vars, *blocks[name].params), diagnostics)
        blocks[name] = blocks[name]._replace(layers=read_items(layers, scope))
    return blocks


def _params(
    body: MapNode, vars: Collection[str], diagnostics: Diagnostics
) -> Mapping[str, ParsedValue | None]:
    """Read ``[width, stride: 1]``: names, and pairs of a name and its default."""
    params: dict[str, ParsedValue | None] = {}
    node = body.get("params")
    if node is None or is_null(node):
        return params
    if not isinstance(node, ListNode):
        diagnostics.error("invalid-value", "expected a list of parameters", node.span)
        return params
    for entry in node.items:
        pairs = entry.entries if isinstance(entry, MapNode) else ((entry, None),)
        for key, default in pairs:
            if not isinstance(key, ScalarNode) or not is_identifier(key.text):
                message = "expected a name of letters, digits and _ that has no other meaning"
                diagnostics.error("invalid-value", message, key.span)
                continue
            visible_names = {*vars, *BUILTIN_NAMES, *params}
            params[key.text] = (
                argument_value(default, visible_names, diagnostics) if default else None
            )
    return params


def is_identifier(text: str) -> bool:
    """Whether expressions can use the name, and it has no other meaning."""
    taken = (*BUILTIN_NAMES, *FUNCTIONS, *WORDS, *COMMON, *MODIFIERS, "op")
    return text.isascii() and text.isidentifier() and text not in taken
