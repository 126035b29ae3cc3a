"""An adapted network that stands alone: the text of the stock, edited where its values stand.

Comments, order and layout stay, since only the stretches of changed values are replaced. That
serves where the stock is one file and each change has a place of its own in it; the result is read
again, and where it is not the adapted network, there is no such text.
"""

from typing import Any, NamedTuple

from cnnaudit.adaptation.adapting import Adapted
from cnnaudit.adaptation.patch import Change, line, written
from cnnaudit.adaptation.settle import same
from cnnaudit.adaptation.steering import steer
from cnnaudit.errors import AuditError, Problems, Source, Span
from cnnaudit.graph.build import build
from cnnaudit.graph.changes import matches
from cnnaudit.parsing.items import Item
from cnnaudit.parsing.load import load
from cnnaudit.parsing.source import Opened, line_starts
from cnnaudit.parsing.yamltree import Mapping, Node, parse


class Edit(NamedTuple):
    """Characters ``start`` to before ``stop`` of a text, and what stands there instead."""

    start: int
    stop: int
    text: str


class _NoPlaceError(Exception):
    """A change has no place of its own in the text."""


def edited(adapted: Adapted) -> str | None:
    """The text of the stock with the changes in place; None where that is impossible."""
    stock = adapted.stock
    document = stock.document
    if document.base is not None or document.trunk is not None or stock.variant is not None:
        return None
    editor = _Editor(stock.opened.source, adapted)
    try:
        text = editor.text()
        opened = Opened(Source(stock.opened.source.path, text), stock.opened.library)
        problems = Problems()
        graph = build(load(opened, problems), problems)
    except (_NoPlaceError, AuditError):
        return None
    return text if same(graph, adapted.graph) else None


class _Editor:
    def __init__(self, source: Source, adapted: Adapted) -> None:
        self.source = source
        self.adapted = adapted
        self.starts = line_starts(source.text)
        self.newline = "\r\n" if "\r\n" in source.text else "\n"
        tree = parse(source, Problems())
        assert isinstance(tree, Mapping)
        self.tree = tree
        self.items = steer(adapted.stock.document, {}).survey.items
        self.edits: dict[tuple[int, int], str] = {}

    def text(self) -> str:
        patch = self.adapted.patch
        for key, value in patch.keys:
            self.top(key, line(value) if isinstance(value, str) else written(value))
        vars = self.tree.get("vars")
        for name, value in patch.vars:
            node = vars.get(name) if isinstance(vars, Mapping) else None
            self.replace(node, written(value))
        for change in patch.changes:
            for path, item in self.items.items():
                if any(matches(pattern, path) for pattern in change.patterns):
                    self.change(change, item)
        self.top("expect", written(dict(patch.expect)))
        text = self.source.text
        for (start, stop), new in sorted(self.edits.items(), reverse=True):
            text = text[:start] + new + text[stop:]
        return text

    def edit(self, start: int, stop: int, text: str) -> None:
        """Note an edit; the same place is only ever edited in one way."""
        if self.edits.setdefault((start, stop), text) != text:
            raise _NoPlaceError

    def stretch(self, span: Span) -> tuple[int, int]:
        """The characters of a span; a folded text ends with its last line, not the next one."""
        if span.source.path != self.source.path:
            raise _NoPlaceError
        start = self.starts[span.line - 1] + span.column - 1
        stop = self.starts[span.end_line - 1] + span.end_column - 1
        return start, start + len(self.source.text[start:stop].rstrip())

    def replace(self, node: Node | None, text: str) -> None:
        if node is None:
            raise _NoPlaceError
        self.edit(*self.stretch(node.span), text)

    def top(self, key: str, text: str) -> None:
        """The value of a key of the file; a new one stands behind the name, or the version."""
        node = self.tree.get(key)
        if node is not None:
            self.replace(node, text)
            return
        above = self.tree.get("name") or self.tree.get("cnnaudit")
        assert above is not None
        end = self.starts[above.span.line]
        if above.span.line != above.span.end_line:
            raise _NoPlaceError
        before = self.edits.get((end, end), "")
        self.edits[end, end] = f"{before}{key}: {text}{self.newline}"

    # Layers ---------------------------------------------------------------------------------------

    def change(self, change: Change, item: Item) -> None:
        start, stop = self.stretch(item.span)
        if change.action == "set":
            for name, value in change.settings:
                self.set(item, name, value)
        elif change.action == "freeze":
            self.set(item, "trainable", False)
        elif change.action == "replace":
            self.edit(start, stop, ", ".join(map(written, change.layers)))
        elif change.action == "insert_before":
            first = self.row(start)
            lead = self.source.text[first:start]
            self.edit(
                first,
                first,
                "".join(f"{lead}{written(one)}{self.newline}" for one in change.layers),
            )
        elif change.action == "remove":
            first = self.row(start)
            behind = self.source.text.find("\n", stop)
            self.edit(first, behind + 1 if behind >= 0 else len(self.source.text), "")
        else:
            raise _NoPlaceError

    def row(self, start: int) -> int:
        """Where the line of a list's entry starts, which must have it for itself."""
        first = self.source.text.rfind("\n", 0, start) + 1
        if self.source.text[first:start].strip() != "-":
            raise _NoPlaceError
        return first

    def set(self, item: Item, name: str, value: Any) -> None:
        """A value where it is written, or behind the others of a layer in braces."""
        if name == "first" and item.first is not None:
            for inner, wanted in value.items():
                place = item.first.attributes.get(inner)
                if place is None:
                    raise _NoPlaceError
                self.edit(*self.stretch(place.span), written(wanted))
            return
        settings = item.settings
        modifier = settings.modifiers.get(name)
        own = settings.attributes.get(name)
        if modifier is not None:
            spans = [v.span for v in modifier.attributes.values()] or [modifier.switch.span]
            if len(spans) > 1:
                raise _NoPlaceError
            self.edit(*self.stretch(spans[0]), written(value))
        elif own is not None:
            self.edit(*self.stretch(own.span), written(value))
        elif (common := getattr(item, name, None)) is not None and hasattr(common, "span"):
            self.edit(*self.stretch(common.span), written(value))
        else:
            _, stop = self.stretch(item.span)
            if self.source.text[stop - 1] != "}":
                raise _NoPlaceError
            before = self.edits.get((stop - 1, stop - 1), "")
            self.edits[stop - 1, stop - 1] = f"{before}, {name}: {written(value)}"
