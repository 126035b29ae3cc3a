"""``adapt -f json``: the file, the result of ``--fit``, and the diff against the stock."""

from typing import Any

from cnnaudit.adaptation.fit import Fit, Kept
from cnnaudit.adaptation.search import Found
from cnnaudit.render.adapt.formats import Adaptation
from cnnaudit.render.diff.to_json import content
from cnnaudit.render.formats import Display
from cnnaudit.render.json_text import dumps, envelope


def render(adaptation: Adaptation, _display: Display) -> str:
    """The adaptation as one JSON document; widths are texts, since JSON has no rationals."""
    keys = {"file": adaptation.file, "fit": _fit(adaptation.search)}
    delta = content(adaptation.comparison, only_changed=False)
    return dumps({**envelope("adapt"), **keys, **delta}, 4)


def _fit(search: Found) -> dict[str, Any] | None:
    if search is None:
        return None
    bounds = [_bound(result) for result in search.kept]
    if isinstance(search, Fit):
        following = None if search.following is None else str(search.following)
        return {
            "width": str(search.factor),
            "next_width": following,
            "max_width": str(search.most),
            "bounds": bounds,
        }
    return {
        "point": dict(search.point),
        "points": search.points,
        "fitting": search.fitting,
        "invalid": search.invalid,
        "bounds": bounds,
    }


def _bound(result: Kept) -> dict[str, Any]:
    return {
        "quantity": result.name,
        "value": result.value,
        "max": result.bound.most,
        "next_value": result.beyond,
        "binds": result.binds,
    }
