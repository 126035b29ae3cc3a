"""What is seen through layers, of one network and of several that look the same."""

from typing import TypeAlias

from hypothesis import HealthCheck, given, settings

from cnnaudit.analysis.receptive_field import (
    all_path_intervals,
    narrowest_path_intervals,
    path_lengths,
    receptive_field,
    receptive_fields,
)
from cnnaudit.analysis.visibility import Intervals, windows_of_node
from cnnaudit.graph.graph import Graph
from tests.analysis.test_receptive_field import network_graphs
from tests.support import audit_text, chain

#: What each node sees: in all, and at least.
Seen: TypeAlias = list[tuple[Intervals, Intervals]]


def seen(graph: Graph) -> Seen:
    """What each node sees; both ways ask of a network what the other has asked before."""
    least = narrowest_path_intervals(graph)
    found = all_path_intervals(graph)
    assert narrowest_path_intervals(graph, found) == least
    return list(zip(found, least, strict=True))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(network_graphs())
def test_a_field_is_the_one_that_a_node_has_by_itself(graph: Graph) -> None:
    rows = zip(graph.nodes, *zip(*seen(graph), strict=True), path_lengths(graph), strict=True)
    assert receptive_fields(graph) == tuple(receptive_field(graph, *row) for row in rows)


def test_networks_that_look_the_same_see_the_same() -> None:
    layers = "{conv: 4, kernel: 3}", "{max_pool: 2}", "{conv: 8, kernel: 5, activation: relu}"
    text = chain(*layers, input="37x41x3")
    one = audit_text(text).graph
    other = audit_text(text.replace("conv: 8", "conv: 6")).graph
    assert seen(one) == seen(other)


def test_an_input_of_another_size_or_place_is_another() -> None:
    layer = "{conv: 4, kernel: 3, padding: same}"
    small, large = (
        all_path_intervals(audit_text(chain(layer, input=f"{size}x{size}x3")).graph)
        for size in (8, 9)
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
    assert [list(sights) for sights in all_path_intervals(two)] == [[0], [1], [0], [1]]


def test_what_works_on_each_position_takes_no_step() -> None:
    text = chain("{conv: 4, kernel: 3}", "{batch_norm: true}", "{conv: 4, kernel: 1}")
    _, wide, normalised, pointwise = map(windows_of_node, audit_text(text).graph.nodes)
    assert wide is not None
    assert normalised is pointwise is None


def test_until_paths_part_least_is_what_is_seen_in_all() -> None:
    layers = ["{conv: 4, kernel: 3, activation: relu}"] * 5
    graph = audit_text(chain(*layers, input="67x71x3")).graph
    found = all_path_intervals(graph)
    assert all(a is b for a, b in zip(narrowest_path_intervals(graph, found), found, strict=True))
