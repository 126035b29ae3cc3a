"""Finds the layers that a word names: a full name, the end of one, or a pattern."""

from fnmatch import fnmatchcase

from cnnaudit.errors import UsageError, did_you_mean
from cnnaudit.graph.changes import matches
from cnnaudit.graph.graph import Graph, Layer, Section, layers_of

#: Candidates that a message names.
_NAMED = 5


def find_layers(graph: Graph, word: str) -> tuple[Layer, ...]:
    """The written layers that ``word`` names, in written order.

    A full name of a layer, of one of its operations or of a section (then all layers in it); the
    end of one full name, from a dot on; or a pattern, where ``*`` keeps within a part of a name
    unless nothing matches so.

    Raises ``UsageError`` where there is none, or where an end is that of several.
    """
    written = list(layers_of(graph.outline))
    if exact := _exact(graph, written, word):
        return exact
    if "*" in word or "?" in word:
        for fits in (matches, lambda pattern, name: fnmatchcase(name, pattern)):
            if found := tuple(layer for layer in written if fits(word, layer.name)):
                return found
    ends = [layer for layer in written if layer.name.endswith(f".{word}")]
    if len(ends) == 1:
        return tuple(ends)
    if ends:
        listed = ", ".join(layer.name for layer in ends[:_NAMED])
        more = f" and {len(ends) - _NAMED} more" if len(ends) > _NAMED else ""
        raise UsageError(
            f"{graph.path} has {len(ends)} layers called '{word}': {listed}{more}; say which one"
        )
    sections = (section.name for section in _sections(graph))
    names = dict.fromkeys((*(layer.name for layer in written), *sections))
    tails = dict.fromkeys(name.rpartition(".")[2] for name in names)
    hint = did_you_mean(word, (*names, *tails)) or "`cnnaudit report` lists them"
    raise UsageError(f"{graph.path} has no layer '{word}': {hint}")


def _sections(graph: Graph) -> list[Section]:
    """All sections of a network, but not the whole of it."""
    found = [graph.outline]
    for section in found:
        found += [child for child in section.children if isinstance(child, Section)]
    return found[1:]


def _exact(graph: Graph, written: list[Layer], word: str) -> tuple[Layer, ...]:
    for layer in written:
        if word == layer.name or word in (graph.nodes[index].name for index in layer.nodes):
            return (layer,)
    named = (section for section in _sections(graph) if section.name == word)
    section = next(named, None)
    return tuple(layers_of(section)) if section is not None else ()
