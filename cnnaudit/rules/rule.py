"""The vocabulary of the rules: levels, options, findings, and a rule as a value."""

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, NamedTuple, TypeAlias

from cnnaudit.errors import Level, Span
from cnnaudit.rules.network import AuditedNetwork

#: ``Level`` is exported too: a rule imports its vocabulary from this module.
__all__ = ["Doc", "Finding", "Level", "Option", "Options", "Rule", "read_doc", "rule_of"]


class Option(NamedTuple):
    """A threshold of a rule; a configuration must give the type of the default."""

    name: str
    default: Any
    doc: str


class Finding(NamedTuple):
    """A result of a rule, located by layer; the check finds the line.

    ``layer`` is the full name of a layer in the file; None if the finding is about the file, or
    about ``span``, a place in its text.
    """

    layer: str | None
    message: str
    help: str | None = None
    notes: tuple[str, ...] = ()
    span: Span | None = None


Options: TypeAlias = Mapping[str, Any]


class Doc(NamedTuple):
    """A rule's documentation: the parts of its docstring, in their order."""

    summary: str
    why: str
    example: str
    instead: str


class Rule(NamedTuple):
    """A rule of the catalogue: ``check`` yields its findings in a network.

    ``defaults`` are the values of its options without a configuration. ``check`` is None for input
    errors and for rules of the check itself.
    """

    code: str
    name: str
    level: Level
    doc: Doc
    options: tuple[Option, ...]
    check: Callable[[AuditedNetwork, Options], Iterator[Finding]] | None
    defaults: dict[str, Any]


#: The headings of a rule's docstring after its first paragraph, in order.
HEADINGS = ("Why it matters:", "Example::", "Instead:")


def rule_of(module: ModuleType) -> Rule:
    """The rule that a module defines."""
    options: tuple[Option, ...] = getattr(module, "OPTIONS", ())
    return Rule(
        module.CODE,
        module.NAME,
        module.LEVEL,
        read_doc(module.__doc__ or ""),
        options,
        module.check,
        {option.name: option.default for option in options},
    )


def read_doc(text: str) -> Doc:
    """The parts of a docstring; raises ``ValueError`` if a heading is missing."""
    parts = []
    for heading in HEADINGS:
        part, separator, text = text.partition(heading)
        if not separator:
            raise ValueError(f"the docstring has no '{heading}'")
        parts.append(part)
    summary, why, example = parts
    return Doc(_flowing(summary), _flowing(why), _verbatim(example), _flowing(text))


def _flowing(text: str) -> str:
    """Paragraphs as one line each."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


def _verbatim(text: str) -> str:
    """An example without its indentation."""
    lines = text.strip("\n").rstrip().split("\n")
    return "\n".join(line.removeprefix("    ") for line in lines)
