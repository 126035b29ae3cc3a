"""``adapt -f json``: the file, the result of ``--fit``, and the diff against the stock."""

from typing import Any

from cnnaudit.adaptation.fit import BoundResult, WidthFit
from cnnaudit.adaptation.search import SearchResult
from cnnaudit.render.adapt.formats import Adaptation
from cnnaudit.render.diff.to_json import content
from cnnaudit.render.formats import Display
from cnnaudit.render.json_text import dumps, envelope


def render(adaptation: Adaptation, _display: Display) -> str:
    """The adaptation as one JSON document; widths are texts, since JSON has no rationals."""
    keys = {"file": adaptation.file, "fit": _fit(adaptation.search)}
    delta = content(adaptation.comparison, only_changed=False)
    return dumps({**envelope("adapt"), **keys, **delta}, 4)


def _fit(search: SearchResult) -> dict[str, Any] | None:
    if search is None:
        return None
    bounds = [_bound(result) for result in search.bound_results]
    if isinstance(search, WidthFit):
        following = None if search.next_factor is None else str(search.next_factor)
        return {
            "width": str(search.factor),
            "next_width": following,
            "max_width": str(search.max_factor),
            "bounds": bounds,
        }
    return {
        "point": dict(search.point),
        "points": search.point_count,
        "fitting": search.fitting_count,
        "invalid": search.invalid_count,
        "bounds": bounds,
    }


def _bound(result: BoundResult) -> dict[str, Any]:
    return {
        "quantity": result.name,
        "value": result.value,
        "max": result.bound.limit,
        "next_value": result.next_value,
        "binds": result.is_binding,
    }
