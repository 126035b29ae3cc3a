"""All rewrites of a line of YAML, each for one slip of the pen.

A rewrite proposes lines; it does not know whether they are right. ``yaml_corrections`` reads each
proposal in its place and keeps the first that is.
"""

from collections.abc import Callable, Iterator

from cnnaudit.parsing import yaml_brackets, yaml_layout, yaml_marks, yaml_separators
from cnnaudit.parsing.yaml_lines import Rewrite

#: In the order in which they are tried.
REWRITES: tuple[Callable[[str], Iterator[Rewrite]], ...] = (
    yaml_marks.curly_quotes,
    yaml_layout.tabs,
    yaml_separators.parentheses,
    yaml_separators.number_runs,
    yaml_separators.blanks,
    yaml_separators.equal_signs,
    yaml_marks.indicators,
    yaml_marks.comment_marks,
    yaml_marks.quotes,
    yaml_brackets.open_lists,
    yaml_brackets.brackets,
    yaml_separators.separators,
    yaml_brackets.braces,
    yaml_layout.dashes,
    yaml_brackets.mappings,
    yaml_separators.colons,
    yaml_marks.bracketed_texts,
)


def rewrites(line: str) -> Iterator[Rewrite]:
    """All proposals for a line by itself."""
    for rewrite in REWRITES:
        yield from rewrite(line)
