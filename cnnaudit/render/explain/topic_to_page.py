"""``explain TOPIC`` as a page."""

from collections.abc import Iterator, Sequence

from cnnaudit.reference.catalogue import TopicPages, groups_of
from cnnaudit.reference.topic import Topic, TopicEntry
from cnnaudit.render import latex, markdown
from cnnaudit.render.blocks import (
    Block,
    Bullets,
    CodeBlock,
    Grid,
    GridColumn,
    Heading,
    TextBlock,
    renderer,
)
from cnnaudit.render.explain.rows import symbol_meanings
from cnnaudit.render.explain.topic_lines import (
    default_text,
    formula_lines,
    group_word,
    other_name_lines,
)
from cnnaudit.render.formats import Display
from cnnaudit.render.rule_page import as_blocks


def page(pages: TopicPages, _display: Display) -> list[Block]:
    """The pages of a word; texts have their markup already."""
    blocks: list[Block] = [_text(pages.note)] if pages.note else []
    blocks += [block for topic in pages.topics for block in _sections(topic)]
    return [*blocks, *(as_blocks(pages.rule) if pages.rule else ())]


def list_page(entries: Sequence[TopicEntry], _display: Display) -> list[Block]:
    """Every topic with its summary, a list for each group."""
    blocks: list[Block] = []
    for title, topics in groups_of(entries):
        lines = [f"`{name}`: {summary}" for name, summary in topics.items()]
        blocks += [Heading(2, title, marked=True), Bullets(lines, marked=True)]
    return blocks


def _text(text: str) -> TextBlock:
    return TextBlock(text.rstrip("\n").split("\n"), marked=True)


def _sections(topic: Topic) -> Iterator[Block]:
    yield Heading(2, f"`{topic.name}` ({group_word(topic)})", marked=True)
    yield from map(_text, (topic.summary, *topic.text))
    if topic.attributes:
        columns = (
            GridColumn(topic.attributes_title, marked=True),
            GridColumn("Meaning", wraps=True, marked=True),
            GridColumn("Takes", wraps=True),
        )
        yield Grid(
            columns,
            [
                (
                    f"`{row.name}`",
                    row.doc,
                    "; ".join(filter(None, (row.type, default_text(row)))),
                )
                for row in topic.attributes
            ],
        )
    if topic.example:
        yield _text("**Example:**")
        yield CodeBlock(topic.example, "yaml")
    if topic.result:
        yield Bullets(topic.result, marked=True)
    if topic.formulas:
        yield Grid((GridColumn("Quantity"), GridColumn("Formula")), formula_lines(topic))
    if meanings := symbol_meanings(topic.formulas):
        symbols = ", ".join(f"{letter} {text}" for letter, text in meanings.items())
        yield _text(f"Symbols: {symbols}.")
    yield from _lists(topic)


def _lists(topic: Topic) -> Iterator[Block]:
    """The short lists at the end of a page."""
    for title, lines in (
        ("Sources", topic.sources),
        ("Elsewhere it is called", other_name_lines(topic, "`")),
        ("Try", [f"`{command}`" for command in topic.commands]),
        ("See also", _words(topic.see_also)),
    ):
        if lines:
            yield _text(f"**{title}:**")
            yield Bullets(lines, marked=True)


def _words(words: Sequence[str]) -> list[str]:
    """Words as one line, none for none."""
    return [", ".join(f"`{word}`" for word in words)] if words else []


render_markdown = renderer(markdown.write, page)
render_latex = renderer(latex.write, page)
render_list_markdown = renderer(markdown.write, list_page)
render_list_latex = renderer(latex.write, list_page)
