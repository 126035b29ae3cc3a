"""Live outputs during one forward pass, and the step at which their total size peaks.

An output is alive from the node that computes it to the last one that reads it; what nothing reads
is the network's result and stays. The input counts until it has been read. Views take no memory of
their own. Auxiliary heads do not run at inference.
"""

from collections.abc import Sequence, Set
from typing import NamedTuple

from cnnaudit.analysis.memory.storage import storages
from cnnaudit.calculator import Audit
from cnnaudit.ops.registry import op_named


class Schedule(NamedTuple):
    """A network as memory sees it; positions are those of the graph's nodes.

    ``steps`` are the nodes that run, inputs left out, in the graph's order. ``homes`` are the
    storages of all nodes, ``sizes`` how many numbers each node allocates (0 for a view),
    ``reads`` the storages that each node reads, ``readers`` the steps that read a storage.
    ``overwrites`` says which nodes may write over an input.
    """

    inputs: tuple[int, ...]
    steps: tuple[int, ...]
    owners: tuple[int, ...]
    sizes: tuple[int, ...]
    sources: tuple[tuple[int, ...], ...]
    reads: tuple[tuple[int, ...], ...]
    readers: dict[int, tuple[int, ...]]
    overwrites: tuple[bool, ...]


class Peak(NamedTuple):
    """The most numbers that are alive at once: how many, at which step, and whose outputs."""

    size: int
    at: int
    live: tuple[int, ...]


def schedule_of(audit: Audit, *, in_place: bool) -> Schedule:
    """The storages of inference on one image, and who reads them."""
    nodes = audit.graph.nodes
    homes = storages(audit, training=False)
    running = [index for index, node in enumerate(nodes) if not node.auxiliary]
    steps = tuple(index for index in running if nodes[index].op != "input")
    reads = tuple([_distinct([homes[source] for source in node.inputs]) for node in nodes])
    readers: dict[int, list[int]] = {homes[index]: [] for index in running}
    for step in steps:
        for home in reads[step]:
            readers[home].append(step)
    return Schedule(
        tuple(index for index in running if nodes[index].op == "input"),
        steps,
        homes,
        tuple(
            row.activation_size if homes[index] == index else 0
            for index, row in enumerate(audit.rows)
        ),
        tuple(node.inputs for node in nodes),
        reads,
        {home: tuple(found) for home, found in readers.items()},
        tuple(in_place and op_named(node.op).in_place for node in nodes),
    )


def _distinct(homes: list[int]) -> tuple[int, ...]:
    return tuple(homes if len(homes) < 2 else dict.fromkeys(homes))


def results(flow: Schedule) -> frozenset[int]:
    """The storages of what the network gives back: outputs that nothing reads, or views of them."""
    read = {source for step in flow.steps for source in flow.sources[step]}
    return frozenset(flow.owners[step] for step in flow.steps if step not in read)


def allocation(flow: Schedule, step: int, dying: Sequence[int]) -> int:
    """What a step allocates beside all that is alive before it; ``dying`` are its last reads."""
    size = flow.sizes[step]
    free = flow.overwrites[step] and any(
        flow.sizes[home] == size and home not in flow.inputs for home in dying
    )
    return 0 if free else size


def walk(flow: Schedule, order: Sequence[int]) -> tuple[Peak, dict[int, int]]:
    """The peak of an order of the steps, and how many numbers are alive in each of them."""
    waiting = {home: len(found) for home, found in flow.readers.items()}
    kept = results(flow)
    now = sum(flow.sizes[index] for index in flow.inputs)
    during: dict[int, int] = dict.fromkeys(flow.inputs, now)
    peak, at, extra_at = now, flow.inputs[-1] if flow.inputs else 0, 0
    last: dict[int, int] = {}
    for step in order:
        dying = []
        for home in flow.reads[step]:
            waiting[home] -= 1
            last[home] = step
            if not waiting[home] and home not in kept:
                dying.append(home)
        extra = allocation(flow, step, dying)
        during[step] = now + extra
        if now + extra > peak:
            peak, at, extra_at = now + extra, step, extra
        now += flow.sizes[step] - sum(flow.sizes[home] for home in dying)
    return Peak(peak, at, _alive(flow, order, at, last, kept, bool(extra_at))), during


def _alive(
    flow: Schedule,
    order: Sequence[int],
    at: int,
    last: dict[int, int],
    kept: Set[int],
    allocates: bool,
) -> tuple[int, ...]:
    """The storages alive while ``at`` runs: made before it, and read by it or later or never."""
    position = {step: turn for turn, step in enumerate(order, start=1)}
    now = position.get(at, 0)
    born = [*flow.inputs, *(step for step in order if flow.sizes[step] and position[step] < now)]
    alive = [home for home in born if home in kept or position.get(last.get(home, -1), 0) >= now]
    return (*alive, at) if allocates else tuple(alive)
