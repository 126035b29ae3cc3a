"""``explain TOPIC`` as Markdown."""

from collections.abc import Iterator, Sequence

from cnnaudit.reference.catalogue import TopicPages, groups_of
from cnnaudit.reference.topic import Topic, TopicEntry
from cnnaudit.render.explain.rows import symbol_meanings
from cnnaudit.render.explain.topic_lines import (
    default_text,
    formula_lines,
    group_word,
    other_name_lines,
)
from cnnaudit.render.formats import Display
from cnnaudit.render.markdown import escape, table_head, table_row
from cnnaudit.render.rule_page import as_markdown


def render(pages: TopicPages, _display: Display) -> str:
    """The pages of a word; texts are Markdown already."""
    parts = [pages.note] if pages.note else []
    parts += [part for topic in pages.topics for part in _sections(topic)]
    parts += [as_markdown(pages.rule)] if pages.rule else []
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def render_list(entries: Sequence[TopicEntry], _display: Display) -> str:
    """Every topic with what it says in a sentence, a list for each group."""
    parts = []
    for title, topics in groups_of(entries):
        lines = (f"- `{name}`: {summary}" for name, summary in topics.items())
        parts.append("\n".join((f"## {title}", "", *lines)))
    return "\n\n".join(parts) + "\n"


def _sections(topic: Topic) -> Iterator[str]:
    yield f"## `{topic.name}` ({group_word(topic)})"
    yield from (topic.summary, *topic.text)
    if topic.attributes:
        head = table_head([(topic.attributes_title, False), ("Meaning", False), ("Takes", False)])
        rows = (
            table_row(
                (
                    f"`{row.name}`",
                    row.doc,
                    escape("; ".join(filter(None, (row.type, default_text(row))))),
                )
            )
            for row in topic.attributes
        )
        yield head + "".join(rows)
    if topic.example:
        yield f"**Example:**\n\n```yaml\n{topic.example}```"
    if topic.result:
        yield "\n".join(f"- {line}" for line in topic.result)
    if topic.formulas:
        head = table_head([("Quantity", False), ("Formula", False)])
        yield head + "".join(table_row(map(escape, row)) for row in formula_lines(topic))
    if meanings := symbol_meanings(topic.formulas):
        yield f"Symbols: {', '.join(f'{letter} {text}' for letter, text in meanings.items())}."
    yield from _lists(topic)


def _lists(topic: Topic) -> Iterator[str]:
    """The short lists at the end of a page."""
    for title, lines in (
        ("Sources", topic.sources),
        ("Elsewhere it is called", other_name_lines(topic, "`")),
        ("Try", [f"`{command}`" for command in topic.commands]),
        ("See also", _words(topic.see_also)),
    ):
        if lines:
            yield "\n".join((f"**{title}:**", "", *(f"- {line}" for line in lines)))


def _words(words: Sequence[str]) -> list[str]:
    """Words as one line, none for none."""
    return [", ".join(f"`{word}`" for word in words)] if words else []
