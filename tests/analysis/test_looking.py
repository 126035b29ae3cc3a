"""What is seen is kept for the next network, and says the same as without.

Operations hold their steps, so that a test which starts anew has sizes of its own.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings

from cnnaudit.analysis import looking
from cnnaudit.analysis.looking import Sights, step_of
from cnnaudit.analysis.receptive_field import (
    all_seen,
    field,
    least_seen,
    lengths,
    receptive_fields,
)
from cnnaudit.graph.nodes import Graph
from tests.analysis.test_receptive_field import network_graphs
from tests.support import audit_text, chain

STORES = ("_STEPS", "_SIGHTS", "_BEHIND")

#: What each node sees: in all, and at least.
Seen: TypeAlias = list[tuple[Sights, Sights]]


def empty(monkeypatch: pytest.MonkeyPatch, most: int | None = None) -> list[Known[Any]]:
    """Stores that know nothing yet, of the sizes that they have or of one size."""
    found = []
    for name in STORES:
        store: Known[Any] = Known(getattr(looking, name).most if most is None else most)
        monkeypatch.setattr(looking, name, store)
        found.append(store)
    return found


@pytest.fixture(autouse=True)
def _own_stores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    empty(monkeypatch)
    yield


def seen(graph: Graph) -> Seen:
    """What each node sees; both ways ask of a network what the other has asked before."""
    least = least_seen(graph)
    found = all_seen(graph)
    assert least_seen(graph, found) == least
    return list(zip(found, least, strict=True))


def alone(graph: Graph, most: int | None = None) -> Seen:
    """What is seen in a network that is the first of all."""
    with pytest.MonkeyPatch.context() as patch:
        empty(patch, most)
        return seen(graph)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(network_graphs())
def test_the_same_is_seen_behind_others_alone_and_where_hardly_any_is_kept(graph: Graph) -> None:
    found = seen(graph)
    assert found == alone(graph)
    assert found == alone(graph, 3)
    assert list(map(repr, found)) == list(map(repr, alone(graph)))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(network_graphs())
def test_a_field_is_the_one_that_a_node_has_by_itself(graph: Graph) -> None:
    rows = zip(graph.nodes, *zip(*seen(graph), strict=True), lengths(graph), strict=True)
    assert receptive_fields(graph) == tuple(field(graph, *row) for row in rows)


def test_networks_that_look_the_same_share_what_they_see() -> None:
    layers = "{conv: 4, kernel: 3}", "{max_pool: 2}", "{conv: 8, kernel: 5, activation: relu}"
    text = chain(*layers, input="37x41x3")
    one = audit_text(text).graph
    other = audit_text(text.replace("conv: 8", "conv: 6")).graph
    pairs = list(zip(all_seen(one), least_seen(other), strict=True))
    assert all(a is b for a, b in pairs)
    assert len({id(a) for a, _ in pairs}) == 4


def test_an_input_of_another_size_or_place_is_another() -> None:
    layer = "{conv: 4, kernel: 3, padding: same}"
    small, large = (
        all_seen(audit_text(chain(layer, input=f"{size}x{size}x3")).graph) for size in (8, 9)
    )
    assert small[0] != large[0]
    assert small[1] != large[1]
    two = audit_text(
        """
        cnnaudit: 1
        input: {left: 8x8x3, right: 8x8x3}
        layers:
          - {name: a, conv: 4, kernel: 3, padding: same, from: left}
          - {name: b, conv: 4, kernel: 3, padding: same, from: right}
        """
    ).graph
    assert [list(sights) for sights in all_seen(two)] == [[0], [1], [0], [1]]


def test_operations_that_look_the_same_are_one_step() -> None:
    text = chain("{conv: 4, kernel: 3}", "{batch_norm: true}", input="43x47x3")
    nodes = audit_text(text).graph.nodes
    assert step_of(nodes[2].operation) is None
    wide = audit_text(text.replace("conv: 4", "conv: 9")).graph.nodes
    assert nodes[1].operation is not wide[1].operation
    assert step_of(nodes[1].operation) is step_of(wide[1].operation)


def test_the_stores_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    stores = empty(monkeypatch, 20)
    graph = audit_text(chain(*["{conv: 4, kernel: 3}"] * 25, input="59x61x3")).graph
    assert len(set(map(id, all_seen(graph)))) == 26
    for store in stores:
        assert 0 < len(store) <= store.size <= 20


def test_a_long_pattern_counts_for_what_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    _, sights, _ = empty(monkeypatch)
    # 97 centres over 96 cells: as many windows until they repeat.
    all_seen(audit_text(chain("{resize: [97, 97]}", input="96x96x1")).graph)
    assert sights.size > 2 * 97


def test_until_paths_part_what_is_seen_at_least_is_not_worked_out_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = audit_text(
        chain(*["{conv: 4, kernel: 3, activation: relu}"] * 5, input="67x71x3")
    ).graph
    found = all_seen(graph)
    empty(monkeypatch)
    assert list(map(id, least_seen(graph, found))) == list(map(id, found))
