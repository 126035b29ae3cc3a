"""Stories: short, and about what matters in a network."""

from pathlib import Path

import pytest

from cnnaudit.calculator import audit
from cnnaudit.explanation.summary import NetworkSummary, ResolutionLoss, summarise_network
from cnnaudit.loading import load
from cnnaudit.render.explain.formats import SummaryExplanation
from cnnaudit.render.explain.to_table import render_summary
from cnnaudit.render.formats import Display
from tests.support import ROOT, audit_text, chain

ZOO = sorted((ROOT / "configs").glob("*/*.yaml"))


def told(name: str) -> NetworkSummary:
    return summarise_network(audit(load(f"zoo:{name}")))


def advised(found: NetworkSummary) -> dict[str, str]:
    """What to look at first, by layer; the first sentence on each."""
    return {advice.layer: advice.text for advice in reversed(found.advice)}


@pytest.mark.parametrize("path", ZOO, ids=lambda path: path.stem)
def test_a_story_is_short(path: Path) -> None:
    network = audit(load(str(path)))
    summary = SummaryExplanation(network, summarise_network(network))
    assert len(render_summary(summary, Display(100)).splitlines()) <= 22


def test_where_the_parameters_and_the_work_sit() -> None:
    found = told("alexnet")
    assert [(p.layer, p.amount) for p in found.heaviest] == [
        ("fc6", 37_752_832),
        ("fc7", 16_781_312),
        ("fc8", 4_097_000),
    ]
    assert found.busiest[0].layer == "conv2"
    assert all(p.of == found.audit.totals.macs for p in found.busiest)


def test_where_resolution_is_lost() -> None:
    assert [loss[:3] for loss in told("alexnet").losses] == [
        ("conv1", (227, 227), (55, 55)),
        ("pool1", (55, 55), (27, 27)),
        ("pool2", (27, 27), (13, 13)),
        ("pool5", (13, 13), (6, 6)),
        ("flatten1", (6, 6), ()),
    ]


def test_the_same_loss_of_parallel_branches_is_told_once() -> None:
    losses = told("resnet-50").losses
    assert len({(loss.before, loss.after) for loss in losses}) == len(losses)


def test_what_is_never_read() -> None:
    (conv1, *_) = told("alexnet-270x480").losses
    assert conv1.unread == "3 rows at the bottom and 1 column at the right"
    assert "never reads 3 rows" in advised(told("alexnet-270x480"))["conv1"]


def test_cells_that_were_added_need_not_be_read() -> None:
    text = chain("{pad: [[0, 1], [0, 1]]}", "{conv: 4, kernel: 2, stride: 2}", input="8x8x3")
    assert [loss.unread for loss in summarise_network(audit_text(text)).losses] == [""]


def test_a_layer_with_most_of_the_parameters() -> None:
    text = advised(told("alexnet-270x480"))["fc6"]
    assert "23,296 inputs × 4,096 units; pool globally" in text
    # Where nothing is convolved, there is nothing to pool.
    assert "pool" not in advised(told("mlp-mnist"))["hidden1"]


def test_a_field_smaller_than_the_input() -> None:
    found = told("alexnet")
    assert found.field_at_end is not None
    assert (found.field_at_end.layer, found.field_at_end.field.size) == ("norm5", (195, 195))
    assert "sees the whole input" in advised(found)["norm5"]
    assert "mixed_7c.concat1" not in advised(told("inception-v3"))


def test_layers_that_see_everything_through_a_side_path_are_not_called_blind() -> None:
    assert told("efficientnet").field_at_end is None


def test_where_nothing_stands_out() -> None:
    found = told("mobilenet-v2")
    assert found.advice == ()
    summary = SummaryExplanation(found.audit, found)
    assert "nothing stands out" in render_summary(summary, Display(100))


def test_a_vector_has_no_resolution() -> None:
    found = summarise_network(audit_text(chain("{dense: 4}", input="8")))
    assert found.losses == ()
    assert found.field_at_end is None


def test_auxiliary_heads_are_no_part_of_it() -> None:
    found = told("googlenet")
    names = [p.layer for p in (*found.heaviest, *found.busiest)] + [
        loss.layer for loss in found.losses
    ]
    assert not [name for name in names if name.startswith("aux")]
    assert isinstance(found.losses[0], ResolutionLoss)
