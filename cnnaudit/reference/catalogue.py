"""The list of all topics, and what a word names in it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from cnnaudit.errors import did_you_mean
from cnnaudit.reference.attributes import attribute_entries
from cnnaudit.reference.expressions import expression_entries
from cnnaudit.reference.file_keys import file_key_entries
from cnnaudit.reference.layer_keys import layer_key_entries
from cnnaudit.reference.operations import operation_entries
from cnnaudit.reference.other_names import meant_by
from cnnaudit.reference.quantities import quantity_entries
from cnnaudit.reference.texts import checking, commands, counting, memory, shapes
from cnnaudit.reference.topic import GROUPS, Topic, TopicEntry, entry_of
from cnnaudit.rules.rule import Rule

_PAGES = (counting, shapes, memory, checking, commands)


class TopicPages(NamedTuple):
    """The topics that a word names; ``note`` says why, if it is none of their names.

    ``rule`` is the rule of `check` that has the same name, None for almost every word.
    """

    topics: tuple[Topic, ...]
    note: str | None = None
    rule: Rule | None = None


def topic_entries() -> list[TopicEntry]:
    """Every topic, in the order of the groups."""
    entries = [
        *operation_entries(),
        *attribute_entries(),
        *layer_key_entries(),
        *file_key_entries(),
        *expression_entries(),
        *quantity_entries(),
        *(
            entry_of(topic, page.WORDS.get(topic.name, ()))
            for page in _PAGES
            for topic in page.TOPICS
        ),
    ]
    order = list(GROUPS)
    return sorted(entries, key=lambda entry: order.index(entry.group))


def topics_named(word: str) -> TopicPages:
    """The topics of a word: those of its name, else those that describe it; maybe none.

    Capitals count for nothing, and ``-``, ``_`` and a blank are the same.
    """
    entries = topic_entries()
    key = _key(word)
    if exact := [entry for entry in entries if _key(entry.name) == key]:
        return TopicPages(tuple(entry.load() for entry in exact))
    if elsewhere := meant_by(word):
        named = [entry for name in elsewhere for entry in _entries_of(name, entries)]
        meanings = " or ".join(f"'{name}'" for name in elsewhere)
        note = f"'{word}' is another program's name: here it is {meanings}."
        return TopicPages(tuple(entry.load() for entry in dict.fromkeys(named)), note)
    described = [entry for entry in entries if key in map(_key, entry.words)]
    names = " and ".join(dict.fromkeys(f"'{entry.name}'" for entry in described))
    return TopicPages(
        tuple(entry.load() for entry in described),
        f"'{word}' is described under {names}." if described else None,
    )


def is_topic(name: str) -> bool:
    """Whether a topic has this name."""
    return any(_key(entry.name) == _key(name) for entry in topic_entries())


def _entries_of(name: str, entries: Sequence[TopicEntry]) -> list[TopicEntry]:
    """The topics of that name; if there are none, those that describe it."""
    exact = [entry for entry in entries if entry.name == name]
    return exact or [entry for entry in entries if name in entry.words]


def nearest_topic(word: str) -> str | None:
    """The topic whose name is nearest to a word, None if none is near."""
    names = list(dict.fromkeys(entry.name for entry in topic_entries()))
    begins = [name for name in names if name.startswith(word.lower())] if len(word) > 1 else []
    if begins:
        return begins[0]
    hint = did_you_mean(word, names)
    return hint.split("'")[1] if hint else None


def groups_of(entries: Sequence[TopicEntry]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each group's title with its topics: their names and what they say in a sentence."""
    for group, title in GROUPS.items():
        yield title, {entry.name: entry.summary for entry in entries if entry.group == group}


def _key(word: str) -> str:
    return word.lower().replace("-", "_").replace(" ", "_")
