"""YAML events become a tree whose every node knows its line and column.

User text is read as events only and by an iterative builder: libyaml's own loaders recurse without
a limit, expand merge keys without a budget and let duplicate keys pass. Scalars stay text with
their style; what a text means is decided where the type is known (``values.py``).
"""

import re
from typing import Any, NamedTuple, TypeAlias

import yaml

from cnnaudit.errors import Problems, Source, Span
from cnnaudit.parsing.source import BREAK, lines_of

MAX_DEPTH = 64
MAX_ALIAS_NODES = 100_000
MAX_NODES = 1_000_000


class Scalar(NamedTuple):
    """A text; ``plain`` when it was written without quotes."""

    text: str
    plain: bool
    span: Span


class Sequence(NamedTuple):
    """A list of nodes."""

    items: "tuple[Node, ...]"
    span: Span


class Mapping(NamedTuple):
    """Pairs in written order, merge keys resolved, keys unique."""

    entries: "tuple[tuple[Scalar, Node], ...]"
    span: Span

    def get(self, key: str) -> "Node | None":
        """The value under ``key``, or None."""
        return next((value for name, value in self.entries if name.text == key), None)


Node: TypeAlias = Scalar | Sequence | Mapping

_LOADER = getattr(yaml, "CLoader", yaml.Loader)
_STARTS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
# YAML 1.2 allows tab, line feed, carriage return, next line and everything printable.
_UNPRINTABLE = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
#: What most texts consist of, and nearly all others: the wider a pattern, the longer it takes to
#: compile, up to ten times as long.
_PRINTABLE = ("[\t\n\r\x20-\x7e]*", "[\t\n\r\x20-\x7e\xa0-\ud7ff]*")


class _StopError(Exception):
    """The text cannot be read any further; the reason has been reported."""


class _Open:
    """A collection whose end has not been read: its children so far, and what is below them.

    ``below`` counts the nodes inside its children, ``height`` how deep they are nested.
    """

    __slots__ = ("anchor", "below", "children", "height", "is_mapping", "start")

    def __init__(self, is_mapping: bool, anchor: str | None, start: Span) -> None:
        self.is_mapping = is_mapping
        self.anchor = anchor
        self.start = start
        self.children: list[Node] = []
        self.below = 0
        self.height = 1

    @property
    def size(self) -> int:
        """The nodes so far, this one included."""
        return 1 + len(self.children) + self.below


def parse(source: Source, problems: Problems) -> Node | None:
    """The tree of ``source``, or None when its text is not YAML (which has then been reported)."""
    bad = _unprintable(source.text)
    if bad:
        span = span_at(source, bad.start())
        problems.error(
            "yaml-syntax",
            f"the character U+{ord(bad[0]):04X} is not allowed in YAML",
            span,
            "remove it, or write it as an escape in double quotes",
        )
        return None
    try:
        return _Builder(source, problems).build()
    except _StopError:
        return None
    except yaml.MarkedYAMLError as error:
        _report(error, source, problems)
        return None


def texts(source: Source) -> tuple[list[tuple[int, int]], int]:
    """The stretches of quoted and block texts, and how far the text is valid, as offsets.

    A block text's stretch starts at the end of its header's line.
    """
    found = []
    end = 0
    try:
        # Tokens, not events: an event starts at its anchor, and a comment may stand behind that.
        for token in yaml.scan(source.text, Loader=_LOADER):
            start, end = token.start_mark.index, token.end_mark.index
            if isinstance(token, yaml.ScalarToken) and token.style:
                if token.style in "|>":
                    header = BREAK.search(source.text, start)
                    start = header.start() if header else end
                found.append((start, end))
    except yaml.YAMLError:
        return found, end
    return found, len(source.text)


def _report(error: yaml.MarkedYAMLError, source: Source, problems: Problems) -> None:
    """The scanner's or parser's own words, and in a note what it was reading since where."""
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    notes: tuple[str, ...] = ()
    if error.context and error.context_mark and error.context_mark.line + 1 != line:
        what = "the bracket was opened" if "flow" in error.context else error.context
        notes = (f"{what} in line {error.context_mark.line + 1}",)
    lines = lines_of(source.text)
    here = lines[line - 1] if line <= len(lines) else ""
    help = "indent with spaces: YAML does not allow tabs" if here.lstrip(" ")[:1] == "\t" else None
    message = error.problem or "this is not valid YAML"
    span = Span(source, line, column, line, column + 1)
    problems.error("yaml-syntax", message, span, help, notes)


def _marks(event: yaml.Event) -> tuple[Any, Any]:
    """Where an event starts and ends; every event of a text has both."""
    return event.start_mark, event.end_mark


def span_at(source: Source, offset: int, length: int = 1) -> Span:
    """The span of ``length`` characters at a character offset of the text."""
    before = source.text[:offset]
    lines = lines_of(before)
    line, column = len(lines), len(lines[-1]) + 1
    return Span(source, line, column, line, column + length)


def _unprintable(text: str) -> re.Match[str] | None:
    """The first character that YAML does not allow."""
    if any(re.fullmatch(pattern, text) for pattern in _PRINTABLE):
        return None
    return re.search(_UNPRINTABLE, text)


class _Builder:
    """Turns one event after the other into nodes, within the budgets."""

    def __init__(self, source: Source, problems: Problems) -> None:
        self.source = source
        self.problems = problems
        self.anchors: dict[str, tuple[Node, int, int]] = {}
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.nodes = 0
        self.alias_nodes = 0
        # A text that stands a hundred thousand times, as a key does, is held once.
        self.texts: dict[str, str] = {}

    def build(self) -> Node | None:
        documents = 0
        loader = _LOADER(self.source.text)
        try:
            for event in iter(loader.get_event, None):
                kind = type(event)
                if kind is yaml.ScalarEvent:
                    self._scalar(event)
                elif kind in _STARTS:
                    self._start(event)
                elif kind in _ENDS:
                    self._end(event)
                elif kind is yaml.AliasEvent:
                    self._alias(event)
                elif kind is yaml.DocumentStartEvent:
                    documents += 1
                    if documents > 1:
                        message = "a file holds one document, and here starts another"
                        self._stop("yaml-syntax", message, event)
        finally:
            loader.dispose()
        return self.root

    def _span(self, event: yaml.Event) -> Span:
        start, end = _marks(event)
        line = start.line + 1
        end_line = line if end.line == start.line else end.line + 1
        return Span(self.source, line, start.column + 1, end_line, end.column + 1)

    def _stop(self, name: str, message: str, event: yaml.Event) -> None:
        self.problems.error(name, message, self._span(event))
        raise _StopError

    def _tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        self.problems.error(
            "yaml-syntax",
            f"tags are not part of the format: {event.tag}",
            self._span(event),
            "remove the tag; the key decides how its value is read",
        )

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if event.tag is not None:
            self._tag(event)
        text = self.texts.setdefault(event.value, event.value)
        # A plain scalar's style is None to the Python parser and empty to libyaml.
        self._add(Scalar(text, not event.style, self._span(event)), event.anchor)

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        if event.tag is not None:
            self._tag(event)
        if len(self.open) >= MAX_DEPTH:
            self._stop("over-limit", f"nested more than {MAX_DEPTH} deep", event)
        is_mapping = type(event) is yaml.MappingStartEvent
        self.open.append(_Open(is_mapping, event.anchor, self._span(event)))

    def _alias(self, event: yaml.AliasEvent) -> None:
        name = event.anchor or ""
        if name not in self.anchors:
            inside = any(frame.anchor == name for frame in self.open)
            what = "stands inside the node it names" if inside else "names no anchor above it"
            self._stop("yaml-syntax", f"the alias *{name} {what}", event)
        node, size, height = self.anchors[name]
        self.alias_nodes += size
        if self.alias_nodes > MAX_ALIAS_NODES:
            message = f"aliases expand to more than {MAX_ALIAS_NODES:,} nodes"
            self._stop("over-limit", message, event)
        if len(self.open) + height > MAX_DEPTH:
            self._stop("over-limit", f"nested more than {MAX_DEPTH} deep by this alias", event)
        self._add(node, None, size, height)

    def _add(self, node: Node, anchor: str | None, size: int = 1, height: int = 0) -> None:
        if anchor is not None:
            self.anchors[anchor] = (node, size, height)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.problems.error("over-limit", f"more than {MAX_NODES:,} values", node.span)
            raise _StopError
        if not self.open:
            self.root = node
            return
        frame = self.open[-1]
        frame.children.append(node)
        if size > 1:
            frame.below += size - 1
            frame.height = max(frame.height, height + 1)

    def _end(self, event: yaml.CollectionEndEvent) -> None:
        frame = self.open.pop()
        # The end of a block collection is only noticed at the next token, lines later.
        start, end = _marks(event)
        at_bracket = end.index > start.index
        last = self._span(event) if at_bracket or not frame.children else frame.children[-1].span
        first = frame.start
        span = Span(self.source, first.line, first.column, last.end_line, last.end_column)
        node: Node
        if frame.is_mapping:
            node = Mapping(self._entries(frame.children), span)
        else:
            node = Sequence(tuple(frame.children), span)
        self._add(node, frame.anchor, frame.size, frame.height)

    def _entries(self, children: list[Node]) -> tuple[tuple[Scalar, Node], ...]:
        own: dict[str, tuple[Scalar, Node]] = {}
        merged: dict[str, tuple[Scalar, Node]] = {}
        for key, value in zip(children[::2], children[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.problems.error("yaml-syntax", "a key must be a plain text", key.span)
            elif key.text == "<<" and key.plain:
                self._merge(value, merged)
            elif key.text in own:
                first = own[key.text][0].span
                self.problems.error(
                    "duplicate-key",
                    f"the key '{key.text}' stands here a second time",
                    key.span,
                    notes=(f"first written in line {first.line}",),
                )
            else:
                own[key.text] = (key, value)
        return tuple(own.values()) + tuple(
            entry for name, entry in merged.items() if name not in own
        )

    def _merge(self, value: Node, merged: dict[str, tuple[Scalar, Node]]) -> None:
        """YAML's merge key: the mappings' pairs, where earlier mappings win."""
        for mapping in value.items if isinstance(value, Sequence) else (value,):
            if not isinstance(mapping, Mapping):
                self.problems.error("yaml-syntax", "<< takes a mapping", mapping.span)
                continue
            self.alias_nodes += len(mapping.entries)
            if self.alias_nodes > MAX_ALIAS_NODES:
                message = f"merge keys expand to more than {MAX_ALIAS_NODES:,} nodes"
                self.problems.error("over-limit", message, value.span)
                raise _StopError
            for key, node in mapping.entries:
                merged.setdefault(key.text, (key, node))
