"""A YAML text that is edited in place: values, keys and list entries, and nothing around them."""

from collections.abc import Iterator, Mapping

from cnnaudit.errors import Diagnostics, Source, Span
from cnnaudit.parsing.source import line_starts
from cnnaudit.parsing.yamltree import Mapping as MappingNode
from cnnaudit.parsing.yamltree import Node, Scalar, Sequence, parse

#: Where a node starts: its line and column.
Place = tuple[int, int]


class NoPlaceError(Exception):
    """A change has no place of its own in the text."""


class Page:
    """The text of a file, its tree, and the edits so far.

    Every method that notes an edit raises ``NoPlaceError`` where the text offers no place for it,
    or another edit has taken it.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.newline = "\r\n" if "\r\n" in source.text else "\n"
        tree = parse(source, Diagnostics())
        assert isinstance(tree, MappingNode)
        self.tree = tree
        self._starts = line_starts(source.text)
        self.in_braces = self._flows(tree.span)
        nodes = list(_nodes(tree))
        lists = [node for node in nodes if isinstance(node, Sequence)]
        self._lists = {_place(item.span): node for node in lists for item in node.items}
        self._mappings = {
            _place(node.span): node for node in nodes if isinstance(node, MappingNode)
        }
        self._edits: dict[tuple[int, int], str] = {}
        self._added: dict[Place, tuple[Node, dict[str, str]]] = {}

    def text(self) -> str:
        """The text with all edits."""
        for node, pairs in self._added.values():
            self._write(node, pairs)
        self._added.clear()
        text = self.source.text
        for (start, stop), new in sorted(self._edits.items(), reverse=True):
            text = text[:start] + new + text[stop:]
        return text

    # Values and keys ------------------------------------------------------------------------------

    def replace(self, span: Span, text: str) -> None:
        """Another text for what stands there."""
        self._edit(*self._stretch(span), text)

    def add(self, span: Span, key: str, text: str) -> None:
        """A new key of the list's entry, or of the mapping, that stands there."""
        node = self._entry(span)
        _, pairs = self._added.setdefault(_place(node.span), (node, {}))
        if pairs.setdefault(key, text) != text:
            raise NoPlaceError

    def word(self, span: Span) -> str | None:
        """The entry of a list that stands there, where it is a bare word."""
        node = self._entry(span)
        return node.text if isinstance(node, Scalar) else None

    def drop(self, span: Span, key: str) -> None:
        """The mapping that stands there without a key."""
        node = self._entry(span)
        pairs = self._own(node)
        place = next((n for n, (name, _) in enumerate(pairs) if name.text == key), None)
        if place is None or len(pairs) == 1:
            raise NoPlaceError
        start, stop = self._stretch(pairs[place][0].span)[0], self._stretch(pairs[place][1].span)[1]
        if place == 0:
            self._edit(start, self._stretch(pairs[1][0].span)[0], "")
        elif self._flows(node.span):
            self._edit(self._stretch(pairs[place - 1][1].span)[1], stop, "")
        else:
            self._edit(self._row(start), self._below(stop), "")

    def key(self, name: str, text: str) -> None:
        """A key of the file; a new one stands behind the name, or the version."""
        node = self.tree.get(name)
        above = self.tree.get("name") or self.tree.get("cnnaudit")
        assert above is not None
        if node is not None:
            self.replace(node.span, text)
        elif self.in_braces:
            self.add(self.tree.span, name, text)
        else:
            self._insert(self._below(self._stretch(above.span)[1]), f"{name}: {text}")

    # Entries of lists -----------------------------------------------------------------------------

    def before(self, span: Span, texts: list[str]) -> None:
        """New entries before the one that stands there."""
        start, _ = self._stretch(span)
        if self._flows(self._list(span).span):
            self._edit(start, start, "".join(f"{text}, " for text in texts))
            return
        row = self._row(start)
        lead = self.source.text[row:start]
        if lead.strip() != "-":
            raise NoPlaceError
        self._edit(row, row, "".join(f"{lead}{text}{self.newline}" for text in texts))

    def remove(self, span: Span) -> None:
        """The list without the entry that stands there; its comments go with it."""
        start, stop = self._stretch(span)
        siblings = self._list(span)
        if not self._flows(siblings.span):
            row = self._row(start)
            if self.source.text[row:start].strip() != "-":
                raise NoPlaceError
            self._edit(row, self._below(stop), "")
            return
        spans = [self._stretch(item.span) for item in siblings.items]
        place = spans.index((start, stop))
        if place:
            self._edit(spans[place - 1][1], stop, "")
        else:
            self._edit(start, spans[1][0] if len(spans) > 1 else stop, "")

    # Places ---------------------------------------------------------------------------------------

    def _edit(self, start: int, stop: int, text: str) -> None:
        if self._edits.setdefault((start, stop), text) != text:
            raise NoPlaceError

    def _insert(self, place: int, line: str) -> None:
        """A line of its own at a place where lines start, behind those that came there before."""
        ended = place == 0 or self.source.text[place - 1] == "\n"
        text = f"{line}{self.newline}" if ended else f"{self.newline}{line}"
        self._edits[place, place] = self._edits.get((place, place), "") + text

    def _write(self, node: Node, pairs: Mapping[str, str]) -> None:
        """New keys behind the others of a mapping."""
        said = [f"{key}: {text}" for key, text in pairs.items()]
        own = self._own(node)
        if not own:
            raise NoPlaceError
        _, behind = self._stretch(own[-1][1].span)
        if self._flows(node.span):
            self._edit(behind, behind, "".join(f", {pair}" for pair in said))
        else:
            for pair in said:
                self._insert(self._below(behind), " " * (node.span.column - 1) + pair)

    def _stretch(self, span: Span) -> tuple[int, int]:
        """The characters of a span; a folded text ends with its last line, not the next one."""
        if span.source.path != self.source.path:
            raise NoPlaceError
        start = self._starts[span.line - 1] + span.column - 1
        stop = self._starts[span.end_line - 1] + span.end_column - 1
        return start, start + len(self.source.text[start:stop].rstrip())

    def _entry(self, span: Span) -> Node:
        if (mapping := self._mappings.get(_place(span))) is not None:
            return mapping
        siblings = self._list(span)
        return next(item for item in siblings.items if _place(item.span) == _place(span))

    def _list(self, span: Span) -> Sequence:
        if (found := self._lists.get(_place(span))) is None:
            raise NoPlaceError
        return found

    def _own(self, node: Node) -> list[tuple[Scalar, Node]]:
        """The pairs of a mapping that stand in it, and do not come from elsewhere."""
        if not isinstance(node, MappingNode):
            raise NoPlaceError
        first, last = self._stretch(node.span)
        return [
            (key, value)
            for key, value in node.entries
            if first <= self._stretch(key.span)[0] and self._stretch(value.span)[1] <= last
        ]

    def _flows(self, span: Span) -> bool:
        """Whether a collection is written in brackets."""
        return self.source.text[self._stretch(span)[0]] in "[{"

    def _row(self, place: int) -> int:
        """Where the line of a place starts."""
        return self.source.text.rfind("\n", 0, place) + 1

    def _below(self, place: int) -> int:
        """Where the line below a place starts, or the text ends."""
        return self.source.text.find("\n", place) + 1 or len(self.source.text)


def _place(span: Span) -> Place:
    return span.line, span.column


def _nodes(tree: Node) -> Iterator[Node]:
    """A node and all below it."""
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, Sequence):
            stack.extend(node.items)
        elif isinstance(node, MappingNode):
            stack.extend(value for _, value in node.entries)
