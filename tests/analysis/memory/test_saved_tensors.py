"""Bytes saved for the backward pass, against those that torch saved (CPU, training mode).

The zoo's networks end with their softmax, which torchvision leaves to the loss: the comparison
takes it away. AlexNet and VGG-16 are torchvision's own versions, with adaptive pooling.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

from cnnaudit.analysis.memory.memory import memory
from cnnaudit.analysis.memory.precision import PRECISIONS
from cnnaudit.analysis.memory.saved_tensors import saved_elements, total_saved
from cnnaudit.calculator import Audit, audit
from cnnaudit.graph.graph import Layer
from cnnaudit.loading import load
from tests.support import ROOT, audit_text

GOLDEN = ROOT / "tests/oracle/torchvision/saved_tensors.json"

ALEXNET = """
cnnaudit: 1
framework: pytorch
input: 224x224x3
layers:
  - {conv: 64, kernel: 11, stride: 4, padding: 2, activation: relu}
  - {max_pool: 3, stride: 2}
  - {conv: 192, kernel: 5, padding: 2, activation: relu}
  - {max_pool: 3, stride: 2}
  - {conv: 384, kernel: 3, padding: 1, activation: relu}
  - {conv: 256, kernel: 3, padding: 1, activation: relu}
  - {conv: 256, kernel: 3, padding: 1, activation: relu}
  - {max_pool: 3, stride: 2}
  - {adaptive_pool: 6}
  - flatten
  - {dropout: 0.5}
  - {dense: 4096, activation: relu, dropout: 0.5}
  - {dense: 4096, activation: relu}
  - {dense: 1000}
"""

VGG16 = """
cnnaudit: 1
framework: pytorch
input: 224x224x3
defaults: {conv: {kernel: 3, padding: 1, activation: relu}}
layers:
  - {conv: 64, repeat: 2}
  - {max_pool: 2}
  - {conv: 128, repeat: 2}
  - {max_pool: 2}
  - {conv: 256, repeat: 3}
  - {max_pool: 2}
  - {conv: 512, repeat: 3}
  - {max_pool: 2}
  - {conv: 512, repeat: 3}
  - {max_pool: 2}
  - {adaptive_pool: 7}
  - flatten
  - {dense: 4096, activation: relu, dropout: 0.5, repeat: 2}
  - {dense: 1000}
"""


def zoo(name: str) -> Callable[[], Audit]:
    """A shipped network without its last softmax."""

    def read() -> Audit:
        graph = load(f"zoo:{name}")
        assert graph.nodes[-1].attributes == {"function": "softmax"}
        *before, last = graph.outline.children
        assert isinstance(last, Layer)
        shorter = last._replace(nodes=last.nodes[:-1])
        outline = graph.outline._replace(children=(*before, shorter))
        return audit(graph._replace(nodes=graph.nodes[:-1], outline=outline))

    return read


NETWORKS: dict[str, Callable[[], Audit]] = {
    "alexnet": lambda: audit_text(ALEXNET),
    "vgg16": lambda: audit_text(VGG16),
    "resnet18": zoo("resnet-18"),
    "resnet50": zoo("resnet-50@v1.5"),
    "densenet121": zoo("densenet-121"),
    "mobilenet_v2": zoo("mobilenet-v2"),
}


def golden() -> dict[str, Any]:
    """The bytes that torch saved for every network, by batch."""
    models: dict[str, Any] = json.loads(GOLDEN.read_text())["models"]
    return models


def test_every_network_of_the_reference_is_compared() -> None:
    assert set(NETWORKS) == set(golden())


@pytest.mark.parametrize("batch", ["1", "4"])
@pytest.mark.parametrize("name", NETWORKS)
def test_bytes_saved_for_the_backward_pass(
    name: str, batch: str, record_property: Callable[[str, object], None]
) -> None:
    network = NETWORKS[name]()
    saved = total_saved(saved_elements(network))
    ours = saved.bytes(PRECISIONS["fp32"], int(batch))
    theirs = golden()[name]["saved"][batch]
    deviation = ours - theirs["bytes"]
    record_property(
        "table: training memory: bytes kept for the backward pass, against torch 2.13",
        f"{name:14} batch {batch}  cnnaudit {ours:>12,}  torch {theirs['bytes']:>12,}"
        f"  deviation {deviation:+,} ({deviation / theirs['bytes']:+.2%})",
    )
    assert deviation == 0
    assert 8 * saved.indices * int(batch) == theirs["by_dtype"].get("torch.int64", 0)


@pytest.mark.parametrize("name", ["resnet-18", "mobilenet-v2"])
def test_the_last_softmax_saves_its_output(name: str) -> None:
    with_softmax = memory(audit(load(f"zoo:{name}"))).training
    without = memory(zoo(name)()).training
    assert with_softmax is not None
    assert without is not None
    assert with_softmax.activations - without.activations == 4 * 1000
