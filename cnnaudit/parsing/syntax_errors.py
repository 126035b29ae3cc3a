"""The wording of YAML syntax errors, the same for every YAML library.

libyaml and the Python parser of PyYAML word the same error differently, and either may change its
words from one version to the next. What is printed is therefore looked up here.
"""

import yaml

from cnnaudit.errors import Diagnostics, Source, Span, lines_of

#: What is printed for an error that is not in the tables.
GENERAL = "this is not valid YAML"

#: The messages of libyaml, which are printed as they are.
_MESSAGES = frozenset(
    {
        "block sequence entries are not allowed in this context",
        "could not find expected ':'",
        "could not find expected directive name",
        "did not find URI escaped octet",
        "did not find expected '!'",
        "did not find expected ',' or ']'",
        "did not find expected ',' or '}'",
        "did not find expected '-' indicator",
        "did not find expected <document start>",
        "did not find expected alphabetic or numeric character",
        "did not find expected comment or line break",
        "did not find expected digit or '.' character",
        "did not find expected key",
        "did not find expected node content",
        "did not find expected tag URI",
        "did not find expected version number",
        "did not find expected whitespace",
        "did not find expected whitespace or line break",
        "did not find the expected '>'",
        "found a tab character that violates indentation",
        "found a tab character where an indentation space is expected",
        "found an incorrect leading UTF-8 octet",
        "found an incorrect trailing UTF-8 octet",
        "found an indentation indicator equal to 0",
        "found character that cannot start any token",
        "found duplicate %TAG directive",
        "found duplicate %YAML directive",
        "found extremely long version number",
        "found incompatible YAML document",
        "found invalid Unicode character escape code",
        "found undefined tag handle",
        "found unexpected ':'",
        "found unexpected document indicator",
        "found unexpected end of stream",
        "found unexpected non-alphabetical character",
        "found unknown directive name",
        "found unknown escape character",
        "mapping keys are not allowed in this context",
        "mapping values are not allowed in this context",
    }
)

#: How other messages begin, and what is printed instead; the first that matches counts.
_BEGINNINGS = (
    # libyaml misspells this one.
    ("did not find expected hexdecimal number", "did not find expected hexadecimal number"),
    # PyYAML's Python parser.
    ("'utf-8' codec", "found an incorrect leading UTF-8 octet"),
    ("duplicate tag handle", "found duplicate %TAG directive"),
    ("expected ' '", "did not find expected whitespace or line break"),
    ("expected '!'", "did not find expected '!'"),
    ("expected ',' or ']'", "did not find expected ',' or ']'"),
    ("expected ',' or '}'", "did not find expected ',' or '}'"),
    ("expected '<document start>'", "did not find expected <document start>"),
    ("expected '>'", "did not find the expected '>'"),
    ("expected URI escape sequence", "did not find URI escaped octet"),
    ("expected URI", "did not find expected tag URI"),
    ("expected a comment or a line break", "did not find expected comment or line break"),
    ("expected a digit or '.'", "did not find expected digit or '.' character"),
    ("expected a digit", "did not find expected version number"),
    (
        "expected alphabetic or numeric character",
        "did not find expected alphabetic or numeric character",
    ),
    ("expected chomping or indentation", "did not find expected comment or line break"),
    ("expected escape sequence", "did not find expected hexadecimal number"),
    ("expected indentation indicator", "found an indentation indicator equal to 0"),
    ("expected the node content", "did not find expected node content"),
    ("found character ", "found character that cannot start any token"),
    ("found duplicate YAML directive", "found duplicate %YAML directive"),
    ("found incompatible YAML document", "found incompatible YAML document"),
    ("found undefined tag handle", "found undefined tag handle"),
    ("found unexpected document separator", "found unexpected document indicator"),
    ("found unknown escape character", "found unknown escape character"),
    ("mapping keys are not allowed", "mapping keys are not allowed in this context"),
    ("mapping values are not allowed", "mapping values are not allowed in this context"),
    ("sequence entries are not allowed", "block sequence entries are not allowed in this context"),
)

#: What a block collection must go on with, by the context of the Python parser's one message.
_BLOCK_END = {
    "while parsing a block mapping": "did not find expected key",
    "while parsing a block collection": "did not find expected '-' indicator",
}

#: The note about the construct that an error is part of. Contexts without an entry are not printed.
_CONTEXTS = {
    "while parsing a flow mapping": "the bracket was opened",
    "while parsing a flow node": "the bracket was opened",
    "while parsing a flow sequence": "the bracket was opened",
    "while scanning a double-quoted scalar": "while parsing a quoted scalar",
    **{
        context: context
        for context in (
            "while parsing a block collection",
            "while parsing a block mapping",
            "while parsing a block node",
            "while parsing a node",
            "while parsing a quoted scalar",
            "while scanning a %TAG directive",
            "while scanning a %YAML directive",
            "while scanning a block scalar",
            "while scanning a directive",
            "while scanning a plain scalar",
            "while scanning a quoted scalar",
            "while scanning a simple key",
            "while scanning a tag",
            "while scanning an alias",
            "while scanning an anchor",
        )
    },
}


def report_syntax_error(
    error: yaml.MarkedYAMLError, source: Source, diagnostics: Diagnostics
) -> None:
    """Report an error of the scanner or parser, with a note where the unfinished part begins."""
    mark = error.problem_mark or error.context_mark
    line, column = _place(error, mark, len(source.text)) if mark else (1, 1)
    notes: tuple[str, ...] = ()
    start = error.context_mark
    if start and mark and start.index != mark.index and start.line + 1 != line:
        note = _note(error.context, start.line + 1)
        notes = (note,) if note else ()
    lines = lines_of(source.text)
    here = lines[line - 1] if line <= len(lines) else ""
    help = "indent with spaces: YAML does not allow tabs" if here.lstrip(" ")[:1] == "\t" else None
    span = Span(source, line, column, line, column + 1)
    diagnostics.error("yaml-syntax", _message(error.problem, error.context), span, help, notes)


def _place(error: yaml.MarkedYAMLError, mark: yaml.Mark, end: int) -> tuple[int, int]:
    """The line and column of an error's mark as libyaml counts; the Python parser differs twice."""
    line, column = mark.line + 1, mark.column + 1
    problem = error.problem or ""
    if problem.startswith("found unknown escape character '"):
        return line, column - 1  # the backslash, not the character after it
    if isinstance(error, yaml.parser.ParserError) and mark.index >= end and column > 1:
        return line + 1, 1  # what is missing at the end is reported in the line below
    return line, column


def _message(problem: str | None, context: str | None) -> str:
    """The message to print for a library's problem."""
    problem = problem or ""
    if problem in _MESSAGES:
        return problem
    if problem.startswith("expected <block end>"):
        return _BLOCK_END.get(context or "", GENERAL)
    return next((ours for theirs, ours in _BEGINNINGS if problem.startswith(theirs)), GENERAL)


def _note(context: str | None, line: int) -> str | None:
    """The note that names the line in which a library's context began."""
    what = _CONTEXTS.get(context or "")
    return f"{what} in line {line}" if what else None
