"""What the formats of a topic have in common: its defaults, formulas and lists in words."""

from cnnaudit.reference.topic import Topic, TopicAttribute, listed
from cnnaudit.render.explain.rows import formula_rows


def group_word(topic: Topic) -> str:
    """The group of a topic as one of its kind: ``operation``, ``layer key``."""
    return topic.group.replace("-", " ")


def default_text(attribute: TopicAttribute) -> str:
    """The default in words; empty if there is none."""
    if attribute.is_required:
        return "required"
    if not attribute.frameworks:
        return f"default {attribute.default}" if attribute.default is not None else ""
    values: dict[str, list[str]] = {}
    for framework, value in attribute.frameworks:
        values.setdefault(value or "none", []).append(framework)
    defaults = "; ".join(f"{value} under {listed(names)}" for value, names in values.items())
    return f"default with {attribute.sample}: {defaults}" if attribute.sample else defaults


def formula_lines(topic: Topic) -> list[tuple[str, str]]:
    """Each formula by what it gives: in symbols, with the values of the example, the number."""
    return [(row.title, row.text) for row in formula_rows(topic.formulas)]


def other_name_lines(topic: Topic, quote: str = "") -> list[str]:
    """The names elsewhere: those that mean the same on one line, each between quotation marks."""
    return [
        ", ".join(f"{quote}{name}{quote}" for name in other.names)
        + (f" with {quote}{other.attributes}{quote}" if other.attributes else "")
        for other in topic.other_names
    ]
