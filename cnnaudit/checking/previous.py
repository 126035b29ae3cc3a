"""Previous totals to compare with, at a git revision or in a report saved as JSON."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cnnaudit.calculator import audit
from cnnaudit.checking.results import PreviousTotals
from cnnaudit.comparison.limits import WATCHED_TOTALS, Limit, parse_limit
from cnnaudit.errors import AuditError, UsageError
from cnnaudit.lazy import load_function
from cnnaudit.loading import find, network_of
from cnnaudit.quantities import GATED, TOTALS
from cnnaudit.sources.files import display_path, is_file

#: Measures what is limited; loaded for a comparison with a revision.
_MEASURE = "cnnaudit.analysis.measure:measure"
_MAX_REPORT_BYTES = 256 * 2**20


class Against(NamedTuple):
    """The point of comparison: a revision, or the totals of a saved report by path."""

    revision: str | None
    saved: Mapping[str, Mapping[str, int]]
    label: str
    limits: tuple[Limit, ...]


def read_against(text: str | None, max_increase: Sequence[str]) -> Against | None:
    """``--against``: a saved report if there is such a file, else a revision.

    Without ``max_increase`` no total may grow at all. Raises ``UsageError`` for a report that
    cannot be read, ``AuditError`` for a revision that git does not have.
    """
    if text is None:
        if max_increase:
            raise UsageError("--max-increase needs --against, a revision or a saved report")
        return None
    limits = tuple(
        map(parse_limit, max_increase or [f"{quantity}=0" for quantity in WATCHED_TOTALS])
    )
    if not text.strip():
        raise UsageError("--against is empty: expected a revision or a saved report")
    path = Path(text)
    if path.suffix == ".json" or is_file(path):
        return Against(None, _read_report(path), display_path(path), limits)
    from cnnaudit.sources.git import verify  # noqa: PLC0415  loads subprocess

    verify(text)
    return Against(text, {}, text, limits)


def previous_totals(against: Against, path: str) -> PreviousTotals | str:
    """The totals of a file at the point of comparison, or the reason why there are none."""
    if against.revision is None:
        saved = against.saved.get(path)
        if saved is None:
            return f"not in {against.label}: there is nothing to compare it with"
        absent = next((limit for limit in against.limits if limit.quantity not in saved), None)
        if absent is not None:
            return f"{against.label} has no {absent.quantity}: write it with `report --batch 1`"
        return PreviousTotals(saved, against.label)
    label = f"{against.revision}:{path}"
    try:
        operand = find(label)
    except AuditError as error:
        if error.diagnostics[0].name == "unreadable":
            return f"not in {against.revision}: there is nothing to compare it with"
        return _not_audited(error, against.revision)
    try:
        audited = audit(network_of(*operand).graph)
    except AuditError as error:
        return _not_audited(error, against.revision)
    measure = load_function(_MEASURE)
    names = dict.fromkeys((*TOTALS, *(limit.quantity for limit in against.limits)))
    return PreviousTotals({name: measure(audited, name) for name in names}, label)


def _not_audited(error: AuditError, revision: str) -> str:
    return f"could not be audited at {revision}: {error.diagnostics[0].message}"


def _read_report(path: Path) -> dict[str, dict[str, int]]:
    """The totals of ``report -f json``, by the paths of its networks."""
    shown = display_path(path)
    expected = f"--against {shown}: expected a report written by `cnnaudit report … -o json:FILE`"
    try:
        if path.stat().st_size > _MAX_REPORT_BYTES:
            raise UsageError(f"--against {shown}: the report is too large")
        tree: Any = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"--against {shown}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise UsageError(expected) from None
    networks = tree.get("networks") if isinstance(tree, dict) else None
    if not isinstance(networks, list):
        raise UsageError(expected)
    by_path: dict[str, dict[str, int]] = {}
    for network in networks:
        entries = network.get("totals") if isinstance(network, dict) else None
        if not isinstance(entries, dict) or not isinstance(network.get("path"), str):
            raise UsageError(expected)
        totals: dict[str, Any] = {name: entries.get(name) for name in TOTALS}
        if not all(type(value) is int and value >= 0 for value in totals.values()):
            raise UsageError(expected)
        others = {name: entries.get(name) for name in GATED if name not in TOTALS}
        totals |= {name: value for name, value in others.items() if type(value) is int}
        by_path[network["path"]] = totals
    return by_path
