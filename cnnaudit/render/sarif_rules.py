"""The rules in a SARIF log, and how texts are written there."""

import re
from typing import Any

from cnnaudit.checking.outcome import Located
from cnnaudit.render import rule_page
from cnnaudit.rules.rule import Rule

_PLACEHOLDER = re.compile(r"\{(\d+)\}")


def descriptor(finding: Located, rule: Rule | None) -> dict[str, Any]:
    """What a log says of a rule; what ``finding`` says of it where it is not documented."""
    if rule is None:
        level = {"level": finding.level.value}
        return {"id": finding.code, "name": finding.name, "defaultConfiguration": level}
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": plain(rule.doc.summary)},
        "fullDescription": {
            "text": plain(f"{rule.doc.summary} {rule_page.sentence(rule.doc.why)}")
        },
        "help": {
            "text": plain(rule_page.as_text(rule)),
            "markdown": rule_page.as_markdown(rule),
        },
        "defaultConfiguration": {"level": rule.level.value},
    }


def plain(text: str) -> str:
    """Text without what a viewer would take for an embedded link or a placeholder.

    SARIF 2.1.0, sections 3.11.5 and 3.11.6: a stranger's text must not become either.
    """
    return _PLACEHOLDER.sub(r"{{\1}}", text.replace("](", "] ("))
