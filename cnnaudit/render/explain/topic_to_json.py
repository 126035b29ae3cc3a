"""``explain TOPIC`` for machines."""

from collections.abc import Sequence
from typing import Any

from cnnaudit.reference.catalogue import TopicPages
from cnnaudit.reference.topic import OtherNames, Topic, TopicAttribute, TopicEntry
from cnnaudit.render.explain.rows import symbol_meanings
from cnnaudit.render.explain.to_json import formula_object
from cnnaudit.render.formats import Display
from cnnaudit.render.json_text import dumps, envelope
from cnnaudit.render.rule_page import rule_object


def render(pages: TopicPages, _display: Display) -> str:
    """The pages of a word."""
    topics = [_topic(topic) for topic in pages.topics]
    rule = {"rule": rule_object(pages.rule)} if pages.rule else {}
    return dumps({**envelope("explain"), "note": pages.note, "topics": topics, **rule}, 5)


def render_list(entries: Sequence[TopicEntry], _display: Display) -> str:
    """Every topic with its group and what it says in a sentence."""
    topics = [
        {"topic": entry.name, "group": entry.group, "summary": entry.summary} for entry in entries
    ]
    return dumps({**envelope("explain"), "topics": topics}, 3)


def _topic(topic: Topic) -> dict[str, Any]:
    return {
        "topic": topic.name,
        "group": topic.group,
        "summary": topic.summary,
        "text": list(topic.text),
        "attributes": [_attribute(attribute) for attribute in topic.attributes],
        "example": topic.example,
        "result": list(topic.result),
        "formulas": [formula_object(formula) for formula in topic.formulas],
        "symbols": symbol_meanings(topic.formulas),
        "sources": list(topic.sources),
        "other_names": [_other_names(names) for names in topic.other_names],
        "commands": list(topic.commands),
        "see_also": list(topic.see_also),
    }


def _other_names(other: OtherNames) -> dict[str, Any]:
    return {"names": list(other.names), "attributes": other.attributes or None}


def _attribute(attribute: TopicAttribute) -> dict[str, Any]:
    return {
        "name": attribute.name,
        "type": attribute.type or None,
        "required": attribute.is_required,
        "default": attribute.default,
        "frameworks": dict(attribute.frameworks) or None,
        "frameworks_with": attribute.sample.strip("`") or None,
        "doc": attribute.doc,
    }
