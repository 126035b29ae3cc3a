"""The vocabulary of the reference: a topic, its attributes, and the groups of topics."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cnnaudit.ops.formula import Formula

#: The groups in the order in which they are shown, each with its title.
GROUPS = {
    "operation": "Operations",
    "attribute": "Attributes",
    "layer-key": "Keys of a layer",
    "top-level-key": "Keys of a file",
    "expression": "Expressions",
    "quantity": "Quantities",
    "convention": "Conventions",
    "guide": "Guides",
}


class TopicAttribute(NamedTuple):
    """One attribute, key or value of a topic.

    ``type`` says what it takes, empty if the doc does. ``default`` is None if there is none or, if
    ``is_required``, it must be written. ``frameworks`` gives the default of each framework if they
    differ, for the values of ``sample``.
    """

    name: str
    doc: str
    type: str = ""
    default: str | None = None
    is_required: bool = False
    frameworks: tuple[tuple[str, str], ...] = ()
    sample: str = ""


class OtherNames(NamedTuple):
    """Names of other programs for one thing; ``attributes`` are what they say beside it."""

    names: tuple[str, ...]
    attributes: str = ""


class Topic(NamedTuple):
    """A page of the reference.

    ``text`` holds paragraphs in a small part of Markdown: prose, lists of ``- ``, and blocks that
    are indented by four blanks. ``example`` is an architecture file, and ``result`` what it gives.
    ``commands`` may be typed as they stand.
    """

    name: str
    group: str
    summary: str
    text: tuple[str, ...] = ()
    attributes: tuple[TopicAttribute, ...] = ()
    attributes_title: str = "Attributes"
    example: str | None = None
    result: tuple[str, ...] = ()
    formulas: tuple[Formula, ...] = ()
    sources: tuple[str, ...] = ()
    other_names: tuple[OtherNames, ...] = ()
    commands: tuple[str, ...] = ()
    see_also: tuple[str, ...] = ()


class TopicEntry(NamedTuple):
    """A topic in the list of all: its page is made when it is asked for.

    ``words`` are further words that lead to it, such as the keys that it describes.
    """

    name: str
    group: str
    summary: str
    load: Callable[[], Topic]
    words: tuple[str, ...] = ()


def entry_of(topic: Topic, words: tuple[str, ...] = ()) -> TopicEntry:
    """The entry of a topic that is a constant; its attributes lead to it too."""
    names = tuple(attribute.name for attribute in topic.attributes)
    return TopicEntry(topic.name, topic.group, topic.summary, lambda: topic, (*names, *words))


def listed(names: Sequence[str]) -> str:
    """``keras``, ``keras and pytorch``, ``keras, pytorch and caffe``."""
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def capitalised(text: str) -> str:
    """A text as a sentence."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
