"""Small networks from text, for tests that look at one layer."""

from pathlib import Path

import pytest

from cnnaudit.calculator import Audit, Row, audit
from cnnaudit.errors import AuditError, Diagnostic, Source
from cnnaudit.graph.builder import build_graph
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.sources.files import FileResolver, SourceFile


def audited(*layers: str, input: str = "8x8x3", framework: str = "keras") -> Audit:
    """The audit of a network of layers, each written as YAML in one line."""
    lines = ["cnnaudit: 1", f"framework: {framework}", f"input: {input}", "layers:"]
    text = "\n".join([*lines, *(f"  - {layer}" for layer in layers), ""])
    folder = FileResolver(Path(), Path.cwd())
    return audit(build_graph(load_architecture(SourceFile(Source("net.yaml", text), folder))))


def last(*layers: str, input: str = "8x8x3", framework: str = "keras") -> Row:
    """The numbers of the last node."""
    return audited(*layers, input=input, framework=framework).rows[-1]


def shape(*layers: str, input: str = "8x8x3", framework: str = "keras") -> tuple[int, ...]:
    """The output of the last node."""
    return last(*layers, input=input, framework=framework).node.output_shape


def work(*layers: str, input: str = "8x8x3", framework: str = "keras") -> tuple[int, int, int]:
    """MACs, bias additions and elementwise operations of the last node."""
    row = last(*layers, input=input, framework=framework)
    return row.macs, row.bias_adds, row.elementwise_ops


def weights(
    *layers: str, input: str = "8x8x3", framework: str = "keras"
) -> dict[str, tuple[int, ...]]:
    """The tensors of the last node, by name."""
    result = audited(*layers, input=input, framework=framework)
    node = result.graph.nodes[-1]
    tensors = node.weights
    return {tensor.name: tensor.shape for tensor in tensors}


def fault(*layers: str, input: str = "8x8x3", framework: str = "keras") -> Diagnostic:
    """The one thing that is wrong with a network."""
    with pytest.raises(AuditError) as raised:
        audited(*layers, input=input, framework=framework)
    (diagnostic,) = raised.value.diagnostics
    return diagnostic
