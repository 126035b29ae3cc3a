"""Tables of comparisons, printed below a run: what a test records under ``table`` is a line."""

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print what tests recorded as ``table: TITLE``, sorted, under each title."""
    tables: dict[str, set[str]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, ()):
            for name, line in getattr(report, "user_properties", ()):
                if name.startswith("table: "):
                    tables.setdefault(name.removeprefix("table: "), set()).add(line)
    for title, lines in sorted(tables.items()):
        terminalreporter.section(title)
        for line in sorted(lines):
            terminalreporter.write_line(line)
