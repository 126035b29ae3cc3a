"""What an item says counts, and not where it stands."""

import pytest

from cnnaudit.errors import Source
from cnnaudit.graph.meaning import Meaning, meaning_of, world_of
from cnnaudit.parsing.load import load
from cnnaudit.sources.files import FileResolver, SourceFile
from tests.support import ROOT

BLOCKS = (
    "vars: {w: 4}\nblocks:\n"
    "  one: {params: [n, k: w], layers: [{conv: n, kernel: k, dropout: 1/(n + w)}]}\n"
    "  two: {layers: [{one: 4}, {one: w}]}\n"
)


def meaning(item: str, blocks: str = BLOCKS, more: str = "") -> Meaning | None:
    """The meaning of the only layer of a file."""
    text = f"{more}cnnaudit: 1\ninput: 8x8x4\n{blocks}layers:\n  - {item}\n"
    document = load(SourceFile(Source("net.yaml", text), FileResolver(ROOT, ROOT)))
    return meaning_of(document.layers[0], world_of(document, "keras"))


def what(item: str, blocks: str = BLOCKS, more: str = "") -> object:
    found = meaning(item, blocks, more)
    assert found is not None
    return found.what


@pytest.mark.parametrize("item", ["{two: true}", "{conv: 4, kernel: [1, 3], repeat: w}"])
def test_places_do_not_count(item: str) -> None:
    assert what(item) is what(item, more="# a remark\n\n")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{conv: 4, kernel: 1}", "{conv: 4, kernel: 3}"),
        ("{conv: 4, kernel: 1}", "{conv: 4, kernel: 1, name: c}"),
        ("{conv: 4, kernel: 1, groups: 1}", "{conv: 4, kernel: 1, bias: true}"),
        ("{one: [4, 1]}", "{one: [4, true]}"),
        ("{one: [4, w if w > 1 else 1]}", "{one: [4, w if w > 1 else true]}"),
        ("{two: true, repeat: 2}", "{two: true, repeat: 3}"),
    ],
)
def test_what_is_said_counts(one: str, other: str) -> None:
    assert what(one) is not what(other)


def test_a_block_says_what_the_blocks_in_it_say() -> None:
    assert what("{two: true}") is not what("{two: true}", BLOCKS.replace("conv: n", "conv: n + 1"))
    assert what("{conv: 4, kernel: 1}") is what(
        "{conv: 4, kernel: 1}", BLOCKS.replace("conv: n", "conv: n + 1")
    )


def test_names_are_those_around_an_item() -> None:
    """A block's parameters are its own, a default may mean what is around the block."""
    for item, names in (("{one: 4}", ("w",)), ("{two: true, repeat: w}", ("w",))):
        found = meaning(item)
        assert found is not None
        assert found.names == names
    found = meaning("{conv: in_channels, kernel: 1}")
    assert found is not None
    assert found.names == ()


def test_a_block_that_uses_itself_has_no_meaning() -> None:
    blocks = "blocks: {a: {params: [n], layers: [{a: n - 1, when: n > 0}]}}\n"
    assert meaning("{a: 2}", blocks) is None
