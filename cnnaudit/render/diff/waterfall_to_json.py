"""``diff --waterfall -f json``: the comparison with the steps of its waterfall."""

from typing import Any

from cnnaudit.comparison.step import WaterfallStep
from cnnaudit.render.diff.formats import DiffOptions, WaterfallDiff
from cnnaudit.render.diff.to_json import cause_object, document
from cnnaudit.render.diff.waterfall_rows import label
from cnnaudit.render.json_text import dumps


def render(diff: WaterfallDiff, options: DiffOptions) -> str:
    """The comparison as one JSON document, with the key ``waterfall``."""
    steps = [_step(step) for step in diff.waterfall.steps]
    return dumps({**document(diff.comparison, options), "waterfall": steps}, 4)


def _step(step: WaterfallStep) -> dict[str, Any]:
    """``obstacle`` is the reason why several changes are one step; null if there is none."""
    return {
        "label": label(step.changes),
        "changes": [
            {
                "kind": change.kind,
                "name": change.name or None,
                "layers": change.layers,
                "causes": [cause_object(cause) for cause in change.causes],
            }
            for change in step.changes
        ],
        "obstacle": step.obstacle,
        "after": dict(step.after),
        "difference": {name: step.difference(name) for name in step.after},
    }
