"""The list of rules as a table: code, name, level and one line."""

from collections.abc import Mapping

from cnnaudit.render.table import Column, Table, shortened
from cnnaudit.rules.rule import Rule

_COLUMNS = (
    Column[Rule]("Code", lambda rule: rule.code),
    Column[Rule]("Name", lambda rule: rule.name),
    Column[Rule]("Level", lambda rule: rule.level),
    Column[Rule]("What it finds", lambda rule: rule.doc.summary, wraps=True),
)
_FOOTER = (
    "`cnnaudit explain CODE` says why it matters, what to write instead and how to allow it.",
)


def rules_table(rules: Mapping[str, Rule]) -> Table[Rule]:
    """A row a rule; on a narrow terminal without the summary, then without the level."""
    return Table(f"{len(rules)} rules", shortened(_COLUMNS, 2), list(rules.values()), _FOOTER)
