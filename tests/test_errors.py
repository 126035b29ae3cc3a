"""Diagnostics: regions with their lines, one count for the same error twice, and bounds."""

import pytest

from cnnaudit.errors import (
    AuditError,
    Diagnostics,
    Problem,
    Region,
    Source,
    Span,
    error_diagnostic,
    lines_of,
    region_of,
)

SOURCE = Source("net.yaml", "cnnaudit: 1\ninput: 8\r\nlayers: []\n")


def at(line: int, column: int = 1) -> Span:
    return Span(SOURCE, line, column, line, column + 1)


@pytest.mark.parametrize(
    ("line", "text"), [(0, None), (1, "cnnaudit: 1"), (2, "input: 8"), (4, ""), (5, None)]
)
def test_a_region_holds_its_line_if_the_source_has_it(line: int, text: str | None) -> None:
    assert region_of(at(line)) == Region(line, 1, line, 2, text)


def test_lines_end_where_yaml_ends_them() -> None:
    assert lines_of("a\nb\r\nc\rd\x85e\u2028f\x0bg") == ["a", "b", "c", "d", "e", "f\x0bg"]


def test_an_input_error_has_a_code_and_a_level() -> None:
    error = error_diagnostic("not-whole", "half a filter", "net.yaml", at(2))
    assert (error.code, error.level, error.layer) == ("CA206", "error", None)


def test_the_same_error_twice_counts_once() -> None:
    diagnostics = Diagnostics()
    diagnostics.error("not-whole", "half a filter", at(2))
    diagnostics.problem(Problem("not-whole", "half a filter"), at(2))
    assert len(diagnostics) == 1


def test_errors_are_raised_from_the_top() -> None:
    diagnostics = Diagnostics()
    for line, column in ((3, 1), (1, 5), (1, 2)):
        diagnostics.error("not-whole", "half a filter", at(line, column))
    with pytest.raises(AuditError) as caught:
        diagnostics.raise_any()
    regions = [error.region for error in caught.value.diagnostics]
    assert [(r.line, r.column) for r in regions if r] == [(1, 2), (1, 5), (3, 1)]


def test_messages_and_their_number_are_bounded() -> None:
    diagnostics = Diagnostics()
    for column in range(1, 2 * Diagnostics.MAX_ERRORS):
        diagnostics.error("not-whole", "x" * 10_000, at(1, column))
    assert len(diagnostics) == Diagnostics.MAX_ERRORS
    assert all(len(error.message) == Diagnostics.MAX_MESSAGE + 1 for error in diagnostics)
