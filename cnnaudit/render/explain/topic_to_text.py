"""``explain TOPIC`` for a terminal: a page in sections, wrapped at the width."""

from collections.abc import Iterator, Sequence
from textwrap import indent, wrap

from cnnaudit.reference.catalogue import TopicPages, groups_of
from cnnaudit.reference.topic import Topic, TopicAttribute, TopicEntry
from cnnaudit.render.explain.rows import symbol_meanings
from cnnaudit.render.explain.topic_lines import (
    default_text,
    formula_lines,
    group_word,
    other_name_lines,
)
from cnnaudit.render.formats import Display
from cnnaudit.render.rule_page import as_text

#: Lines of prose are no longer than this, however wide the terminal is.
_WIDEST = 100
_MARGIN = "  "
#: Columns of a name that shares a line with what it means.
_LABEL = 16
#: From this width on formulas stand beside their names, however long those are.
_WIDE = 80


def render(pages: TopicPages, display: Display) -> str:
    """The pages of a word, one below the other."""
    width = _width(display)
    parts = ["\n".join(wrap(pages.note, width))] if pages.note else []
    parts += ["\n\n".join(_sections(topic, width)) for topic in pages.topics]
    parts += [as_text(pages.rule, width=width).rstrip("\n")] if pages.rule else []
    return "\n\n\n".join(parts) + "\n"


def render_list(entries: Sequence[TopicEntry], display: Display) -> str:
    """The names of all topics by group, and how to read one."""
    width = _width(display)
    lines: list[str] = []
    for title, topics in groups_of(entries):
        lines += [title, *_wrapped(", ".join(topics), width, _MARGIN), ""]
    how = "`cnnaudit explain conv` shows the page of a topic; `cnnaudit rules` lists the rules."
    return "\n".join((*lines, *_wrapped(how, width))) + "\n"


def _width(display: Display) -> int:
    return min(display.width or _WIDEST, _WIDEST)


def _sections(topic: Topic, width: int) -> Iterator[str]:
    yield f"{topic.name} ({group_word(topic)})"
    yield _text(topic.summary, width)
    for paragraph in topic.text:
        yield _text(paragraph, width)
    if topic.attributes:
        lines = [_attribute(attribute, width) for attribute in topic.attributes]
        yield "\n".join((topic.attributes_title, *lines))
    if topic.example:
        results = [line for text in topic.result for line in _wrapped(text, width, _MARGIN)]
        example = indent(topic.example.rstrip("\n"), _MARGIN)
        yield "\n".join(("Example", example, *(("", *results) if results else ())))
    if topic.formulas:
        rows = formula_lines(topic)
        label = max(len(title) for title, _ in rows) + 2 if width >= _WIDE else _LABEL
        room = width - len(_MARGIN) - label
        lines = [_entry(title, _folded(text, room), width, label) for title, text in rows]
        yield "\n".join(("Formulas, with the values of the example", *lines))
        meanings = symbol_meanings(topic.formulas)
        if meanings:
            listed = ", ".join(f"{letter} {meaning}" for letter, meaning in meanings.items())
            yield _text(f"Symbols: {listed}.", width)
    yield from _lists(topic, width)


def _lists(topic: Topic, width: int) -> Iterator[str]:
    """The short lists at the end of a page."""
    for title, lines in (
        ("Sources", topic.sources),
        ("Elsewhere it is called", other_name_lines(topic)),
        ("Try", topic.commands),
        ("See also", (", ".join(topic.see_also),) if topic.see_also else ()),
    ):
        if lines:
            yield "\n".join((title, *(part for line in lines for part in _hung(line, width))))


def _attribute(attribute: TopicAttribute, width: int) -> str:
    """The name, and beside it what it means, what it takes and its default."""
    default = default_text(attribute)
    lines = (attribute.doc, attribute.type, default)
    if not attribute.frameworks:
        lines = (attribute.doc, "; ".join(filter(None, (attribute.type, default))), "")
    return _entry(attribute.name, "\n".join(filter(None, lines)), width)


def _folded(equation: str, room: int) -> str:
    """The equation on a line; if it is too long, in lines that begin with an equals sign."""
    first, *others = equation.split(" = ")
    lines = [first]
    for part in others:
        if len(lines[-1]) + len(part) + 3 <= room:
            lines[-1] += f" = {part}"
        else:
            lines.append(f"= {part}")
    return "\n".join(lines)


def _entry(name: str, text: str, width: int, label: int = _LABEL) -> str:
    """A name and a text in lines beside it; below it if the name is long."""
    blank = _MARGIN + " " * label
    lines = [part for line in text.split("\n") for part in _wrapped(line, width, blank)]
    if len(name) < label:
        lines[0] = f"{_MARGIN}{name:<{label}}{lines[0][len(blank) :]}"
        return "\n".join(lines)
    return "\n".join((*_wrapped(name, width, _MARGIN), *lines))


def _text(text: str, width: int) -> str:
    """A paragraph; a list item by item, and a block as it stands."""
    if text.startswith("    "):
        return text
    text = text.replace("**", "")
    if not text.startswith("- "):
        return "\n".join(_wrapped(text, width))
    return "\n".join(
        part for line in text.split("\n") for part in _wrapped(line, width, "", _MARGIN)
    )


def _hung(text: str, width: int) -> list[str]:
    return _wrapped(text, width, _MARGIN, _MARGIN * 2)


def _wrapped(text: str, width: int, first: str = "", rest: str | None = None) -> list[str]:
    return wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]
