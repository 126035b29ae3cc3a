"""Edits values, keys and list entries of a YAML text in place; all other text stays."""

from collections.abc import Iterator, Mapping

from cnnaudit.errors import Diagnostics, Source, Span
from cnnaudit.parsing.yaml_tree import ListNode, MapNode, ScalarNode, YamlNode, parse
from cnnaudit.sources.files import line_starts

#: The line and the column where a node starts.
Position = tuple[int, int]


class NotEditableError(Exception):
    """The text has no separate place for a change."""


class YamlEditor:
    """The text of a file, its tree, and the edits so far.

    Spans name the nodes to edit. Every editing method raises ``NotEditableError`` if the text has
    no place for the edit, or another edit of that place exists.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.newline = "\r\n" if "\r\n" in source.text else "\n"
        tree = parse(source, Diagnostics())
        assert isinstance(tree, MapNode)
        self.tree = tree
        self._line_starts = line_starts(source.text)
        self.is_flow = self._is_flow(tree.span)
        nodes = list(_nodes(tree))
        lists = [node for node in nodes if isinstance(node, ListNode)]
        self._lists = {_position(item.span): node for node in lists for item in node.items}
        self._mappings = {_position(node.span): node for node in nodes if isinstance(node, MapNode)}
        self._edits: dict[tuple[int, int], str] = {}
        self._new_keys: dict[Position, tuple[YamlNode, dict[str, str]]] = {}

    def text(self) -> str:
        """Return the text with all edits."""
        for node, pairs in self._new_keys.values():
            self._write_keys(node, pairs)
        self._new_keys.clear()
        text = self.source.text
        for (start, stop), new_text in sorted(self._edits.items(), reverse=True):
            text = text[:start] + new_text + text[stop:]
        return text

    # Values and keys ------------------------------------------------------------------------------

    def replace(self, span: Span, text: str) -> None:
        """Replace the text of a node."""
        self._edit(*self._offsets(span), text)

    def add_key(self, span: Span, key: str, text: str) -> None:
        """Add a key to a mapping, or to an entry of a list, after its other keys."""
        node = self._entry(span)
        _, pairs = self._new_keys.setdefault(_position(node.span), (node, {}))
        if pairs.setdefault(key, text) != text:
            raise NotEditableError

    def bare_word(self, span: Span) -> str | None:
        """Return the text of a list's entry that is a scalar; None if it is a collection."""
        node = self._entry(span)
        return node.text if isinstance(node, ScalarNode) else None

    def drop_key(self, span: Span, key: str) -> None:
        """Remove a key from a mapping that has others."""
        node = self._entry(span)
        pairs = self._written_pairs(node)
        index = next((n for n, (name, _) in enumerate(pairs) if name.text == key), None)
        if index is None or len(pairs) == 1:
            raise NotEditableError
        start = self._offsets(pairs[index][0].span)[0]
        stop = self._offsets(pairs[index][1].span)[1]
        if index == 0:
            self._edit(start, self._offsets(pairs[1][0].span)[0], "")
        elif self._is_flow(node.span):
            self._edit(self._offsets(pairs[index - 1][1].span)[1], stop, "")
        else:
            self._edit(self._line_start(start), self._next_line_start(stop), "")

    def set_file_key(self, name: str, text: str) -> None:
        """Set a key of the file; a new one comes after the name, or the version."""
        node = self.tree.get(name)
        previous = self.tree.get("name") or self.tree.get("cnnaudit")
        assert previous is not None
        if node is not None:
            self.replace(node.span, text)
        elif self.is_flow:
            self.add_key(self.tree.span, name, text)
        else:
            _, stop = self._offsets(previous.span)
            self._insert_line(self._next_line_start(stop), f"{name}: {text}")

    # Entries of lists -----------------------------------------------------------------------------

    def insert_before(self, span: Span, texts: list[str]) -> None:
        """Insert entries before an entry of a list."""
        start, _ = self._offsets(span)
        if self._is_flow(self._list(span).span):
            self._edit(start, start, "".join(f"{text}, " for text in texts))
            return
        line_start = self._line_start(start)
        lead = self.source.text[line_start:start]
        if lead.strip() != "-":
            raise NotEditableError
        lines = "".join(f"{lead}{text}{self.newline}" for text in texts)
        self._edit(line_start, line_start, lines)

    def remove_entry(self, span: Span) -> None:
        """Remove an entry of a list, with the comments on its lines."""
        start, stop = self._offsets(span)
        siblings = self._list(span)
        if not self._is_flow(siblings.span):
            line_start = self._line_start(start)
            if self.source.text[line_start:start].strip() != "-":
                raise NotEditableError
            self._edit(line_start, self._next_line_start(stop), "")
            return
        sibling_offsets = [self._offsets(item.span) for item in siblings.items]
        index = sibling_offsets.index((start, stop))
        if index > 0:
            self._edit(sibling_offsets[index - 1][1], stop, "")
        elif len(sibling_offsets) > 1:
            self._edit(start, sibling_offsets[1][0], "")
        else:
            self._edit(start, stop, "")

    # Edits and places -----------------------------------------------------------------------------

    def _edit(self, start: int, stop: int, text: str) -> None:
        """Note that the characters from ``start`` to ``stop - 1`` become ``text``."""
        if self._edits.setdefault((start, stop), text) != text:
            raise NotEditableError

    def _insert_line(self, offset: int, line: str) -> None:
        """Insert a line at an offset where a line starts, after those inserted there earlier."""
        is_after_newline = offset == 0 or self.source.text[offset - 1] == "\n"
        text = f"{line}{self.newline}" if is_after_newline else f"{self.newline}{line}"
        self._edits[offset, offset] = self._edits.get((offset, offset), "") + text

    def _write_keys(self, node: YamlNode, new_pairs: Mapping[str, str]) -> None:
        """Insert new keys after the others of a mapping."""
        texts = [f"{key}: {text}" for key, text in new_pairs.items()]
        pairs = self._written_pairs(node)
        if not pairs:
            raise NotEditableError
        _, stop = self._offsets(pairs[-1][1].span)
        if self._is_flow(node.span):
            self._edit(stop, stop, "".join(f", {text}" for text in texts))
        else:
            for text in texts:
                self._insert_line(self._next_line_start(stop), " " * (node.span.column - 1) + text)

    def _offsets(self, span: Span) -> tuple[int, int]:
        """Start and stop of a span's text, without the whitespace that ends a folded text."""
        if span.source.path != self.source.path:
            raise NotEditableError
        start = self._line_starts[span.line - 1] + span.column - 1
        stop = self._line_starts[span.end_line - 1] + span.end_column - 1
        return start, start + len(self.source.text[start:stop].rstrip())

    def _entry(self, span: Span) -> YamlNode:
        """The mapping, or else the list's entry, that starts where the span does."""
        if (mapping := self._mappings.get(_position(span))) is not None:
            return mapping
        siblings = self._list(span)
        return next(item for item in siblings.items if _position(item.span) == _position(span))

    def _list(self, span: Span) -> ListNode:
        """The list that has an entry where the span starts."""
        if (node := self._lists.get(_position(span))) is None:
            raise NotEditableError
        return node

    def _written_pairs(self, node: YamlNode) -> list[tuple[ScalarNode, YamlNode]]:
        """The pairs written in a mapping, without those merged from an anchor."""
        if not isinstance(node, MapNode):
            raise NotEditableError
        first, last = self._offsets(node.span)
        return [
            (key, value)
            for key, value in node.entries
            if first <= self._offsets(key.span)[0] and self._offsets(value.span)[1] <= last
        ]

    def _is_flow(self, span: Span) -> bool:
        """Whether a collection is written in brackets (YAML's flow style)."""
        return self.source.text[self._offsets(span)[0]] in "[{"

    def _line_start(self, offset: int) -> int:
        """The offset where the line of an offset starts."""
        return self.source.text.rfind("\n", 0, offset) + 1

    def _next_line_start(self, offset: int) -> int:
        """The offset where the next line starts, or the text ends."""
        return self.source.text.find("\n", offset) + 1 or len(self.source.text)


def _position(span: Span) -> Position:
    return span.line, span.column


def _nodes(tree: YamlNode) -> Iterator[YamlNode]:
    """A node and all of its descendants."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, ListNode):
            stack.extend(node.items)
        elif isinstance(node, MapNode):
            stack.extend(value for _, value in node.entries)
