"""Rules on a network with a layer that nobody knows: nothing is claimed of what is not known."""

from typing import Any

import pytest

from cnnaudit.calculator import audit
from cnnaudit.graph.graph import Graph, Layer, Node, Section, UnknownLayer
from cnnaudit.rules.catalogue import RULES
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding

CONV: dict[str, Any] = {
    "filters": 4,
    "kernel": (5, 5),
    "stride": (1, 1),
    "padding": "same",
    "dilation": (1, 1),
    "groups": 1,
    "bias": True,
}


def network(**more: Any) -> AuditedNetwork:
    """input, conv, a layer of an unknown shape, relu, and a conv whose input is known again."""
    image, unknown, known = (16, 16, 3), (), (16, 16, 8)
    relu = {"function": "relu"}
    nodes = (
        Node("input", "input", {}, (), image, (), "input"),
        Node("a", "conv", CONV, (image,), (16, 16, 4), (0,), "a"),
        Node("b", "unknown", {}, ((16, 16, 4),), unknown, (1,), "b"),
        Node("c", "activation", relu, (unknown,), unknown, (2,), "c"),
        Node("d", "unknown", {}, (unknown,), known, (3,), "d"),
        Node("e", "conv", CONV, (known,), (16, 16, 4), (4,), "e"),
    )
    outline = tuple(Layer(node.name, (index,)) for index, node in enumerate(nodes) if index)
    unknowns = tuple(UnknownLayer(name, "Custom", "it is not known") for name in "bd")
    graph = Graph(
        "net",
        "net.json",
        "keras",
        True,
        nodes,
        Section("", "network", "", outline),
        unknown=unknowns,
        **more,
    )
    return AuditedNetwork(audit(graph))


def found(rule: str, subject: AuditedNetwork) -> list[Finding]:
    check = RULES[rule].check
    assert check is not None
    return list(check(subject, RULES[rule].defaults))


@pytest.mark.parametrize("rule", RULES)
def test_no_rule_stumbles(rule: str) -> None:
    for finding in found(rule, network()):
        assert finding.layer in (None, "a", "e")


def test_what_is_known_is_still_judged() -> None:
    assert [finding.layer for finding in found("narrow-layer", network())] == ["a"]


def test_a_claim_above_a_lower_bound_cannot_be_decided() -> None:
    subject = network(expect={"params": 10**6, "output": (16, 16, 4)})
    assert not found("wrong-claim", subject)


def test_a_claim_below_a_lower_bound_is_wrong() -> None:
    known = network().audit.totals.params
    (finding,) = found("wrong-claim", network(expect={"params": known - 1}))
    assert "params is ≥" in finding.message
    assert finding.message.endswith("1 more")


def test_a_lower_bound_of_parameters_by_image() -> None:
    (finding,) = found("oversized-for-data", network(training={"dataset.images": 1}))
    assert finding.message.startswith("≥ ")
