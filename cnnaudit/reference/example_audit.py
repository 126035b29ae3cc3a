"""Audits an example: the network of a text, and the node that a topic is about."""

from pathlib import Path
from typing import NamedTuple

from cnnaudit.calculator import Audit, Row, audit
from cnnaudit.errors import Diagnostics, Source
from cnnaudit.explanation.layer import explain_layers
from cnnaudit.graph.builder import build_graph
from cnnaudit.graph.graph import layers_of
from cnnaudit.ops.formula import Formula
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.sources.files import FileResolver, SourceFile


class AuditedExample(NamedTuple):
    """An example's audit, the first row of the operation it shows, and that row's formulas."""

    audit: Audit
    row: Row
    formulas: tuple[Formula, ...]


def audit_text(text: str) -> Audit:
    """The audit of an architecture file that is given as text; raises ``AuditError``."""
    here = Path()
    diagnostics = Diagnostics()
    source_file = SourceFile(Source("example.yaml", text), FileResolver(here, here))
    return audit(build_graph(load_architecture(source_file, diagnostics), diagnostics))


def audit_example(text: str, op: str) -> AuditedExample:
    """The audit of an example of an operation."""
    network = audit_text(text)
    row = next(row for row in network.rows if row.node.op == op)
    layer = next(
        layer
        for layer in layers_of(network.graph.outline)
        if any(network.rows[index].node is row.node for index in layer.nodes)
    )
    (explanation,) = explain_layers(network, (layer,))
    formulas = next(node.formulas for node in explanation.nodes if node.node is row.node)
    return AuditedExample(network, row, formulas)
