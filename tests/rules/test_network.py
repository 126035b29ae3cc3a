"""What a subject knows of its network: nodes by what they compute, and who is read."""

from cnnaudit.rules.network import AuditedNetwork
from tests.support import audit_text

REPEATED = """
cnnaudit: 1
input: 8x8x4
layers:
  - {conv: 4, kernel: 3, padding: same, activation: relu, repeat: 5}
  - branches: {main: [{conv: 4, kernel: 1}], skip: []}
    merge: add
"""


def test_nodes_that_meet_a_condition_are_in_order() -> None:
    found = AuditedNetwork(audit_text(REPEATED))
    wide = found.nodes_where(lambda node: node.attributes["kernel"] == (3, 3), "conv")
    assert wide == found.nodes_of("conv")[:-1]
    assert [found.nodes[index].op for index in found.nodes_of("conv")] == ["conv"] * 6


def test_nodes_of_several_kinds_are_in_order() -> None:
    found = AuditedNetwork(audit_text(REPEATED))
    kinds = ("activation", "conv", "add")
    assert found.nodes_of(*kinds) == [i for i, node in enumerate(found.nodes) if node.op in kinds]
    assert found.nodes_where(lambda _: True) == list(range(len(found.nodes)))


def test_how_often_a_node_is_read_is_the_number_of_its_readers() -> None:
    found = AuditedNetwork(audit_text(REPEATED))
    readers = [len(readers) for readers in found.readers]
    assert readers == [found.times_read.get(index, 0) for index in range(len(readers))]
    assert found.unread == {len(readers) - 1}


def test_the_main_line_leaves_branches_out() -> None:
    found = AuditedNetwork(audit_text(REPEATED))
    branch = found.nodes_of("conv")[-1]
    assert set(found.main_line) == set(range(len(found.nodes))) - {branch}
