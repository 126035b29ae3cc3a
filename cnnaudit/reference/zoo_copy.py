"""A shipped network's file as a copy that can stand anywhere."""

from pathlib import PurePosixPath

from cnnaudit.errors import Diagnostics, Span, UsageError, lines_of
from cnnaudit.parsing.backbone import file_of
from cnnaudit.parsing.loader import split_variant
from cnnaudit.parsing.yaml_tree import MapNode, ScalarNode, parse
from cnnaudit.sources import zoo


def copy_of_zoo(name: str) -> str:
    """The file's text, in which the files that it builds on are named as ``zoo:NAME``.

    Raises ``AuditError`` with the nearest name if there is no such network, ``UsageError`` for a
    variant.
    """
    opened, variant = zoo.open_zoo_variant(*split_variant(name))
    source = opened.source
    if variant is not None:
        stem = source.path.removeprefix("zoo:")
        raise UsageError(
            f"--from zoo:{name}: a copy holds all variants: write zoo:{stem}, and name the variant"
            f" behind the copy, as in `cnnaudit report {stem}.yaml@{variant}`"
        )
    tree = parse(source, Diagnostics())
    if not isinstance(tree, MapNode):
        return source.text
    nodes = (tree.get("extends"), file_of(tree.get("backbone")))
    text = source.text
    # From the end of the file, so that what is replaced does not move what is left.
    scalars = [node for node in nodes if isinstance(node, ScalarNode)]
    for node in sorted(scalars, key=lambda node: node.span[1:], reverse=True):
        text = _replaced(text, node.span, _in_the_zoo(node.text))
    return text


def _in_the_zoo(reference: str) -> str:
    """``zoo:alexnet`` for ``../alexnet/alexnet.yaml``."""
    path, variant = split_variant(reference)
    if path.startswith("zoo:"):
        return reference
    return f"zoo:{PurePosixPath(path).stem}" + (f"@{variant}" if variant else "")


def _replaced(text: str, span: Span, word: str) -> str:
    """A text with what stands at a span of one line replaced."""
    lines = lines_of(text)
    line = lines[span.line - 1]
    lines[span.line - 1] = f"{line[: span.column - 1]}{word}{line[span.end_column - 1 :]}"
    return "\n".join(lines)
