"""Other programs' names: shown on the pages of what they mean, and leading there."""

import pytest

from cnnaudit.parsing.other_attributes import ATTRIBUTES
from cnnaudit.parsing.other_keys import TOP_LEVEL_NAMES
from cnnaudit.parsing.other_names import OPERATIONS
from cnnaudit.parsing.other_words import VALUES
from cnnaudit.reference.catalogue import topics_named
from cnnaudit.reference.other_names import (
    attribute_names,
    file_key_names,
    layer_key_names,
    meant_by,
    operation_names,
)
from tests.support import run

NAMES = (
    *(name for row in OPERATIONS for name in row.names),
    *(name for row in ATTRIBUTES for name in row.names),
    *(name for row in TOP_LEVEL_NAMES for name in row.names),
    *(name for table in VALUES for names in table.values() for name in names),
)


def test_every_name_leads_to_a_page() -> None:
    assert [name for name in dict.fromkeys(NAMES) if not topics_named(name).topics] == []


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("Conv2D", "conv"),
        ("nn.Conv2d", "conv"),
        ("fc", "dense"),
        ("GlobalAveragePooling2D", "avg_pool"),
        ("kernel_size", "kernel"),
        ("ceil_mode", "rounding"),
        ("requires_grad", "trainable"),
        ("num_classes", "classes"),
        ("lrelu", "leaky_relu"),
    ],
)
def test_a_word_of_another_program(word: str, meaning: str) -> None:
    assert meaning in meant_by(word)
    result = run("explain", word)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"'{word}' is another program's name: here it is")
    page = "activation" if meaning == "leaky_relu" else meaning
    assert f"\n{page} (" in result.stdout


def test_the_names_stand_on_the_pages() -> None:
    implied = {other.attributes: other.names for other in operation_names("conv")}
    assert "Conv2D" in implied[""]
    assert "Conv1x1" in implied["kernel: 1"]
    assert "kernel_size" in attribute_names("kernel")[0].names
    assert "requires_grad" in layer_key_names("trainable")[0].names
    assert "num_classes" in file_key_names("classes")[0].names
    assert operation_names("nothing") == ()
    for format in ("table", "json", "markdown"):
        page = run("explain", "conv", "-f", format).stdout
        assert "Conv2D" in page
        assert "batch_norm: true, activation: relu" in page
