"""What the tests of reading share: trees, values and complaints from text."""

from collections.abc import Collection
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from cnnaudit.calculator import Audit
from cnnaudit.errors import AuditError, Diagnostic, Diagnostics, Source
from cnnaudit.ops.op import FieldType
from cnnaudit.parsing import yaml_tree
from cnnaudit.parsing.field_types import coerce
from cnnaudit.parsing.values import evaluate_value
from cnnaudit.parsing.values import read as read_value
from cnnaudit.parsing.yaml_tree import YamlNode
from tests.support import audit_text

#: A complaint as tests compare it: code, line, column.
Place = tuple[str, int, int]


def tree(text: str) -> YamlNode:
    """The YAML tree of ``text``; raises ``AuditError`` where it is none."""
    diagnostics = Diagnostics()
    node = yaml_tree.parse(Source("net.yaml", dedent(text)), diagnostics)
    diagnostics.raise_any()
    assert node is not None
    return node


def value(type_: FieldType, text: str, names: Collection[str] = (), axes: int | None = None) -> Any:
    """What ``text`` means in a field of ``type_``; raises ``AuditError`` where it means nothing."""
    diagnostics = Diagnostics()
    got = read_value(type_, tree(text), names, diagnostics)
    diagnostics.raise_any()
    assert got is not None
    return coerce(type_, evaluate_value(got, {}), axes)


def complaints(text: str) -> list[Diagnostic]:
    """Everything that is wrong with an architecture."""
    with pytest.raises(AuditError) as caught:
        audit_text(text)
    return list(caught.value.diagnostics)


def complaint(text: str) -> Diagnostic:
    """The only thing that is wrong with an architecture."""
    (found,) = complaints(text)
    return found


def place(found: Diagnostic) -> Place:
    """The code of a complaint, and where it points."""
    assert found.region is not None
    return found.code, found.region.line, found.region.column


def pointed_at(found: Diagnostic) -> str:
    """The text under the carets of a complaint."""
    region = found.region
    assert region is not None
    assert region.line == region.end_line
    assert region.text is not None
    return region.text[region.column - 1 : region.end_column - 1]


def names(audit: Audit) -> list[str]:
    """The full names of all nodes behind the inputs."""
    return [node.name for node in audit.graph.nodes if node.op != "input"]


def shapes(audit: Audit) -> dict[str, tuple[int, ...]]:
    """The output of every node."""
    return {node.name: node.output_shape for node in audit.graph.nodes}


def params(audit: Audit) -> dict[str, int]:
    """The parameters of every node that has some."""
    return {row.node.name: row.params for row in audit.rows if row.params}


def inputs(audit: Audit, name: str) -> list[str]:
    """The names of the nodes that a node reads from."""
    nodes = audit.graph.nodes
    (node,) = (node for node in nodes if node.name == name)
    return [nodes[index].name for index in node.inputs]


def write(folder: Path, **files: str) -> Path:
    """Write ``name.yaml`` for each text; give the first of them."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(dedent(text), encoding="utf-8")
    return folder / f"{next(iter(files))}.yaml"
