"""The pages: their examples are audited, their numbers are those of the code, commands run."""

import shlex

import pytest

from cnnaudit.formatting import shape_text
from cnnaudit.ops.frameworks import FRAMEWORKS
from cnnaudit.ops.op import REQUIRED
from cnnaudit.ops.registry import OPS
from cnnaudit.parsing.blocks import BUILTIN_NAMES
from cnnaudit.parsing.expressions import FUNCTIONS
from cnnaudit.reference.catalogue import topic_entries, topics_named
from cnnaudit.reference.expressions import FUNCTION_DOCS
from cnnaudit.reference.topic import Topic, TopicAttribute
from tests.support import audit_text, run

TOPICS = [entry.load() for entry in topic_entries()]
EXAMPLES = sorted({topic.example for topic in TOPICS if topic.example})
COMMANDS = sorted({command for topic in TOPICS for command in topic.commands})


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_is_audited(example: str) -> None:
    audit = audit_text(example)
    assert audit.complete
    assert max(map(len, example.splitlines())) <= 100


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_runs(command: str) -> None:
    program, *arguments = shlex.split(command)
    assert program == "cnnaudit"
    assert run(*arguments).exit_code == 0


def page(name: str, group: str = "operation") -> Topic:
    return next(topic for topic in TOPICS if (topic.name, topic.group) == (name, group))


def row(topic: Topic, name: str) -> TopicAttribute:
    return next(attribute for attribute in topic.attributes if attribute.name == name)


@pytest.mark.parametrize("name", OPS)
def test_an_operation_shows_its_attributes_and_what_its_example_gives(name: str) -> None:
    topic, kind = page(name), OPS[name]
    assert topic.summary == kind.doc
    assert [a.name for a in topic.attributes] == [field.name for field in kind.fields]
    for field in kind.fields:
        shown = row(topic, field.name)
        assert shown.doc == field.doc
        assert shown.is_required == (field.default is REQUIRED)
        if field.default not in (REQUIRED, None):
            assert shown.default is not None
    assert topic.example is not None
    assert name in topic.example
    node = next(r.node for r in audit_text(topic.example).rows if r.node.op == name)
    assert topic.result[0].endswith(f"→ {shape_text(node.output_shape)}")
    assert any(formula.quantity == "activation_size" for formula in topic.formulas)


def test_a_default_that_depends_on_the_framework_is_shown_for_each() -> None:
    stride = row(page("max_pool"), "stride")
    assert dict(stride.frameworks) == {"keras": "3", "pytorch": "3", "caffe": "1", "darknet": "1"}
    assert stride.sample == "`kernel: 3`"
    rounding = dict(row(page("max_pool"), "rounding").frameworks)
    assert (rounding["keras"], rounding["caffe"]) == ("floor", "ceil_caffe")
    slopes = dict(row(page("activation"), "slopes").frameworks)
    assert slopes == {name: framework.prelu_slopes for name, framework in FRAMEWORKS.items()}
    assert row(page("conv"), "padding").default == "valid"
    assert row(page("group_norm"), "groups").default == "32"


def test_what_frameworks_make_of_an_example_is_shown_where_they_differ() -> None:
    lines = page("max_pool").result
    assert any(line.startswith("under caffe and darknet: 56 × 56 × 64") for line in lines)
    assert not any(line.startswith("under") for line in page("conv").result)
    assert any("128 buffers" in line for line in page("batch_norm").result)


def test_an_attribute_says_what_it_means_in_each_operation() -> None:
    axis = page("axis", "attribute")
    meanings = {name: a.doc for a in axis.attributes for name in a.name.split(", ")}
    for name, doc in meanings.items():
        field = OPS[name].field("axis")
        assert field is not None
        assert field.doc == doc


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_a_function_gives_is_so(name: str) -> None:
    call, _, value = FUNCTION_DOCS[name][1].partition(" is ")
    assert audit_text(f"cnnaudit: 1\ninput: 9\nlayers:\n  - {{dense: '{call}'}}\n").rows[
        -1
    ].node.output_shape == (int(value),)


def test_the_examples_of_expressions_use_every_name() -> None:
    example = page(BUILTIN_NAMES[0], "expression").example
    assert example is not None
    used = [name for name in BUILTIN_NAMES if name in example]
    assert set(BUILTIN_NAMES) - set(used) <= {"in_width"}


def test_no_example_is_missing_where_a_file_says_it() -> None:
    shown = ("operation", "attribute", "layer-key", "top-level-key", "expression")
    assert [topic.name for topic in TOPICS if topic.group in shown and not topic.example] == []


def test_pages_of_a_word_in_a_note() -> None:
    assert topics_named("until").note == "'until' is described under 'backbone'."
    assert topics_named("conv").note is None
