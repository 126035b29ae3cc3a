"""Layers by a word: full names, ends of names, patterns, sections."""

import pytest

from cnnaudit.errors import UsageError
from cnnaudit.explanation.lookup import find_layers
from cnnaudit.loading import load

RESNET = load("zoo:resnet-50")
ALEXNET = load("zoo:alexnet")


def names(word: str) -> list[str]:
    return [layer.name for layer in find_layers(RESNET, word)]


def test_a_full_name() -> None:
    assert names("conv4_x.1.residual.conv2") == ["conv4_x.1.residual.conv2"]


def test_the_name_of_a_modifier_means_its_layer() -> None:
    assert names("conv1.batch_norm") == ["conv1"]


def test_the_end_of_one_name() -> None:
    assert names("6.add1") == ["conv4_x.6.add1"]


def test_an_end_that_several_have() -> None:
    with pytest.raises(UsageError, match=r"16 layers called 'residual.conv2'.*and 11 more"):
        names("residual.conv2")


def test_a_section_means_all_its_layers() -> None:
    assert names("conv4_x.2") == [
        *(f"conv4_x.2.residual.conv{n}" for n in (1, 2, 3)),
        "conv4_x.2.add1",
    ]


def test_a_pattern_keeps_within_a_part_of_a_name() -> None:
    assert [layer.name for layer in find_layers(ALEXNET, "conv*")] == [
        f"conv{n}" for n in range(1, 6)
    ]
    assert names("conv1*") == ["conv1"]


def test_a_pattern_that_needs_it_crosses_dots() -> None:
    assert names("*shortcut*") == [f"conv{n}_x.1.shortcut.projection" for n in range(2, 6)]


def test_an_unknown_layer() -> None:
    with pytest.raises(UsageError, match=r"no layer 'conv99'"):
        names("conv99")
    with pytest.raises(UsageError, match=r"did you mean 'pool5'"):
        find_layers(ALEXNET, "pol5")
