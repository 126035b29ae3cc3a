"""A pool over the stock's whole map covers the adapted map too, as a global pool."""

import pytest

import cnnaudit
from cnnaudit.adaptation.options import AdaptOptions, InexpressibleError
from cnnaudit.adaptation.standalone import standalone_text
from tests.adaptation.support import adapt_text
from tests.support import run

NET = """\
    cnnaudit: 1
    input: 8x8x3
    layers:
      - {name: conv, conv: 4, kernel: 1}
      - {name: half, max_pool: 2}
      - {name: pool, avg_pool: 4, stride: 1, dropout: 0.5}
      - flatten
      - {name: fc, dense: 2}
    """


def kernels(text: str, options: AdaptOptions) -> list[object]:
    """Return the kernels of the pools in the adapted network."""
    nodes = adapt_text(text, options).graph.nodes
    return [node.attributes["kernel"] for node in nodes if node.op in ("max_pool", "avg_pool")]


@pytest.mark.parametrize("size", ["6x6x3", "16x16x3", "6x20x3"])
def test_on_another_map_the_pool_is_global(size: str) -> None:
    adapted = adapt_text(NET, AdaptOptions(inputs=(size,)))
    pool = next(node for node in adapted.graph.nodes if node.name == "pool")
    assert pool.attributes == {"kernel": "global", "keep_dims": True}
    assert pool.output_shape == (1, 1, 4)
    assert "{set: pool, to: {kernel: global, stride: null}}" in adapted.patch.text("net.yaml")
    assert [note.partition(":")[0] for note in adapted.notes] == ["pool"]


@pytest.mark.parametrize(
    "options",
    [AdaptOptions(classes=5), AdaptOptions(inputs=("8x8x1",)), AdaptOptions(inputs=("9x9x3",))],
)
def test_on_the_same_map_the_pool_stays(options: AdaptOptions) -> None:
    adapted = adapt_text(NET, options)
    assert kernels(NET, options) == [(2, 2), (4, 4)]
    assert not any("global pool" in note for note in adapted.notes)


def test_a_window_that_does_not_cover_the_map_stays() -> None:
    text = NET.replace("avg_pool: 4, stride: 1", "avg_pool: 3, stride: 1")
    assert kernels(text, AdaptOptions(inputs=("16x16x3",))) == [(2, 2), (3, 3)]


def test_a_window_that_follows_the_input_by_itself_stays() -> None:
    text = NET.replace("input: 8x8x3", "input: [s, s, 3]\n    vars: {s: 8}")
    text = text.replace("avg_pool: 4", "avg_pool: s//2")
    assert kernels(text, AdaptOptions(variables=("s=16",))) == [(2, 2), (8, 8)]
    assert kernels(text, AdaptOptions(inputs=("16x16x3",))) == [(2, 2), "global"]


def test_the_output_keeps_its_positions_whatever_the_defaults_say() -> None:
    text = NET.replace("    layers:", "    defaults: {avg_pool: {keep_dims: false}}\n    layers:")
    adapted = adapt_text(text, AdaptOptions(inputs=("16x16x3",)))
    assert next(n for n in adapted.graph.nodes if n.name == "pool").output_shape == (1, 1, 4)


def test_the_stocks_text_is_edited_in_place() -> None:
    text = str(standalone_text(adapt_text(NET, AdaptOptions(inputs=("16x16x3",)))))
    assert "  - {name: pool, avg_pool: global, dropout: 0.5}\n" in text


def test_one_repetition_alone_cannot_become_global() -> None:
    text = NET.replace("dropout: 0.5", "repeat: 2")
    text = text.replace("8x8x3", "14x14x3").replace("stride: 1", "stride: 1, padding: valid")
    with pytest.raises(InexpressibleError, match="not its other repetitions"):
        adapt_text(text, AdaptOptions(inputs=("16x16x3",)))


@pytest.mark.parametrize("size", ["192x256x3", "256x256x3", "160x160x3"])
def test_googlenet_on_other_inputs(size: str) -> None:
    adapted = cnnaudit.adapt("zoo:googlenet", AdaptOptions(inputs=(size,)))
    shapes = {node.name: node.output_shape for node in adapted.graph.nodes}
    assert shapes["pool5"] == (1, 1, 1024)
    params = cnnaudit.audit(adapted.graph).totals.params
    assert params == cnnaudit.audit(adapted.before).totals.params


def test_adapt_tells_which_pool_becomes_global() -> None:
    result = run("adapt", "zoo:googlenet", "--input", "192x256x3", "-f", "yaml")
    assert result.exit_code == 0
    assert "pool5: its 7×7 window covers the whole map of the stock" in result.stderr
    assert "here over 6 × 8" in result.stderr
