"""Finds the layers that a text names: by a full name, the end of one, or a pattern."""

from fnmatch import fnmatchcase

from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.graph.changes import matches
from cnnaudit.graph.graph import Graph, Layer, Section, layers_of

#: Layers that a message lists.
_MAX_LISTED = 5


def find_layers(graph: Graph, text: str) -> tuple[Layer, ...]:
    """Return the layers that ``text`` names, in the order of the file.

    The text is a full name of a layer, of one of its nodes or of a section (then all layers in it);
    the end of exactly one full name, from a dot on; or a pattern, whose ``*`` does not match dots
    unless nothing matches so.

    Raises ``UsageError`` if there is no such layer, or if several names end so.
    """
    layers = list(layers_of(graph.outline))
    if exact := _exact(graph, layers, text):
        return exact
    if "*" in text or "?" in text:
        for is_match in (matches, lambda pattern, name: fnmatchcase(name, pattern)):
            if matching := tuple(layer for layer in layers if is_match(text, layer.name)):
                return matching
    by_end = [layer for layer in layers if layer.name.endswith(f".{text}")]
    if len(by_end) == 1:
        return tuple(by_end)
    if by_end:
        listed = ", ".join(layer.name for layer in by_end[:_MAX_LISTED])
        more = f" and {len(by_end) - _MAX_LISTED} more" if len(by_end) > _MAX_LISTED else ""
        raise UsageError(
            f"{graph.path} has {len(by_end)} layers called '{text}': {listed}{more}; say which one"
        )
    sections = (section.name for section in _sections(graph))
    names = dict.fromkeys((*(layer.name for layer in layers), *sections))
    last_parts = dict.fromkeys(name.rpartition(".")[2] for name in names)
    hint = did_you_mean(text, (*names, *last_parts)) or "`cnnaudit report` lists them"
    raise UsageError(f"{graph.path} has no layer '{text}': {hint}")


def _sections(graph: Graph) -> list[Section]:
    """Return all sections inside a network."""
    sections = [graph.outline]
    for section in sections:
        sections += [child for child in section.children if isinstance(child, Section)]
    return sections[1:]


def _exact(graph: Graph, layers: list[Layer], name: str) -> tuple[Layer, ...]:
    for layer in layers:
        if name == layer.name or name in (graph.nodes[index].name for index in layer.nodes):
            return (layer,)
    section = next((section for section in _sections(graph) if section.name == name), None)
    return tuple(layers_of(section)) if section is not None else ()
