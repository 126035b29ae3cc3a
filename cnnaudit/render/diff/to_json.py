"""``diff -f json``: both networks, the aligned rows with their causes, and the totals."""

from fractions import Fraction
from typing import Any

from cnnaudit.comparison.diff import Cause, Comparison, Delta, DiffRow
from cnnaudit.render.diff.formats import DiffOptions
from cnnaudit.render.json_text import dumps, envelope
from cnnaudit.render.report.to_json import network

_QUANTITIES = ("params", "trainable_params", "macs", "flops", "activation_size")


def render(comparison: Comparison, options: DiffOptions) -> str:
    """The comparison as one JSON document."""
    return dumps(document(comparison, options), 4)


def document(comparison: Comparison, options: DiffOptions) -> dict[str, Any]:
    """The keys of the document."""
    return {**envelope("diff"), **content(comparison, only_changed=options.only_changed)}


def content(comparison: Comparison, *, only_changed: bool) -> dict[str, Any]:
    """The keys of both networks and of their differences."""
    rows = [_row(pair) for pair in comparison.rows if not only_changed or pair.status != "same"]
    delta = {
        "changed": comparison.differs,
        "network": [cause_object(cause) for cause in comparison.network_causes],
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
        "causes": [cause_object(cause) for cause in pair.causes],
        "op": [side.node.op if side else None for side in (a, b)],
        "output_shape": [list(side.shape) if side and side.shape else None for side in (a, b)],
    }
    for name in _QUANTITIES:
        row[name] = [getattr(side, name) if side and not side.unknown else None for side in (a, b)]
    return row


def cause_object(cause: Cause) -> dict[str, Any]:
    """A cause; ``from`` names the layer that an inherited one comes from."""
    keys = {"kind": cause.kind, "attribute": cause.attribute, "a": cause.a, "b": cause.b}
    return {**keys, "from": cause.source} if cause.source else keys


def _delta(delta: Delta) -> dict[str, Any]:
    ratio: Fraction | None = delta.ratio
    return {
        "a": delta.a,
        "b": delta.b,
        "difference": delta.difference,
        "ratio": float(ratio) if ratio is not None else None,
    }
