"""What a network was before: at a git revision, or in a report that was saved as JSON."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cnnaudit.calculator import audit
from cnnaudit.checking.outcome import Earlier
from cnnaudit.comparison.diff import TOTALS
from cnnaudit.comparison.limits import WATCHED_TOTALS, Limit, parse_limit
from cnnaudit.errors import AuditError, UsageError
from cnnaudit.loading import find, network_of
from cnnaudit.sources.files import display_path, is_file

_LARGEST_REPORT = 256 * 2**20


class Against(NamedTuple):
    """What to compare with: a revision, or the totals of a saved report by path."""

    revision: str | None
    saved: Mapping[str, Mapping[str, int]]
    label: str
    limits: tuple[Limit, ...]


def read_against(text: str | None, max_increase: Sequence[str]) -> Against | None:
    """``--against``: a saved report where there is such a file, else a revision.

    Where ``max_increase`` says nothing, no total may grow at all. Raises ``UsageError`` for a
    report that cannot be read, ``AuditError`` for a revision that git does not have.
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
        return Against(None, _saved(path), display_path(path), limits)
    from cnnaudit.sources.git import verify  # noqa: PLC0415  brings subprocess along

    verify(text)
    return Against(text, {}, text, limits)


def earlier(against: Against, path: str) -> Earlier | str:
    """The totals of a file before, or why there are none."""
    if against.revision is None:
        totals = against.saved.get(path)
        if totals is None:
            return f"not in {against.label}: there is nothing to compare it with"
        return Earlier(totals, against.label)
    label = f"{against.revision}:{path}"
    try:
        found = find(label)
    except AuditError as error:
        if error.diagnostics[0].name == "unreadable":
            return f"not in {against.revision}: there is nothing to compare it with"
        return _not_audited(error, against.revision)
    try:
        before = audit(network_of(*found).graph).totals
    except AuditError as error:
        return _not_audited(error, against.revision)
    return Earlier({name: getattr(before, name) for name in TOTALS}, label)


def _not_audited(error: AuditError, revision: str) -> str:
    return f"could not be audited at {revision}: {error.diagnostics[0].message}"


def _saved(path: Path) -> dict[str, dict[str, int]]:
    """The totals of ``report -f json``, by the paths of its networks."""
    shown = display_path(path)
    wrong = f"--against {shown}: expected a report written by `cnnaudit report … -o json:FILE`"
    try:
        if path.stat().st_size > _LARGEST_REPORT:
            raise UsageError(f"--against {shown}: the report is too large")
        tree: Any = json.loads(path.read_bytes())
    except OSError as error:
        raise UsageError(f"--against {shown}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise UsageError(wrong) from None
    networks = tree.get("networks") if isinstance(tree, dict) else None
    if not isinstance(networks, list):
        raise UsageError(wrong)
    found: dict[str, dict[str, int]] = {}
    for network in networks:
        totals = network.get("totals") if isinstance(network, dict) else None
        if not isinstance(totals, dict) or not isinstance(network.get("path"), str):
            raise UsageError(wrong)
        known: dict[str, Any] = {name: totals.get(name) for name in TOTALS}
        if not all(type(value) is int and value >= 0 for value in known.values()):
            raise UsageError(wrong)
        found[network["path"]] = known
    return found
