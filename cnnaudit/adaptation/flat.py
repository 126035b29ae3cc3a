"""An adapted network that stands alone: the text of the stock, edited where its values stand.

Comments, order and layout stay, since only the stretches of changed values are replaced. That
serves where the stock is one file and each change has a place of its own in it; the result is read
again, and where it is not the adapted network, there is no such text.
"""

from collections.abc import Collection, Sequence
from typing import Any

from cnnaudit.adaptation.adapting import Adapted
from cnnaudit.adaptation.page import NoPlaceError, Page
from cnnaudit.adaptation.patch import Change, line, written
from cnnaudit.adaptation.settle import same
from cnnaudit.adaptation.steering import steer
from cnnaudit.errors import AuditError, Diagnostics, Source
from cnnaudit.graph.build import build
from cnnaudit.graph.changes import matches
from cnnaudit.layers.table import ACTIVATIONS
from cnnaudit.parsing.items import Item
from cnnaudit.parsing.load import load
from cnnaudit.parsing.source import Opened
from cnnaudit.parsing.values import Value
from cnnaudit.parsing.yamltree import Mapping


def edited(adapted: Adapted) -> str | None:
    """The text of the stock with the changes in place; None where that is impossible."""
    stock = adapted.stock
    document = stock.document
    if document.base is not None or document.trunk is not None or stock.variant is not None:
        return None
    try:
        text = _text(adapted)
        opened = Opened(Source(stock.opened.source.path, text), stock.opened.library)
        diagnostics = Diagnostics()
        graph = build(load(opened, diagnostics), diagnostics)
    except (NoPlaceError, AuditError):
        return None
    return text if same(graph, adapted.graph) else None


def _text(adapted: Adapted) -> str:
    page = Page(adapted.stock.opened.source)
    patch = adapted.patch
    for key, value in patch.keys:
        if key in ("training", "variants"):
            _drop(page, key, value)
            continue
        bare = isinstance(value, str) and not page.in_braces
        page.key(key, line(value) if bare else written(value))
    vars = page.tree.get("vars")
    for name, value in patch.vars:
        node = vars.get(name) if isinstance(vars, Mapping) else None
        if node is None:
            raise NoPlaceError
        page.replace(node.span, written(value))
    items = steer(adapted.stock.document, {}).survey.items
    frozen = [p for change in patch.changes if change.action == "freeze" for p in change.patterns]
    for path, item in items.items():
        met = [change for change in patch.changes if _meets(change.patterns, path)]
        _edit(page, path, item, met, frozen)
    page.key("expect", written(dict(patch.expect)))
    return page.text()


def _drop(page: Page, name: str, keys: Collection[str]) -> None:
    """A mapping of the file without some of its keys, or the file without it."""
    node = page.tree.get(name)
    if not isinstance(node, Mapping):
        raise NoPlaceError
    if all(key.text in keys for key, _ in node.entries):
        page.drop(page.tree.span, name)
        return
    for key in keys:
        page.drop(node.span, key)


def _meets(patterns: Sequence[str], path: str) -> bool:
    return any(matches(pattern, path) for pattern in patterns)


def _edit(
    page: Page, path: str, item: Item, changes: Sequence[Change], frozen: Sequence[str]
) -> None:
    """The changes that meet one layer; of several settings the last one counts."""
    settings = {name: value for change in changes for name, value in change.settings}
    if _meets(frozen, path):
        settings["trainable"] = False
    if not any(change.action in ("remove", "replace") for change in changes):
        for name, value in settings.items():
            _set(page, item, name, value)
    for change in changes:
        if change.action not in ("set", "freeze"):
            _change(page, item, change, path[: -len(item.name)], frozen)


def _change(page: Page, item: Item, change: Change, prefix: str, frozen: Sequence[str]) -> None:
    """A change of the list at one layer; new layers that ``frozen`` meets come frozen."""
    new = []
    for layer in change.layers:
        still = {"trainable": False} if _meets(frozen, prefix + layer["name"]) else {}
        new.append(written({**layer, **still}))
    if change.action == "replace":
        page.replace(item.span, ", ".join(new))
    elif change.action == "insert_before":
        page.before(item.span, new)
    elif change.action == "remove":
        page.remove(item.span)
    else:
        raise NoPlaceError


def _set(page: Page, item: Item, name: str, value: Any) -> None:
    """A value where it is written, or behind the others of its layer; None takes it away."""
    settings = item.settings
    modifier = settings.modifiers.get(name)
    own = settings.attributes.get(name)
    common = getattr(item, name, None)
    if value is None:
        page.drop(item.span, name)
    elif name == "first" and item.first is not None:
        for inner, wanted in value.items():
            if inner not in item.first.attributes:
                raise NoPlaceError
            page.replace(item.first.attributes[inner].span, written(wanted))
    elif modifier is not None:
        spans = [v.span for v in modifier.attributes.values()] or [modifier.switch.span]
        if len(spans) > 1:
            raise NoPlaceError
        page.replace(spans[0], written(value))
    elif own is not None:
        page.replace(own.span, written(value))
    elif isinstance(common, Value):
        page.replace(common.span, written(value))
    elif (word := page.word(item.span)) is not None:
        # As a mapping, a function would be called `activation1`.
        said = {"name": item.name, "activation": word} if word in ACTIVATIONS else {word: True}
        page.replace(item.span, written({**said, name: value}))
    else:
        page.add(item.span, name, written(value))
