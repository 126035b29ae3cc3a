"""Finds the variants of a stock network that an adapted file must leave out.

A variant sets variables of the file. In the adapted file it must give what adapting the stock's
variant by itself gives: as many layers, the same merges, and widths scaled as those of the others.
Changes of single layers, or of a variable that the variant sets too, give another network.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.stock import Stock
from cnnaudit.errors import AuditError, Diagnostics, Span, UsageError
from cnnaudit.formatting import shape_text
from cnnaudit.graph.builder import build_graph
from cnnaudit.graph.graph import Graph, Node
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.overrides import with_variant

#: Adapts a stock network: the graph of the result.
AdaptGraph = Callable[[Stock, AdaptOptions], Graph]


class LostVariant(NamedTuple):
    """A variant that the adapted file leaves out: the reason, and the first place of it."""

    name: str
    reason: str
    detail: str


def variant_notes(lost: Sequence[LostVariant]) -> list[str]:
    """Return the notes to the user on variants that are left out, one for each reason."""
    by_reason: dict[str, list[LostVariant]] = {}
    for variant in lost:
        by_reason.setdefault(variant.reason, []).append(variant)
    return [_note(variants) for variants in by_reason.values()]


def _note(variants: Sequence[LostVariant]) -> str:
    names = ", ".join(variant.name for variant in variants)
    noun = "variants" if len(variants) > 1 else "variant"
    first = variants[0]
    return f"left out, since {first.reason}: {noun} {names} ({first.name}: {first.detail})"


def lost_variants(
    stock: Stock, options: AdaptOptions, adapted: Architecture, adapt_graph: AdaptGraph
) -> list[LostVariant]:
    """Return the variants of ``adapted`` that are not the stock's variants, adapted."""
    lost = []
    for name, variables in adapted.variants.items():
        # A variant's variables come after those of the file, so they hide those of `--set`.
        assignments = [
            text for text in options.variables if text.partition("=")[0] not in variables
        ]
        variant_options = options._replace(variables=assignments)
        variant = _lost_variant(stock, variant_options, adapted, name, adapt_graph)
        if variant is not None:
            lost.append(variant)
    return lost


def _lost_variant(
    stock: Stock, options: AdaptOptions, adapted: Architecture, name: str, adapt_graph: AdaptGraph
) -> LostVariant | None:
    """A variant of the adapted file that is not the stock's variant, adapted; None if it is."""
    diagnostics = Diagnostics()
    try:
        span = Span(adapted.source, 1, 1, 1, 2)
        actual = build_graph(with_variant(adapted, name, diagnostics, span))
    except AuditError as error:
        return LostVariant(name, "the file's changes do not suit them", _first_message(error))
    try:
        expected = adapt_graph(stock.at_variant(name), options)
    except AuditError as error:
        return LostVariant(name, "they cannot be adapted so", _first_message(error))
    except UsageError as error:
        return LostVariant(name, "they cannot be adapted so", str(error))
    difference = _first_difference(expected, actual)
    if difference is None:
        return None
    return LostVariant(name, "the file's changes would make other networks of them", difference)


def _first_message(error: AuditError) -> str:
    return error.diagnostics[0].message


def _first_difference(expected: Graph, actual: Graph) -> str | None:
    """The first node of either graph that the other lacks or has with other values."""
    expected_nodes = {node.name: node for node in expected.nodes}
    actual_nodes = {node.name: node for node in actual.nodes}
    for name, node in expected_nodes.items():
        if name not in actual_nodes:
            return f"{name} would be missing"
        if difference := _node_difference(node, actual_nodes[name]):
            return difference
    extra = next((name for name in actual_nodes if name not in expected_nodes), None)
    if extra is not None:
        return f"{extra} would be added"
    is_same_order = list(expected_nodes) == list(actual_nodes)
    return None if is_same_order else "its layers would have another order"


def _node_difference(expected: Node, actual: Node) -> str | None:
    """The first attribute, or else the first fact, that differs; None if the nodes are equal."""
    for attribute, value in expected.attributes.items():
        other = actual.attributes.get(attribute)
        if other != value:
            return f"{expected.name} would have {attribute} {other} instead of {value}"
    if expected.output_shape != actual.output_shape:
        shapes = f"{shape_text(actual.output_shape)} instead of {shape_text(expected.output_shape)}"
        return f"{expected.name} would have the output {shapes}"
    # Numbers follow from shapes and attributes, and are not always evaluated yet.
    if expected._replace(span=None, numbers=None) != actual._replace(span=None, numbers=None):
        return f"{expected.name} would be another layer"
    return None
