"""What a node computes is one value for all nodes that say the same."""

from cnnaudit.graph.operation import Operation, fact, weights_of, work_of
from cnnaudit.layers.kind import Weight
from tests.support import audit_text

STAGE = "- {conv: 8, kernel: 3, padding: same, repeat: 3, activation: relu}"
NET = f"cnnaudit: 1\ninput: 8x8x8\nlayers:\n  {STAGE}\n"


def test_repetitions_share_their_operation() -> None:
    nodes = audit_text(NET).graph.nodes
    convolutions = [node.operation for node in nodes if node.kind == "conv"]
    assert len(convolutions) == 3
    assert all(operation is convolutions[0] for operation in convolutions)


def test_files_share_their_operations() -> None:
    once, again = (
        audit_text(NET).graph,
        audit_text(NET.replace("cnnaudit: 1", "cnnaudit: 1\nname: again")).graph,
    )
    pairs = zip(once.nodes, again.nodes, strict=True)
    assert all(a.operation is b.operation for a, b in pairs if a.kind != "input")


def test_another_shape_or_attribute_is_another_operation() -> None:
    first = audit_text(NET).graph.nodes[1].operation
    for other in (NET.replace("8x8x8", "9x9x8"), NET.replace("kernel: 3", "kernel: 5")):
        assert audit_text(other).graph.nodes[1].operation != first


def test_equal_is_what_says_the_same() -> None:
    one = Operation("activation", {"function": "relu"}, ((4,),), (4,))
    two = Operation("activation", {"function": "relu"}, ((4,),), (4,))
    assert one == two
    assert one is not two
    assert one != Operation("activation", {"function": "elu"}, ((4,),), (4,))
    assert one != "relu"


def test_a_fact_is_worked_out_once_for_each_operation() -> None:
    asked = []

    @fact
    def kind(operation: Operation) -> str:
        asked.append(operation)
        return operation.kind

    one, two = (Operation("identity", {}, ((size,),), (size,)) for size in (1, 2))
    assert [kind(one), kind(two), kind(one)] == ["identity", "identity", "identity"]
    assert asked == [one, two]


def test_weights_and_work_are_those_of_its_kind() -> None:
    convolution = audit_text(NET).graph.nodes[1].operation
    assert weights_of(convolution) == (Weight("kernel", (3, 3, 8, 8)), Weight("bias", (8,)))
    assert work_of(convolution).macs == 8 * 8 * 8 * 3 * 3 * 8
