"""Merges read two layers or more, and ``previous`` is the layer above in every list."""

import pytest

from cnnaudit.errors import AuditError
from tests.support import audit_text


def network(*layers: str) -> str:
    """A file whose layers follow a first convolution ``a``."""
    lines = ["cnnaudit: 1", "input: 8x8x4", "layers:", "  - {name: a, conv: 4, kernel: 1}"]
    return "\n".join([*lines, *(f"  - {layer}" for layer in layers), ""])


def error(text: str) -> tuple[str, str | None]:
    """The message and help of the only error of a file."""
    with pytest.raises(AuditError) as raised:
        audit_text(text)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "CA105"
    return diagnostic.message, diagnostic.help


@pytest.mark.parametrize("op", ["add", "concat", "multiply", "subtract", "maximum"])
@pytest.mark.parametrize(
    "form", ["{OP: a}", "{OP: [a]}", "{op: OP, from: a}", "{OP: [a], name: m}"]
)
def test_a_merge_of_one_input_says_what_to_write(op: str, form: str) -> None:
    layers = ("{conv: 4, kernel: 1}", form.replace("OP", op))
    message, help = error(network(*layers))
    assert message == f"'{op}' joins two layers or more, and this reads one"
    assert help == f"the layer above is 'conv1': write `{op}: [a, conv1]`"
    written = f"{{{op}: [a, conv1]}}"
    assert audit_text(network(layers[0], written)).complete


def test_a_merge_of_the_layer_above_alone_asks_for_the_other() -> None:
    for name in ("conv1", "previous"):
        layers = ("{conv: 4, kernel: 1}", f"{{add: {name}}}")
        assert error(network(*layers))[1] == "name the other one too: `add: [conv1, NAME]`"


def test_a_merge_at_the_start_of_a_list_can_read_what_enters_it() -> None:
    text = "cnnaudit: 1\ninput: 8x8x4\nlayers: [{add: input}, {conv: 4, kernel: 1}]\n"
    assert error(text)[1] == "what enters this list is `in`: write `add: [input, in]`"


def test_one_branch_cannot_be_merged() -> None:
    message, help = error(network("{branches: {main: [relu]}, merge: add}"))
    assert message == "'add' joins two branches or more, and there is one"
    assert help is not None
    assert "`skip: []`" in help
    audit_text(network("{branches: {main: [relu], skip: []}, merge: add}"))


def test_a_dropped_branch_of_a_decoder_is_never_silent() -> None:
    layers = ("{name: e, max_pool: 2}", "{upsample: 2}", "{concat: [a]}", "{conv: 2, kernel: 1}")
    assert (
        error(network(*layers))[1]
        == "the layer above is 'upsample1': write `concat: [a, upsample1]`"
    )


@pytest.mark.parametrize("layer", ["{add: [a, previous]}", "{op: add, from: [a, previous]}"])
def test_previous_is_the_layer_above(layer: str) -> None:
    audit = audit_text(network("{conv: 4, kernel: 1}", layer))
    nodes = audit.graph.nodes
    assert [nodes[i].name for i in nodes[-1].inputs] == ["a", "conv1"]


def test_previous_follows_the_main_line_beside_heads_and_in_branches_and_blocks() -> None:
    text = """\
cnnaudit: 1
input: 8x8x4
blocks:
  residual:
    layers: [{conv: 4, kernel: 1}, {add: [previous, in]}]
layers:
  - {name: a, conv: 4, kernel: 1}
  - {head: side, layers: [flatten]}
  - {name: b, relu6: , from: previous}
  - branches:
      x: [{conv: 4, kernel: 1}, {add: [previous, in]}]
      y: [{conv: 4, kernel: 1, from: previous}]
    merge: concat
  - {conv: 4, kernel: 1}
  - {residual: , repeat: 2}
""".replace("{name: b, relu6: , from: previous}", "{name: b, activation: relu6, from: previous}")
    nodes = audit_text(text).graph.nodes
    inputs = {node.name: [nodes[i].name for i in node.inputs] for node in nodes}
    assert inputs["b"] == ["a"]
    assert inputs["x.add1"] == ["x.conv1", "b"]
    assert inputs["y.conv1"] == ["b"]
    assert inputs["residual1.1.add1"] == ["residual1.1.conv1", "conv1"]
    assert inputs["residual1.2.add1"] == ["residual1.2.conv1", "residual1.1.add1"]


def test_previous_at_the_start_of_a_list_is_what_enters_it() -> None:
    text = "cnnaudit: 1\ninput: 8x8x4\nlayers: [{conv: 4, kernel: 1, from: previous}]\n"
    assert audit_text(text).graph.nodes[1].inputs == (0,)


def test_previous_needs_one_output() -> None:
    apart = ("{branches: {x: [relu], y: [relu]}, merge: none}", "{add: [a, previous]}")
    assert "stay apart" in error(network(*apart))[0]
    several = "cnnaudit: 1\ninput: {x: 4, y: 4}\nlayers: [{add: [x, previous]}]\n"
    assert "several inputs" in error(several)[0]


def test_no_layer_can_be_called_previous() -> None:
    with pytest.raises(AuditError, match="'previous': that is the layer above"):
        audit_text(network("{name: previous, conv: 4, kernel: 1}"))


def test_a_repeated_merge_reads_the_repetition_before() -> None:
    message, help = error(network("{conv: 4, kernel: 1}", "{add: [conv1, a], repeat: 2}"))
    assert "each repetition of 'add' would read the same" in message
    assert help == "write `add: [previous, a]`"
    audit = audit_text(network("{conv: 4, kernel: 1}", "{add: [previous, a], repeat: 2}"))
    names = [node.name for node in audit.graph.nodes]
    assert [names[i] for i in audit.graph.nodes[-1].inputs] == ["add1.1", "a"]


@pytest.mark.parametrize("layer", ["{add: [a, a], from: a}", "{concat: [a, conv1], from: conv1}"])
def test_what_a_merge_reads_is_given_once(layer: str) -> None:
    with pytest.raises(AuditError, match="given twice, by its own value and by `from`"):
        audit_text(network("{conv: 4, kernel: 1}", layer))
