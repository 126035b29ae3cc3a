"""The page of a rule, from its docstring: for a terminal, as blocks, and for machines."""

import json
from textwrap import fill, indent
from typing import Any

from cnnaudit.render import markdown
from cnnaudit.render.blocks import Block, Bullets, CodeBlock, Heading, TextBlock
from cnnaudit.render.json_text import dumps, envelope
from cnnaudit.rules.builtin_docs import CHECK_RULES
from cnnaudit.rules.catalogue import RULES
from cnnaudit.rules.rule import Rule

#: The longest line of prose on a wide terminal.
_MAX_WIDTH = 100


def as_text(rule: Rule, *, width: int | None = None) -> str:
    """The page for a terminal of ``width`` columns."""
    columns = min(width or _MAX_WIDTH, _MAX_WIDTH)
    doc = rule.doc

    def prose(text: str) -> str:
        paragraphs = (
            fill(part, columns, break_long_words=False, break_on_hyphens=False)
            for part in text.split("\n\n")
        )
        return "\n\n".join(paragraphs)

    parts = [
        f"{rule.code} {rule.name} ({rule.level})",
        prose(doc.summary),
        f"Why it matters\n{prose(sentence(doc.why))}",
        f"Example\n{indent(doc.example, '  ')}",
        f"Instead\n{prose(sentence(doc.instead))}",
    ]
    if rule.options:
        parts.append("Options\n" + "\n".join(prose(line) for line in _options(rule)))
    if suppression := _suppression(rule):
        parts.append(f"To allow it\n{indent(suppression, '  ')}")
    return "\n\n".join(parts) + "\n"


def as_markdown(rule: Rule) -> str:
    """The page as Markdown."""
    return markdown.write(as_blocks(rule))


def as_blocks(rule: Rule) -> list[Block]:
    """The page for Markdown and LaTeX; the docstring has their markup already."""
    doc = rule.doc
    blocks: list[Block] = [
        Heading(2, f"{rule.code} `{rule.name}`", marked=True),
        TextBlock([f"Level: {rule.level}"], marked=True),
        _marked(doc.summary),
        _marked(f"**Why it matters:** {doc.why}"),
        _marked("**Example:**"),
        CodeBlock(doc.example),
        _marked(f"**Instead:** {doc.instead}"),
    ]
    if rule.options:
        blocks += [_marked("**Options:**"), Bullets(_options(rule), marked=True)]
    if suppression := _suppression(rule):
        blocks.append(_marked(f"**To allow it:** `{suppression}`"))
    return blocks


def _marked(text: str) -> TextBlock:
    return TextBlock(text.split("\n"), marked=True)


def as_json(rule: Rule) -> str:
    """The page for machines."""
    return dumps({**envelope("explain"), "rule": rule_object(rule)}, 3)


def rule_object(rule: Rule) -> dict[str, Any]:
    """A rule as an object: its identity, documentation and options."""
    return {
        "code": rule.code,
        "name": rule.name,
        "level": rule.level,
        **rule.doc._asdict(),
        "options": [option._asdict() for option in rule.options],
        "allow": _suppression(rule),
    }


def sentence(text: str) -> str:
    """A text that followed a colon, as a sentence."""
    return text[:1].upper() + text[1:]


def _options(rule: Rule) -> list[str]:
    return [
        f"`{option.name}` (default {json.dumps(option.default)}): {option.doc}"
        for option in rule.options
    ]


def _suppression(rule: Rule) -> str | None:
    """The text that silences a rule: a comment in the file, or a line of the configuration.

    None for input errors.
    """
    if rule.name in RULES:
        return f"# cnnaudit: ignore[{rule.name}] reason"
    return f"ignore: [{rule.name}]    # in .cnnaudit.yaml" if rule.name in CHECK_RULES else None
