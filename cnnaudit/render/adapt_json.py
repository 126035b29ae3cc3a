"""``adapt -f json``: the file, what was fitted, and the diff against the stock."""

from typing import Any

from cnnaudit.adaptation.fit import BoundResult, WidthFit
from cnnaudit.adaptation.search import SearchResult
from cnnaudit.comparison.diff import Comparison
from cnnaudit.render.diff_json import content
from cnnaudit.render.structured import dumps, envelope


def render(comparison: Comparison, file: str, found: SearchResult) -> str:
    """The adaptation as one JSON document; widths are texts, since JSON has no rationals."""
    said = content(comparison, only_changed=False)
    return dumps({**envelope("adapt"), "file": file, "fit": _found(found), **said}, 4)


def _found(found: SearchResult) -> dict[str, Any] | None:
    if found is None:
        return None
    bounds = [_kept(kept) for kept in found.bound_results]
    if isinstance(found, WidthFit):
        following = None if found.next_factor is None else str(found.next_factor)
        return {
            "width": str(found.factor),
            "next_width": following,
            "max_width": str(found.max_factor),
            "bounds": bounds,
        }
    return {
        "point": dict(found.point),
        "points": found.point_count,
        "fitting": found.fitting_count,
        "invalid": found.invalid_count,
        "bounds": bounds,
    }


def _kept(kept: BoundResult) -> dict[str, Any]:
    return {
        "quantity": kept.name,
        "value": kept.value,
        "max": kept.bound.limit,
        "next_value": kept.next_value,
        "binds": kept.is_binding,
    }
