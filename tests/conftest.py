"""Hypothesis without time limits; tables of comparisons, one line for each ``table`` of a test."""

from typing import Any

from hypothesis import HealthCheck, settings

# No test depends on the time that it takes.
settings.register_profile("cnnaudit", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("cnnaudit")


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
