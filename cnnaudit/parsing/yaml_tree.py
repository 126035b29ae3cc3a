"""Builds the YAML tree of a text from its events; every node has a span.

User text is read as events only and by an iterative builder: libyaml's own loaders recurse without
a limit, expand merge keys without a budget and let duplicate keys pass. Scalars stay text with
their style; ``values.py`` interprets them by the type of their field.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn, TypeAlias

import yaml

from cnnaudit.errors import Diagnostics, Source, Span, lines_of
from cnnaudit.parsing.syntax_errors import report_syntax_error
from cnnaudit.parsing.yaml_tokens import LOADER, MAX_DEPTH, error_offset, scan
from cnnaudit.sources.files import printable

MAX_ALIAS_NODES = 100_000
MAX_NODES = 1_000_000


class ScalarNode(NamedTuple):
    """A text; ``plain`` if it was written without quotes."""

    text: str
    plain: bool
    span: Span


class ListNode(NamedTuple):
    """A list of nodes."""

    items: "tuple[YamlNode, ...]"
    span: Span


class MapNode(NamedTuple):
    """Pairs in written order, merge keys resolved, keys unique."""

    entries: "tuple[tuple[ScalarNode, YamlNode], ...]"
    span: Span

    def get(self, key: str) -> "YamlNode | None":
        """The value under ``key``, or None."""
        return next((value for name, value in self.entries if name.text == key), None)


YamlNode: TypeAlias = ScalarNode | ListNode | MapNode


def flow_text(node: YamlNode) -> str:
    """A value as one line of YAML, for a message: ``[1, 7]``, ``{units: 10}``, ``'a: b'``."""
    if isinstance(node, ScalarNode):
        text = printable(" ".join(node.text.split()))
        is_safe = node.plain and not re.search(r"[,\[\]{}#]|: |:$", text)
        return text if is_safe else "'" + text.replace("'", "''") + "'"
    if isinstance(node, ListNode):
        return f"[{', '.join(map(flow_text, node.items))}]"
    pairs = (f"{flow_text(key)}: {flow_text(value)}" for key, value in node.entries)
    return f"{{{', '.join(pairs)}}}"


_STARTS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
# YAML 1.2 allows tab, line feed, carriage return, next line and everything printable.
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
#: Tried first: the wider pattern takes ten times as long to compile.
_PRINTABLE = "[\t\n\r\x20-\x7e\xa0-\ud7ff]*"


class _StopError(Exception):
    """The text cannot be read any further; the reason has been reported."""


class _Open:
    """A collection whose end has not been read: its children so far, and what is below them.

    ``below`` counts the nodes inside its children, ``height`` how deep they are nested.
    """

    __slots__ = ("anchor", "below", "children", "column", "height", "is_mapping", "line")

    def __init__(self, is_mapping: bool, anchor: str | None, line: int, column: int) -> None:
        self.is_mapping = is_mapping
        self.anchor = anchor
        self.line = line
        self.column = column
        self.children: list[YamlNode] = []
        self.below = 0
        self.height = 1


def parse(source: Source, diagnostics: Diagnostics) -> YamlNode | None:
    """The tree of ``source``, or None after reporting that its text is not YAML."""
    bad = _unprintable(source.text)
    if bad:
        span = span_at(source, bad.start())
        diagnostics.error(
            "yaml-syntax",
            f"the character U+{ord(bad[0]):04X} is not allowed in YAML",
            span,
            "remove it, or write it as an escape in double quotes",
        )
        return None
    try:
        return _Builder(source, diagnostics).build(source.text)
    except _StopError:
        return None
    except yaml.MarkedYAMLError as error:
        if not _report_nesting(error, source, diagnostics):
            report_syntax_error(error, source, diagnostics)
        return None


def _report_nesting(error: yaml.MarkedYAMLError, source: Source, diagnostics: Diagnostics) -> bool:
    """Report that the text in front of a scanner error is nested too deep; returns whether it is.

    The scanner reads up to 1,024 characters ahead of the events, and libyaml 0.2.6 ends there at
    1,000 open brackets. Reading the text in front of the error by itself finds the error that
    comes first, which is the same in every version.
    """
    cut = error_offset(error)
    if cut is None or not scan(source.text[:cut]).too_deep:
        return False
    try:
        _Builder(source, diagnostics).build(source.text[:cut])
    except _StopError:
        return True
    except yaml.MarkedYAMLError as earlier:
        report_syntax_error(earlier, source, diagnostics)
        return True
    return False


def span_at(source: Source, offset: int, length: int = 1) -> Span:
    """The span of ``length`` characters at a character offset of the text."""
    before = source.text[:offset]
    lines = lines_of(before)
    line, column = len(lines), len(lines[-1]) + 1
    return Span(source, line, column, line, column + length)


def _unprintable(text: str) -> re.Match[str] | None:
    """The first character that YAML does not allow."""
    breaks_removed = text.replace("\n", "").replace("\t", "").replace("\r", "")
    if breaks_removed.isascii() and breaks_removed.isprintable():
        return None
    if re.fullmatch(_PRINTABLE, text):
        return None
    return re.search(_UNPRINTABLE, text)


class _Builder:
    """Turns one event after the other into nodes, within the budgets."""

    def __init__(self, source: Source, diagnostics: Diagnostics) -> None:
        self.source = source
        self.diagnostics = diagnostics
        self.anchors: dict[str, tuple[YamlNode, int, int]] = {}
        #: The file itself, and the collections that are open in it.
        self.open = [_Open(False, None, 1, 1)]
        self.alias_nodes = 0

    def build(self, text: str) -> YamlNode | None:
        """The tree of ``text``, which is the source's or its beginning."""
        loader = LOADER(text)
        try:
            self._read(loader.get_event)
        finally:
            loader.dispose()
        return next(iter(self.open[0].children), None)

    def _read(self, next_event: Callable[[], Any]) -> None:
        """Add every node to the collection that it stands in.

        Scalars, which most events are, are handled inline for speed.
        """
        source, most, scalar = self.source, MAX_NODES, yaml.ScalarEvent
        # Equal texts, such as keys, share one string.
        intern = dict[str, str]().setdefault
        add = self.open[0].children.append
        documents = nodes = above = 0
        line = 1
        node: YamlNode
        while (event := next_event()) is not None:
            kind = type(event)
            if kind is scalar:
                if event.tag is not None:
                    self._tag(event)
                start, end = event.start_mark, event.end_mark
                # All nodes of a line share one int.
                if start.line != above:
                    above = start.line
                    line = above + 1
                last = line if end.line == above else end.line + 1
                span = Span(source, line, start.column + 1, last, end.column + 1)
                text = event.value
                # A plain scalar's style is None to the Python parser and empty to libyaml.
                node = ScalarNode(intern(text, text), not event.style, span)
                if event.anchor is not None:
                    self.anchors[event.anchor] = (node, 1, 0)
            elif kind in _STARTS:
                add = self._start(event)
                continue
            elif kind in _ENDS:
                node = self._end(event)
                add = self.open[-1].children.append
            elif kind is yaml.AliasEvent:
                node = self._alias(event)
            else:
                documents += kind is yaml.DocumentStartEvent
                if documents > 1:
                    message = "a file holds one document, and here starts another"
                    self._stop("yaml-syntax", message, self._span(event))
                continue
            nodes += 1
            if nodes > most:
                self._stop("over-limit", f"more than {most:,} values", node.span)
            add(node)

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        return Span(self.source, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def _stop(self, name: str, message: str, span: Span) -> NoReturn:
        self.diagnostics.error(name, message, span)
        raise _StopError

    def _tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        self.diagnostics.error(
            "yaml-syntax",
            f"tags are not part of the format: {event.tag}",
            self._span(event),
            "remove the tag; the key decides how its value is read",
        )

    def _start(self, event: Any) -> Callable[[YamlNode], None]:
        """Open a collection; returns the function that adds a child to it."""
        if event.tag is not None:
            self._tag(event)
        if len(self.open) > MAX_DEPTH:
            self._stop("over-limit", f"nested more than {MAX_DEPTH} deep", self._span(event))
        start = event.start_mark
        is_mapping = type(event) is yaml.MappingStartEvent
        frame = _Open(is_mapping, event.anchor, start.line + 1, start.column + 1)
        self.open.append(frame)
        return frame.children.append

    def _alias(self, event: yaml.AliasEvent) -> YamlNode:
        name = event.anchor or ""
        if name not in self.anchors:
            inside = any(frame.anchor == name for frame in self.open)
            what = "stands inside the node it names" if inside else "names no anchor above it"
            self._stop("yaml-syntax", f"the alias *{name} {what}", self._span(event))
        node, size, height = self.anchors[name]
        self.alias_nodes += size
        if self.alias_nodes > MAX_ALIAS_NODES:
            message = f"aliases expand to more than {MAX_ALIAS_NODES:,} nodes"
            self._stop("over-limit", message, self._span(event))
        if len(self.open) - 1 + height > MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} deep by this alias"
            self._stop("over-limit", message, self._span(event))
        if size > 1:
            self._count_below(size - 1, height)
        return node

    def _count_below(self, nodes: int, height: int) -> None:
        """Add a child's descendants and height to the open collection."""
        frame = self.open[-1]
        frame.below += nodes
        if frame.height <= height:
            frame.height = height + 1

    def _end(self, event: Any) -> YamlNode:
        frame = self.open.pop()
        children = frame.children
        # The end event of a block collection is at the next token, maybe lines later.
        start, end = event.start_mark, event.end_mark
        if end.index > start.index or not children:
            until = (end.line + 1, end.column + 1)
        else:
            until = children[-1].span[3:]
        span = Span(self.source, frame.line, frame.column, *until)
        node: YamlNode
        if frame.is_mapping:
            node = MapNode(self._entries(children), span)
        else:
            node = ListNode(tuple(children), span)
        below = len(children) + frame.below
        if frame.anchor is not None:
            self.anchors[frame.anchor] = (node, 1 + below, frame.height)
        if below:
            self._count_below(below, frame.height)
        return node

    def _entries(self, children: list[YamlNode]) -> tuple[tuple[ScalarNode, YamlNode], ...]:
        direct: dict[str, tuple[ScalarNode, YamlNode]] = {}
        merged: dict[str, tuple[ScalarNode, YamlNode]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, ScalarNode):
                self.diagnostics.error("yaml-syntax", "a key must be a plain text", key.span)
            elif key.text == "<<" and key.plain:
                self._merge(value, merged)
            elif key.text in direct:
                first = direct[key.text][0].span
                self.diagnostics.error(
                    "duplicate-key",
                    f"the key '{key.text}' stands here a second time",
                    key.span,
                    notes=(f"first written in line {first.line}",),
                )
            else:
                direct[key.text] = (key, value)
        return tuple(direct.values()) + tuple(
            entry for name, entry in merged.items() if name not in direct
        )

    def _merge(self, value: YamlNode, merged: dict[str, tuple[ScalarNode, YamlNode]]) -> None:
        """YAML's merge key: the mappings' pairs, where earlier mappings win."""
        for mapping in value.items if isinstance(value, ListNode) else (value,):
            if not isinstance(mapping, MapNode):
                self.diagnostics.error("yaml-syntax", "<< takes a mapping", mapping.span)
                continue
            self.alias_nodes += len(mapping.entries)
            if self.alias_nodes > MAX_ALIAS_NODES:
                message = f"merge keys expand to more than {MAX_ALIAS_NODES:,} nodes"
                self._stop("over-limit", message, value.span)
            for key, node in mapping.entries:
                merged.setdefault(key.text, (key, node))
