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
    """The allocations and reads of one forward pass; nodes and storages are indices of nodes.

    ``steps`` are the nodes that run, inputs left out, in the graph's order. ``owners`` are the
    storages of all nodes, ``sizes`` the elements that each node allocates (0 for a view),
    ``reads`` the storages that each node reads, ``readers`` the steps that read a storage.
    ``overwrites`` is true for nodes that may write over an input.
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
    """The largest number of elements alive at once, the step it is reached at, and their nodes."""

    size: int
    step: int
    live: tuple[int, ...]


def schedule_of(audit: Audit, *, in_place: bool) -> Schedule:
    """Return the schedule of inference on one image."""
    nodes = audit.graph.nodes
    owners = storages(audit, training=False)
    run_nodes = [index for index, node in enumerate(nodes) if not node.auxiliary]
    steps = tuple(index for index in run_nodes if nodes[index].op != "input")
    reads = tuple(tuple({owners[source]: None for source in node.inputs}) for node in nodes)
    readers: dict[int, list[int]] = {owners[index]: [] for index in run_nodes}
    for step in steps:
        for storage in reads[step]:
            readers[storage].append(step)
    return Schedule(
        tuple(index for index in run_nodes if nodes[index].op == "input"),
        steps,
        owners,
        tuple(
            row.activation_size if owners[index] == index else 0
            for index, row in enumerate(audit.rows)
        ),
        tuple(node.inputs for node in nodes),
        reads,
        {storage: tuple(reading) for storage, reading in readers.items()},
        tuple(in_place and op_named(node.op).in_place for node in nodes),
    )


def result_storages(schedule: Schedule) -> frozenset[int]:
    """Return the storages of the network's outputs: those of nodes that no step reads."""
    read = {source for step in schedule.steps for source in schedule.sources[step]}
    return frozenset(schedule.owners[step] for step in schedule.steps if step not in read)


def allocation(schedule: Schedule, step: int, last_reads: Sequence[int]) -> int:
    """Return the elements that a step allocates; ``last_reads`` are the storages it frees."""
    size = schedule.sizes[step]
    is_in_place = schedule.overwrites[step] and any(
        schedule.sizes[storage] == size and storage not in schedule.inputs for storage in last_reads
    )
    return 0 if is_in_place else size


def walk(schedule: Schedule, order: Sequence[int]) -> tuple[Peak, dict[int, int]]:
    """Return the peak of an order of the steps, and the elements alive during each of them."""
    unread = {storage: len(steps) for storage, steps in schedule.readers.items()}
    permanent = result_storages(schedule)
    live_size = sum(schedule.sizes[index] for index in schedule.inputs)
    live_sizes: dict[int, int] = dict.fromkeys(schedule.inputs, live_size)
    peak, peak_step = live_size, schedule.inputs[-1] if schedule.inputs else 0
    allocates_at_peak = False
    last_reader: dict[int, int] = {}
    for step in order:
        last_reads = []
        for storage in schedule.reads[step]:
            unread[storage] -= 1
            last_reader[storage] = step
            if not unread[storage] and storage not in permanent:
                last_reads.append(storage)
        allocated = allocation(schedule, step, last_reads)
        live_sizes[step] = live_size + allocated
        if live_size + allocated > peak:
            peak, peak_step, allocates_at_peak = live_size + allocated, step, allocated > 0
        live_size += schedule.sizes[step] - sum(schedule.sizes[storage] for storage in last_reads)
    live = _live_before(schedule, order, peak_step, last_reader, permanent)
    return Peak(peak, peak_step, (*live, peak_step) if allocates_at_peak else live), live_sizes


def _live_before(
    schedule: Schedule,
    order: Sequence[int],
    step: int,
    last_reader: dict[int, int],
    permanent: Set[int],
) -> tuple[int, ...]:
    """Return the storages allocated before ``step`` and read by it, later, or never."""
    position = {other: index for index, other in enumerate(order, start=1)}
    end = position.get(step, 0)
    executed = order[: max(end - 1, 0)]
    allocated = [*schedule.inputs, *(other for other in executed if schedule.sizes[other])]
    return tuple(
        storage
        for storage in allocated
        if storage in permanent or position.get(last_reader.get(storage, -1), 0) >= end
    )
