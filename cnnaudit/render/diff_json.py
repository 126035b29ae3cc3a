"""``diff -f json``: both networks, the aligned rows with their causes, and the totals."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from cnnaudit.comparison.diff import Cause, Comparison, Delta, DiffRow
from cnnaudit.render.report_json import network
from cnnaudit.render.structured import dumps, envelope

if TYPE_CHECKING:  # a waterfall is loaded where it is asked for
    from cnnaudit.comparison.step import Waterfall, WaterfallStep

_QUANTITIES = ("params", "trainable_params", "macs", "flops", "activation_size")


def render(comparison: Comparison, *, only_changed: bool, fall: "Waterfall | None" = None) -> str:
    """The comparison as one JSON document; ``fall`` adds the steps of its waterfall."""
    document = {**envelope("diff"), **content(comparison, only_changed=only_changed)}
    if fall is not None:
        document["waterfall"] = [_step(step) for step in fall.steps]
    return dumps(document, 4)


def content(comparison: Comparison, *, only_changed: bool) -> dict[str, Any]:
    """Both networks and what differs, as JSON says it."""
    rows = [_row(pair) for pair in comparison.rows if not only_changed or pair.status != "same"]
    delta = {
        "changed": comparison.differs,
        "network": [_cause(cause) for cause in comparison.network_causes],
        "rows": rows,
        "totals": {name: _delta(delta) for name, delta in comparison.totals.items()},
    }
    networks = [network(comparison.a), network(comparison.b)]
    return {"networks": networks, "delta": delta}


def _row(pair: DiffRow) -> dict[str, Any]:
    a, b = pair.a, pair.b
    row: dict[str, Any] = {
        "status": pair.status,
        "a": a.name if a else None,
        "b": b.name if b else None,
        "causes": [_cause(cause) for cause in pair.causes],
        "op": [side.node.kind if side else None for side in (a, b)],
        "output_shape": [list(side.shape) if side and side.shape else None for side in (a, b)],
    }
    for name in _QUANTITIES:
        row[name] = [getattr(side, name) if side and not side.unknown else None for side in (a, b)]
    return row


def _cause(cause: Cause) -> dict[str, Any]:
    found = {"kind": cause.kind, "attribute": cause.attribute, "a": cause.a, "b": cause.b}
    return {**found, "from": cause.source} if cause.source else found


def _step(step: "WaterfallStep") -> dict[str, Any]:
    """``obstacle`` says why several changes are one step; null where there was nothing wrong."""
    from cnnaudit.render.waterfall_lines import label  # noqa: PLC0415  where it is asked for

    return {
        "label": label(step.changes),
        "changes": [
            {
                "kind": change.kind,
                "name": change.name or None,
                "layers": change.layers,
                "causes": [_cause(cause) for cause in change.causes],
            }
            for change in step.changes
        ],
        "obstacle": step.obstacle,
        "after": dict(step.after),
        "difference": {name: step.difference(name) for name in step.after},
    }


def _delta(delta: Delta) -> dict[str, Any]:
    ratio: Fraction | None = delta.ratio
    return {
        "a": delta.a,
        "b": delta.b,
        "difference": delta.difference,
        "ratio": float(ratio) if ratio is not None else None,
    }
