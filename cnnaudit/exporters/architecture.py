"""Writes a layer graph as an architecture file, one layer per line.

The list is flat: blocks, branches, repetitions and models inside models are written out, and a name
that was a path becomes one word. Only auxiliary heads have separate lists. Reading the file gives
the same nodes again, and so the same numbers.
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
#: Types of which one number stands for equal sizes on every axis.
_SAME_ON_EVERY_AXIS = (FieldType.AXES, FieldType.KERNEL, FieldType.EXTRA)


class Entry(NamedTuple):
    """A line of the file: the node of its op, and the nodes of its modifiers."""

    head: int
    modifiers: tuple[int, ...] = ()

    @property
    def last(self) -> int:
        """The node whose output the line's name refers to."""
        return self.modifiers[-1] if self.modifiers else self.head


def render(graph: Graph) -> str:
    """Return the file; raises ``AuditError`` listing every node that cannot be expressed."""
    _check_known(graph)
    entries = list(_entries(graph))
    auxiliary_heads = _auxiliary_heads(graph)
    names = _names(graph, entries)
    lines = [f"cnnaudit: {FORMAT_VERSION}", f"name: {_text(graph.name)}"]
    for key, text in (("description", graph.description), ("source", graph.origin)):
        lines += [f"{key}: {_text(text)}"] if text else []
    lines += [f"framework: {graph.framework}", f"input: {_inputs(graph, names)}"]
    lines += [f"classes: {graph.classes}"] if graph.classes is not None else []
    lines += [f"training: {_training(graph.training)}"] if graph.training else []
    lines.append("layers:")
    previous = 0 if len(graph.inputs) == 1 else None
    for head, group in groupby(entries, lambda entry: auxiliary_heads.get(entry.head)):
        if head is not None:
            lines += _auxiliary_head(graph, head, list(group), names)
            continue
        for entry in group:
            lines.append(f"  - {_flow(_line(graph, entry, previous, names))}")
            previous = entry.last
    text = "\n".join(lines) + "\n"
    if len(text.encode()) > MAX_BYTES:
        message = f"written out, the network needs more than {MAX_BYTES // 2**20} MiB"
        raise input_error("over-limit", message, graph.path)
    return text


def _check_known(graph: Graph) -> None:
    """Raise ``AuditError`` for unknown layers, which have no numbers that a file could give."""
    diagnostics = tuple(
        error_diagnostic("inexpressible", f"'{name}' ({what}) cannot be written: {why}", graph.path)
        for name, what, why in graph.unknown
    )
    if diagnostics:
        raise AuditError(diagnostics)


# Lines --------------------------------------------------------------------------------------------


def _entries(graph: Graph) -> Iterator[Entry]:
    """Yield the nodes in order, each grouped with its modifiers."""
    readers = Counter(index for node in graph.nodes for index in node.inputs)
    shared = {node.shared for node in graph.nodes} - {None}
    index = 0
    while index < len(graph.nodes):
        node = graph.nodes[index]
        if node.op == "input":
            index += 1
            continue
        end = index + 1
        shares_weights = node.shared is not None or index in shared
        while end < len(graph.nodes) and _is_modifier(graph, index, end):
            has_weights = bool(graph.nodes[end].weights)
            if readers[end - 1] > 1 or (has_weights and (shares_weights or end in shared)):
                break
            end += 1
        yield Entry(index, tuple(range(index + 1, end)))
        index = end


def _is_modifier(graph: Graph, head: int, index: int) -> bool:
    """Whether a node is a modifier of the line that starts at ``head`` and ends before it."""
    first, previous, node = graph.nodes[head], graph.nodes[index - 1], graph.nodes[index]
    if node.op not in MODIFIERS or node.layer != first.layer or node.inputs != (index - 1,):
        return False
    if node.trainable != first.trainable or node.init != first.init:
        return False
    previous_rank = MODIFIERS.index(previous.op) if previous.op in MODIFIERS else -1
    return previous_rank < MODIFIERS.index(node.op)


def _auxiliary_heads(graph: Graph) -> dict[int, str]:
    """Return the outermost auxiliary head of each node that belongs to one."""
    heads: dict[int, str] = {}
    sections: list[Section] = [graph.outline]
    for section in sections:
        if section.kind == "auxiliary head":
            nodes = (node for layer in layers_of(section) for node in layer.nodes)
            heads |= dict.fromkeys(nodes, section.name)
        else:
            sections += [child for child in section.children if isinstance(child, Section)]
    return heads


def _auxiliary_head(
    graph: Graph, head: str, entries: Sequence[Entry], names: Mapping[int, str]
) -> Iterator[str]:
    """Yield the lines of an auxiliary head, in whose list its input is called ``in``."""
    inside = range(entries[0].head, entries[-1].last + 1)
    sources = dict.fromkeys(
        source for index in inside for source in graph.nodes[index].inputs if source not in inside
    )
    yield f"  - head: {_text(_plain_name(head))}"
    yield from (f"    from: {_text(names[source])}" for source in sources)
    yield "    auxiliary: true"
    yield "    layers:"
    previous = next(iter(sources))
    prefix = f"{_plain_name(head)}_"
    inner_names = {i: names[i].removeprefix(prefix) for i in inside if i in names}
    inner_names[previous] = "in"
    for entry in entries:
        yield f"      - {_flow(_line(graph, entry, previous, inner_names))}"
        previous = entry.last


def _plain_name(name: str) -> str:
    return "".join("_" if c in FORBIDDEN_IN_NAMES else c for c in name)


def _names(graph: Graph, entries: Sequence[Entry]) -> dict[int, str]:
    """Return a unique name for each input and line, by the indices of its first and last node."""
    has_one_input = len(graph.inputs) == 1
    taken: set[str] = set(map(_plain_name, _auxiliary_heads(graph).values()))
    names: dict[int, str] = {}
    inputs = [Entry(i) for i, node in enumerate(graph.nodes) if node.op == "input"]
    for entry in (*inputs, *entries):
        name = _plain_name(graph.nodes[entry.head].name)
        is_only_input = has_one_input and graph.nodes[entry.head].op == "input"
        if name in ("", "in") or (name == "input" and not is_only_input):
            name = f"{name}_"
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}_{number}", number + 1
        taken.add(unique)
        names[entry.last] = unique
        names.setdefault(entry.head, unique)
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
    """Return the training settings, with ``optimizer.lr`` in a mapping ``optimizer``."""
    groups: dict[str, dict[str, str]] = {}
    for path, value in settings.items():
        group, _, name = path.rpartition(".")
        groups.setdefault(group, {})[name] = (
            _text(value) if isinstance(value, str) else _number(value)
        )
    ungrouped = groups.pop("", {})
    return _flow({**ungrouped, **{group: _flow(pairs) for group, pairs in groups.items()}})


def _line(
    graph: Graph, entry: Entry, previous: int | None, names: Mapping[int, str]
) -> dict[str, str]:
    """Return the keys of one line and their texts; ``previous`` is the output of the line above."""
    node = graph.nodes[entry.head]
    line = {"name": _text(names[entry.head])}
    if node.op in MODIFIERS:
        line[node.op] = _modifier(graph, node)
    else:
        line |= _op(graph, node, names)
    for index in entry.modifiers:
        line[graph.nodes[index].op] = _modifier(graph, graph.nodes[index])
    if not op_named(node.op).merges and node.inputs != (previous,):
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


def _op(graph: Graph, node: Node, names: Mapping[int, str]) -> dict[str, str]:
    """Return the key of the op with its principal argument, and the other attributes."""
    op = OPS[node.op]
    attributes = _explicit_attributes(graph, node)
    if op.merges:
        principal = f"[{', '.join(_text(names[index]) for index in node.inputs)}]"
    else:
        principal = attributes.pop(op.principal, "true") if op.principal else "true"
    return {node.op: principal, **attributes}


def _modifier(graph: Graph, node: Node) -> str:
    """Return a modifier's word or number, or a mapping if it has further attributes."""
    principal = OPS[node.op].principal
    attributes = _explicit_attributes(graph, node)
    if not attributes:
        return "true"
    is_principal_only = principal and list(attributes) == [principal]
    return attributes[principal] if principal and is_principal_only else _flow(attributes)


def _explicit_attributes(graph: Graph, node: Node) -> dict[str, str]:
    """Return the texts of the attributes that the framework's defaults do not give."""
    explicit = dict(node.attributes)
    for name in node.attributes:
        fewer = {key: value for key, value in explicit.items() if key != name}
        if name != OPS[node.op].principal and _gives_attributes(graph, node, fewer):
            explicit = fewer
    if not _gives_attributes(graph, node, explicit):
        message = f"'{node.name}' ({node.op}) has attributes that no file can give it"
        raise input_error("inexpressible", message, graph.path)
    types = {field.name: field.type for field in OPS[node.op].fields}
    return {name: _value(types[name], value) for name, value in explicit.items()}


def _gives_attributes(graph: Graph, node: Node, values: Attributes) -> bool:
    """Whether a file with these values gives the node's attributes."""
    framework = FRAMEWORKS[graph.framework]
    try:
        return fitted(OPS[node.op], values, node.input_shapes[0], framework) == node.attributes
    except CoercionError:
        return False


# Texts --------------------------------------------------------------------------------------------


def _flow(pairs: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{_text(key)}: {text}' for key, text in pairs.items())}}}"


def _text(text: str) -> str:
    """Return a text as YAML: plain if unambiguous, else as JSON, which YAML reads too."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _WORDS
    return text if is_plain else quoted(text)


def quoted(value: Any) -> str:
    """Return a value as JSON, with escapes for characters that are not visible."""
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
    """Return the text of an exact number, the shortest decimal if that is exact."""
    if isinstance(value, Fraction) and value.denominator != 1:
        shortest = repr(float(value))
        return shortest if Fraction(shortest) == value else decimal(value)
    return str(value)
