"""A layer graph as an architecture file, one layer a line.

The list is flat: blocks, branches, repetitions and models inside models are written out, and a name
that was a path becomes one word. Auxiliary heads alone are lists of their own. What the file says
gives the same nodes again, and so the same numbers.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple

from cnnaudit.errors import AuditError, error_diagnostic, input_error
from cnnaudit.formatting import decimal, sizes_text
from cnnaudit.graph.attributes import fitted
from cnnaudit.graph.graph import Graph, Node, Section, layers_of
from cnnaudit.ops.frameworks import FRAMEWORKS
from cnnaudit.ops.op import Attributes, FieldType
from cnnaudit.ops.registry import MODIFIERS, OPS, op_named
from cnnaudit.parsing.architecture import FORMAT_VERSION
from cnnaudit.parsing.field_types import CoercionError
from cnnaudit.parsing.layer_settings import FORBIDDEN_IN_NAMES
from cnnaudit.sources.files import MAX_BYTES, printable

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_/-]*")
_WORDS = frozenset(("true", "false", "null"))
#: Types whose equal sizes may be said once.
_SAME_ON_EVERY_AXIS = (FieldType.AXES, FieldType.KERNEL, FieldType.EXTRA)


class Entry(NamedTuple):
    """A line of the file: the operation's node, and the modifiers that stand on it."""

    head: int
    modifiers: tuple[int, ...] = ()

    @property
    def last(self) -> int:
        """The node whose output the line's name stands for."""
        return self.modifiers[-1] if self.modifiers else self.head


def render(graph: Graph) -> str:
    """The file; raises ``AuditError`` listing every node that the format cannot express."""
    _refuse(graph)
    entries = list(_entries(graph))
    heads = _heads(graph)
    names = _names(graph, entries)
    lines = [f"cnnaudit: {FORMAT_VERSION}", f"name: {_text(graph.name)}"]
    for key, text in (("description", graph.description), ("source", graph.origin)):
        lines += [f"{key}: {_text(text)}"] if text else []
    lines += [f"framework: {graph.framework}", f"input: {_inputs(graph, names)}"]
    lines += [f"classes: {graph.classes}"] if graph.classes is not None else []
    lines += [f"training: {_training(graph.training)}"] if graph.training else []
    lines.append("layers:")
    before = 0 if len(graph.inputs) == 1 else None
    for head, group in groupby(entries, lambda entry: heads.get(entry.head)):
        listed = list(group)
        if head is not None:
            lines += _head(graph, head, listed, names)
            continue
        for entry in listed:
            lines.append(f"  - {_flow(_line(graph, entry, before, names))}")
            before = entry.last
    text = "\n".join(lines) + "\n"
    if len(text.encode()) > MAX_BYTES:
        message = f"written out, the network needs more than {MAX_BYTES // 2**20} MiB"
        raise input_error("over-limit", message, graph.path)
    return text


def _refuse(graph: Graph) -> None:
    """An architecture file counts everything."""
    found = [
        error_diagnostic("inexpressible", f"'{name}' ({what}) cannot be written: {why}", graph.path)
        for name, what, why in graph.unknown
    ]
    if found:
        raise AuditError(tuple(found))


# Lines --------------------------------------------------------------------------------------------


def _entries(graph: Graph) -> Iterator[Entry]:
    """The nodes in order, each grouped with its modifiers."""
    readers = Counter(index for node in graph.nodes for index in node.inputs)
    shared = {node.shared for node in graph.nodes} - {None}
    index = 0
    while index < len(graph.nodes):
        node = graph.nodes[index]
        if node.op == "input":
            index += 1
            continue
        end = index + 1
        weights_alone = node.shared is not None or index in shared
        while end < len(graph.nodes) and _joins(graph, index, end):
            weighs = bool(graph.nodes[end].weights)
            if readers[end - 1] > 1 or (weighs and (weights_alone or end in shared)):
                break
            end += 1
        yield Entry(index, tuple(range(index + 1, end)))
        index = end


def _joins(graph: Graph, head: int, index: int) -> bool:
    """Whether a node is a modifier of the line that starts at ``head`` and ends before it."""
    first, before, node = graph.nodes[head], graph.nodes[index - 1], graph.nodes[index]
    if node.op not in MODIFIERS or node.layer != first.layer or node.inputs != (index - 1,):
        return False
    place = MODIFIERS.index(before.op) if before.op in MODIFIERS else -1
    alike = node.trainable == first.trainable and node.init == first.init
    return alike and place < MODIFIERS.index(node.op)


def _heads(graph: Graph) -> dict[int, str]:
    """The outermost auxiliary head of each node that belongs to one."""
    found: dict[int, str] = {}
    waiting: list[Section] = [graph.outline]
    for section in waiting:
        inner = [child for child in section.children if isinstance(child, Section)]
        if section.kind == "auxiliary head":
            nodes = (node for layer in layers_of(section) for node in layer.nodes)
            found |= dict.fromkeys(nodes, section.name)
        else:
            waiting += inner
    return found


def _head(
    graph: Graph, head: str, entries: Sequence[Entry], names: Mapping[int, str]
) -> Iterator[str]:
    """An auxiliary head, which is a list of its own; its input is called ``in`` there."""
    own = range(entries[0].head, entries[-1].last + 1)
    read = dict.fromkeys(
        source for index in own for source in graph.nodes[index].inputs if source not in own
    )
    yield f"  - head: {_text(_bare(head))}"
    yield from (f"    from: {_text(names[source])}" for source in read)
    yield "    auxiliary: true"
    yield "    layers:"
    before = next(iter(read))
    prefix = f"{_bare(head)}_"
    inside = {index: names[index].removeprefix(prefix) for index in own if index in names}
    inside[before] = "in"
    for entry in entries:
        yield f"      - {_flow(_line(graph, entry, before, inside))}"
        before = entry.last


def _bare(name: str) -> str:
    return "".join("_" if c in FORBIDDEN_IN_NAMES else c for c in name)


def _names(graph: Graph, entries: Sequence[Entry]) -> dict[int, str]:
    """A name for each input and each line, by the node that it stands for; no two alike."""
    alone = len(graph.inputs) == 1
    used: set[str] = set(map(_bare, _heads(graph).values()))
    names: dict[int, str] = {}
    heads = [(i, i) for i, node in enumerate(graph.nodes) if node.op == "input"]
    for head, last in (*heads, *((entry.head, entry.last) for entry in entries)):
        node = graph.nodes[head]
        name = _bare(node.name)
        reserved = name == "in" or (name == "input" and not (alone and node.op == "input"))
        name = f"{name}_" if reserved or not name else name
        free, number = name, 2
        while free in used:
            free, number = f"{name}_{number}", number + 1
        used.add(free)
        names[last] = free
        names.setdefault(head, free)
    return names


def _inputs(graph: Graph, names: Mapping[int, str]) -> str:
    shapes = {
        names[index]: sizes_text(node.output_shape).replace("×", "x")
        for index, node in enumerate(graph.nodes)
        if node.op == "input"
    }
    if list(shapes) == ["input"]:
        return shapes["input"]
    return _flow(shapes)


def _training(settings: Mapping[str, Any]) -> str:
    """How the network is trained; ``optimizer.lr`` stands in the mapping of its group."""
    groups: dict[str, dict[str, str]] = {}
    for path, value in settings.items():
        group, _, name = path.rpartition(".")
        groups.setdefault(group, {})[name] = (
            _text(value) if isinstance(value, str) else _number(value)
        )
    alone = groups.pop("", {})
    return _flow({**alone, **{group: _flow(pairs) for group, pairs in groups.items()}})


def _line(
    graph: Graph, entry: Entry, before: int | None, names: Mapping[int, str]
) -> dict[str, str]:
    """The keys of one line and their texts; ``before`` is the output of the line above."""
    node = graph.nodes[entry.head]
    line = {"name": _text(names[entry.head])}
    if node.op in MODIFIERS:
        line[node.op] = _modifier(graph, node)
    else:
        line |= _operation(graph, node, names)
    for index in entry.modifiers:
        line[graph.nodes[index].op] = _modifier(graph, graph.nodes[index])
    if not op_named(node.op).merges and node.inputs != (before,):
        line["from"] = _text(names[node.inputs[0]])
    if node.shared is not None:
        line["share"] = _text(names[node.shared])
    if not node.trainable:
        line["trainable"] = "false"
    if node.init is not None:
        scale = node.init.scale
        line["init"] = (
            node.init.name if scale is None else f"{{{node.init.name}: {_number(scale)}}}"
        )
    return line


def _operation(graph: Graph, node: Node, names: Mapping[int, str]) -> dict[str, str]:
    """The key of the operation with its principal argument, and the other attributes."""
    kind = OPS[node.op]
    written = _written(graph, node)
    if kind.merges:
        principal = f"[{', '.join(_text(names[index]) for index in node.inputs)}]"
    else:
        principal = written.pop(kind.principal, "true") if kind.principal else "true"
    return {node.op: principal, **written}


def _modifier(graph: Graph, node: Node) -> str:
    """A word or number, or a mapping if it has further attributes."""
    principal = OPS[node.op].principal
    written = _written(graph, node)
    if not written:
        return "true"
    return written[principal] if principal and list(written) == [principal] else _flow(written)


def _written(graph: Graph, node: Node) -> dict[str, str]:
    """The attributes that the framework's defaults do not give, as texts."""
    needed = dict(node.attributes)
    for name in node.attributes:
        fewer = {key: value for key, value in needed.items() if key != name}
        if name != OPS[node.op].principal and _gives(graph, node, fewer):
            needed = fewer
    if not _gives(graph, node, needed):
        message = f"'{node.name}' ({node.op}) has attributes that no file can give it"
        raise input_error("inexpressible", message, graph.path)
    types = {field.name: field.type for field in OPS[node.op].fields}
    return {name: _value(types[name], value) for name, value in needed.items()}


def _gives(graph: Graph, node: Node, values: Attributes) -> bool:
    """Whether a file with these values gives the node's attributes."""
    shape = node.input_shapes[0]
    try:
        found = fitted(OPS[node.op], values, shape, FRAMEWORKS[graph.framework])
    except CoercionError:
        return False
    return found == node.attributes


# Texts --------------------------------------------------------------------------------------------


def _flow(pairs: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{_text(key)}: {text}' for key, text in pairs.items())}}}"


def _text(text: str) -> str:
    """A text as YAML: plain if unambiguous, else as JSON, which YAML reads too."""
    bare = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if bare else quoted(text)


def quoted(value: Any) -> str:
    """A value in YAML: as JSON writes it, with escapes for characters that are not visible."""
    return printable(json.dumps(value, ensure_ascii=False))


def _value(type_: FieldType, value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction | int):
        return _number(value)
    if isinstance(value, str):
        return value
    if type_ in (FieldType.PADDING, FieldType.AMOUNTS):
        value = tuple(pair[0] if pair[0] == pair[1] else pair for pair in value)
        if len(set(value)) == 1 and not isinstance(value[0], tuple):
            return str(value[0])
    elif type_ in _SAME_ON_EVERY_AXIS and len(set(value)) == 1:
        return str(value[0])
    return _list(value)


def _list(values: Sequence[Any]) -> str:
    parts = (_list(value) if isinstance(value, tuple) else _number(value) for value in values)
    return f"[{', '.join(parts)}]"


def _number(value: Any) -> str:
    """An exact number, as the shortest decimal if that is exact."""
    if isinstance(value, Fraction) and value.denominator != 1:
        shortest = repr(float(value))
        return shortest if Fraction(shortest) == value else decimal(value)
    return str(value)
