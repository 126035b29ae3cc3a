"""The networks of the zoo that an auditor's story is told of: the rules find what it says."""

import pytest

from cnnaudit.calculator import audit
from cnnaudit.graph.builder import build_graph
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.rules.catalogue import RULES
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding
from cnnaudit.sources.files import open_path
from tests.support import ROOT


def found(network: str, name: str) -> list[Finding]:
    """What a rule finds in a network of the zoo's AlexNets."""
    document = load_architecture(open_path(ROOT / "configs" / "alexnet" / f"{network}.yaml"))
    rule = RULES[name]
    assert rule.check is not None
    return list(rule.check(AuditedNetwork(audit(build_graph(document)), document), rule.defaults))


@pytest.mark.parametrize("network", ["alexnet-270x480", "alexnet-adapted"])
def test_alexnet_at_270x480_never_reads_three_rows_and_a_column(network: str) -> None:
    first = found(network, "dropped-input")[0]
    assert first.layer == "conv1"
    assert "the last 3 of 270 rows (268–270, 1 %)" in first.message
    assert "the last of 480 columns (480, <1 %)" in first.message


@pytest.mark.parametrize("network", ["alexnet", "alexnet-cifar10", "alexnet-tflearn-code"])
def test_other_alexnets_read_all_of_their_input(network: str) -> None:
    assert found(network, "dropped-input") == []


def test_11x11_is_too_large_for_32x32() -> None:
    (finding,) = found("alexnet-cifar10", "kernel-exceeds-input")
    assert finding.layer == "conv1"
    assert "11×11 on an input of 32 × 32 spans 34 % of it" in finding.message
    assert found("alexnet", "kernel-exceeds-input") == []


def test_the_code_takes_width_for_height() -> None:
    (finding,) = found("alexnet-tflearn-code", "swapped-orientation")
    assert "this input is 480 × 270 × 3" in finding.message
    assert finding.help is not None
    assert "`input: 270x480x3`" in finding.help
    assert finding.span is not None
    assert finding.span.source.path.endswith("alexnet-tflearn-code.yaml")


def test_the_padding_of_the_code_is_another_network() -> None:
    (finding,) = found("alexnet-tflearn-code", "changed-padding")
    assert "4 layers pad otherwise" in finding.message
    assert "it would have 116,071,837 parameters, and has 162,209,181" in finding.message
