"""The reference as a whole: everything that a file may say is a topic, or shown in one."""

import pytest

from cnnaudit.counting.count import PRESETS
from cnnaudit.ops.frameworks import FRAMEWORKS, Framework
from cnnaudit.ops.registry import ACTIVATIONS, MERGES, MODIFIERS, OPS
from cnnaudit.parsing.architecture import TOP_LEVEL
from cnnaudit.parsing.backbone import KEYS as BACKBONE_KEYS
from cnnaudit.parsing.blocks import BUILTIN_NAMES
from cnnaudit.parsing.changes import ACTIONS
from cnnaudit.parsing.expressions import FUNCTIONS
from cnnaudit.parsing.field_types import INITIALISERS
from cnnaudit.parsing.layer_settings import COMMON
from cnnaudit.parsing.training import OPTIMIZERS, PRECISIONS
from cnnaudit.quantities import QUANTITIES
from cnnaudit.reference.catalogue import nearest_topic, topic_entries, topics_named
from cnnaudit.reference.examples import EXAMPLES
from cnnaudit.reference.expressions import FUNCTION_DOCS, NAME_DOCS
from cnnaudit.reference.keys import LAYER_DOCS, TOP_LEVEL_DOCS
from cnnaudit.reference.quantities import QUANTITY_DOCS
from cnnaudit.reference.topic import GROUPS, TopicEntry
from cnnaudit.rules.catalogue import catalogue

ENTRIES = topic_entries()
#: What is a topic of its own, by group.
NAMES = {
    "operation": tuple(OPS),
    "attribute": tuple(dict.fromkeys(f.name for kind in OPS.values() for f in kind.fields)),
    "layer-key": (*COMMON, "op", "branches", "merge", "head", "modifiers", "previous"),
    "top-level-key": tuple(TOP_LEVEL),
    "expression": ("expressions", *BUILTIN_NAMES, *FUNCTIONS),
    "quantity": (*(q.name for q in QUANTITIES), "peak_activation_bytes", "training_bytes"),
    "convention": (
        *("padding", "rounding", "counting", "presets", "frameworks", "memory", "signal"),
        *("receptive-field", "budgets", "exit-codes", "baselines", "suppressions", "gates"),
    ),
    "guide": ("checking", "configuration", "operands", "outputs", "adapting", "sweeping", "diff"),
}
#: What a topic describes without being one.
WORDS = (
    *(*ACTIVATIONS, *MERGES, *MODIFIERS, *INITIALISERS, *OPTIMIZERS, *PRECISIONS, *PRESETS),
    *(*FRAMEWORKS, *BACKBONE_KEYS, *ACTIONS, *filter(None, ACTIONS.values())),
    *("in", "lr", "momentum", "weight_decay", "batch_size", "epochs", "loss", "images"),
    *("dataset", "optimizer", "auxiliary", "params", "output", "same", "half", "valid", "ceil"),
)


@pytest.mark.parametrize("group", GROUPS)
def test_everything_is_a_topic(group: str) -> None:
    names = {entry.name for entry in ENTRIES if entry.group == group}
    assert set(NAMES[group]) - names == set()


@pytest.mark.parametrize("word", dict.fromkeys(WORDS))
def test_what_is_no_topic_leads_to_one(word: str) -> None:
    pages = topics_named(word)
    assert pages.topics
    named = any(topic.name == word for topic in pages.topics)
    assert (pages.note is None) == named


def test_every_difference_of_the_frameworks_is_shown() -> None:
    page = next(t for t in topics_named("frameworks").topics if t.name == "frameworks")
    shown = {row.name: row for row in page.attributes}
    for field in Framework._fields[1:]:
        assert shown[field].doc
        assert [name for name, _ in shown[field].frameworks] == list(FRAMEWORKS)


def test_the_tables_describe_what_there_is() -> None:
    assert set(EXAMPLES) == set(OPS)
    assert set(TOP_LEVEL_DOCS) == set(TOP_LEVEL)
    assert set(LAYER_DOCS) == set(COMMON)
    assert set(NAME_DOCS) == set(BUILTIN_NAMES)
    assert set(FUNCTION_DOCS) == set(FUNCTIONS)
    assert {quantity.name for quantity in QUANTITIES} <= set(QUANTITY_DOCS)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.name}-{entry.group}")
def test_a_page_is_complete(entry: TopicEntry) -> None:
    topic = entry.load()
    assert (topic.name, topic.group) == (entry.name, entry.group)
    assert len(topic.summary) > 5
    assert topic.summary.endswith(".")
    assert len(entry.summary) > 5
    for row in topic.attributes:
        assert row.doc, row.name
    for word in topic.see_also:
        assert any(other.name == word for other in ENTRIES), word
        assert word != topic.name or len(topics_named(word).topics) > 1
    texts = (topic.summary, *topic.text, *(row.doc for row in topic.attributes))
    assert not any("TODO" in text or "  " in text.strip() for text in texts if text[:4] != " " * 4)


def test_a_name_stands_once_in_its_group() -> None:
    names = [(entry.group, entry.name) for entry in ENTRIES]
    assert len(names) == len(set(names))


def test_no_topic_has_the_name_of_a_rule() -> None:
    assert {entry.name for entry in ENTRIES} & set(catalogue()) == set()


def test_one_word_may_name_several_topics() -> None:
    assert [topic.group for topic in topics_named("padding").topics] == ["attribute", "convention"]
    assert [topic.group for topic in topics_named("Exit_Codes").topics] == ["convention"]
    assert topics_named("qqq").topics == ()


@pytest.mark.parametrize(
    ("word", "topic"),
    [("kernal", "kernel"), ("dilatoin", "dilation"), ("recept", "receptive_field"), ("Q", None)],
)
def test_the_nearest_topic(word: str, topic: str | None) -> None:
    assert nearest_topic(word) == topic
