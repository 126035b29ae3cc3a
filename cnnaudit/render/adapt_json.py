"""``adapt -f json``: the file, what was fitted, and the diff against the stock."""

from typing import Any

from cnnaudit.adaptation.fit import Fit, Kept
from cnnaudit.adaptation.search import Found
from cnnaudit.comparison.diff import Comparison
from cnnaudit.render.diff_json import content
from cnnaudit.render.structured import dumps, envelope


def render(comparison: Comparison, file: str, found: Found) -> str:
    """The adaptation as one JSON document; widths are texts, since JSON has no rationals."""
    said = content(comparison, only_changed=False)
    return dumps({**envelope("adapt"), "file": file, "fit": _found(found), **said}, 4)


def _found(found: Found) -> dict[str, Any] | None:
    if found is None:
        return None
    bounds = [_kept(kept) for kept in found.kept]
    if isinstance(found, Fit):
        following = None if found.following is None else str(found.following)
        return {
            "width": str(found.factor),
            "next_width": following,
            "max_width": str(found.most),
            "bounds": bounds,
        }
    return {
        "point": dict(found.point),
        "points": found.points,
        "fitting": found.fitting,
        "invalid": found.invalid,
        "bounds": bounds,
    }


def _kept(kept: Kept) -> dict[str, Any]:
    return {
        "quantity": kept.name,
        "value": kept.value,
        "max": kept.bound.most,
        "next_value": kept.beyond,
        "binds": kept.binds,
    }
