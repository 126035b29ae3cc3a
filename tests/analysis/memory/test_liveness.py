"""Live activations: the peak, what is alive then, and the best order, against all orders."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnaudit.analysis.memory import order_search
from cnnaudit.analysis.memory.execution_order import best_order
from cnnaudit.analysis.memory.liveness import Schedule, schedule_of, walk
from cnnaudit.analysis.memory.memory import MemorySettings, memory
from cnnaudit.calculator import audit
from cnnaudit.loading import load
from tests.support import audit_text, chain


def peak(text: str, *, in_place: bool = False) -> tuple[int, str, dict[str, int]]:
    """The peak of a network in numbers, where it is, and what is alive."""
    found = memory(audit_text(text), MemorySettings(in_place=in_place)).peak
    live = {alive.name: alive.bytes // 4 for alive in found.live}
    assert sum(live.values()) == found.bytes // 4
    return found.bytes // 4, found.node, live


def test_resnet_50_in_place() -> None:
    found = memory(audit(load("zoo:resnet-50")), MemorySettings(in_place=True))
    assert found.peak.bytes == 7_225_344
    assert sorted(alive.bytes // 4 for alive in found.peak.live) == [
        56 * 56 * 64,
        56 * 56 * 256,
        56 * 56 * 256,
    ]
    assert found.best_peak is not None
    assert found.best_peak.bytes == 7_225_344


def test_a_chain_holds_input_and_output_of_a_layer() -> None:
    layers = ["{conv: 8, kernel: 1}", "{conv: 2, kernel: 1}"]
    assert peak(chain(*layers, input="4x4x1")) == (160, "conv2", {"conv1": 128, "conv2": 32})


def test_the_input_counts_until_it_was_read() -> None:
    assert peak(chain("{conv: 1, kernel: 1}", "{conv: 9, kernel: 4}", input="4x4x4"))[2] == {
        "input": 64,
        "conv1": 16,
    }


def test_an_activation_in_place_takes_nothing() -> None:
    text = chain("{name: a, conv: 4, kernel: 1, activation: relu}", input="4x4x1")
    assert peak(text)[0] == 128
    assert peak(text, in_place=True)[0] == 80


def test_what_enters_is_never_overwritten() -> None:
    assert peak(chain("relu", input="4x4x1"), in_place=True)[0] == 32


def test_what_is_read_later_is_not_overwritten() -> None:
    text = """
    cnnaudit: 1
    input: 4x4x1
    layers:
      - {name: a, conv: 4, kernel: 1}
      - branches: {left: [relu], right: []}
        merge: add
    """
    assert peak(text, in_place=True)[0] == 128  # a and its relu; the sum overwrites one of them


def test_views_and_dropout_take_no_memory() -> None:
    assert peak(chain("{conv: 4, kernel: 1}", "flatten", "{dropout: 0.5}", input="4x4x1")) == (
        80,
        "conv1",
        {"input": 16, "conv1": 64},
    )


def test_the_result_stays_and_auxiliary_heads_do_not_run() -> None:
    text = """
    cnnaudit: 1
    input: 4x4x1
    layers:
      - {name: a, conv: 1, kernel: 1}
      - {head: side, layers: [{name: s, conv: 8, kernel: 1}]}
      - {head: aux, auxiliary: true, layers: [{name: x, conv: 100, kernel: 1}]}
      - {name: b, conv: 4, kernel: 1, from: a}
    """
    assert peak(text)[2] == {"a": 16, "side.s": 128, "b": 64}


def test_batch_and_precision_scale_the_peak() -> None:
    network = audit(load("zoo:resnet-18"))
    one = memory(network, MemorySettings(in_place=True))
    eight = memory(network, MemorySettings(batch=8, dtype="fp16", in_place=True))
    assert eight.peak.bytes == 4 * one.peak.bytes
    assert [alive.name for alive in eight.peak.live] == [alive.name for alive in one.peak.live]


def test_another_order_can_need_less() -> None:
    found = memory(audit(load("zoo:xception")), MemorySettings(in_place=True))
    assert found.best_peak is not None
    assert found.best_peak.bytes == 24_931_328 < found.peak.bytes == 27_659_520


def test_a_search_that_would_take_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_search, "MAX_CANDIDATES", 3)
    network = audit(load("zoo:xception"))
    found = schedule_of(network, in_place=True)
    assert best_order(found, walk(found, found.steps)[0]) is None
    assert memory(network, MemorySettings(in_place=True)).best_peak is None


@st.composite
def flows(draw: st.DrawFn) -> Schedule:
    """A small network of random sizes and connections; some nodes are views or in place."""
    count = draw(st.integers(1, 6))
    sources: list[tuple[int, ...]] = [()]
    sizes, homes, overwrites = [draw(st.integers(1, 9))], [0], [False]
    for index in range(1, count + 1):
        read = draw(st.sets(st.integers(0, index - 1), min_size=1, max_size=3))
        sources.append(tuple(sorted(read)))
        view = draw(st.integers(0, 4)) == 0
        homes.append(homes[min(read)] if view else index)
        sizes.append(0 if view else draw(st.integers(1, 9)))
        overwrites.append(not view and draw(st.booleans()))
    reads = tuple(tuple(sorted({homes[source] for source in read})) for read in sources)
    readers: dict[int, list[int]] = {home: [] for home in homes}
    for step in range(1, count + 1):
        for home in reads[step]:
            readers[home].append(step)
    return Schedule(
        (0,),
        tuple(range(1, count + 1)),
        tuple(homes),
        tuple(sizes),
        tuple(sources),
        reads,
        {home: tuple(found) for home, found in readers.items()},
        tuple(overwrites),
    )


def possible(found: Schedule, order: tuple[int, ...]) -> bool:
    return all(
        source == 0 or order.index(source) < turn
        for turn, step in enumerate(order)
        for source in found.sources[step]
    )


@given(flows())
@settings(deadline=None, max_examples=300)
def test_the_best_order_is_the_best_of_all_orders(found: Schedule) -> None:
    order = best_order(found, walk(found, found.steps)[0])
    assert order is not None
    assert sorted(order) == list(found.steps)
    assert possible(found, order)
    every = [o for o in permutations(found.steps) if possible(found, o)]
    assert walk(found, order)[0].size == min(walk(found, o)[0].size for o in every)


@given(flows())
@settings(deadline=None)
def test_what_is_named_at_the_peak_adds_up_to_it(found: Schedule) -> None:
    top, during = walk(found, found.steps)
    assert sum(found.sizes[home] for home in top.live) == top.size == max(during.values())
