"""What a network takes in memory, in bytes, for a batch of images in some precision.

Every number is exact for the graph and its rules. Left out: workspace of the kernels and what an
operation holds inside itself, what the allocator rounds up, the framework's own context; and in
training the gradients of activations while they pass, and the loss.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cnnaudit.analysis.liveness import Flow, Peak, flow, walk
from cnnaudit.analysis.memory.execution_order import best_order
from cnnaudit.analysis.memory.precision import PRECISIONS, Precision
from cnnaudit.analysis.memory.training import (
    SavedElements,
    TrainingMemory,
    can_train,
    choose_optimizer,
    saved_elements,
    training_memory,
)
from cnnaudit.analysis.storages import storages
from cnnaudit.calculator import Audit, Row

if TYPE_CHECKING:  # what fits is worked out where it is asked for
    from cnnaudit.analysis.memory.max_batch import BatchLimits

LEFT_OUT = ("workspace", "allocator rounding", "framework context")
LEFT_OUT_IN_TRAINING = (*LEFT_OUT, "gradients of activations", "loss")


class MemorySettings(NamedTuple):
    """What memory is asked for.

    ``optimizer`` None is the file's, or plain SGD; ``budget`` are bytes into which a batch should
    fit.
    """

    batch: int = 1
    dtype: str = "fp32"
    in_place: bool = False
    optimizer: str | None = None
    budget: int | None = None


class NodeMemory(NamedTuple):
    """Bytes of one node.

    ``saved`` is what the backward pass keeps of it; None where nothing can be trained. ``live`` is
    all that is alive while it runs; None for what does not run at inference. Both are None for a
    layer that nobody knows.
    """

    weights: int
    activations: int
    saved: int | None
    live: int | None


class LiveOutput(NamedTuple):
    """An output that is alive at the peak, by the name of its node, and its bytes."""

    name: str
    bytes: int


class PeakMemory(NamedTuple):
    """The most bytes of outputs alive at once: while ``at`` runs, with everything alive then."""

    bytes: int
    node: str
    live: tuple[LiveOutput, ...]


class Memory(NamedTuple):
    """The memory of a network; bytes throughout.

    ``weights`` are the parameters, ``statistics`` the running ones that are not among them.
    ``activations`` are the outputs of all nodes; ``features`` those of all but activation functions
    (which overwrite their input) and views: what is held if nothing else is reused. ``best`` is the
    peak of the best order, None where the search for it was given up. ``training`` is None where
    nothing can be trained, ``fits`` where no budget is given. ``nodes`` go with the graph's nodes.
    Where layers are unknown, nothing is ``complete``: bytes are lower bounds, batches upper ones.
    """

    settings: MemorySettings
    precision: Precision
    weights: int
    statistics: int
    activations: int
    features: int
    peak: PeakMemory
    best_peak: PeakMemory | None
    training: TrainingMemory | None
    batch_limits: "BatchLimits | None"
    complete: bool
    nodes: tuple[NodeMemory, ...]


DEFAULT_SETTINGS = MemorySettings()


def memory(audit: Audit, settings: MemorySettings = DEFAULT_SETTINGS) -> Memory:
    """The memory of an audited network."""
    precision, batch = PRECISIONS[settings.dtype], settings.batch
    each = batch * precision.activation
    running = flow(audit, in_place=settings.in_place)
    found, during = walk(running, running.steps)
    peak = _peak(audit, running, found, each)
    best, order = None, best_order(running, found)
    if order == running.steps:
        best = peak
    elif order is not None:
        best = _peak(audit, running, walk(running, order)[0], each)
    kept = saved_elements(audit) if can_train(audit, precision) else None
    in_training = None
    if kept is not None:
        chosen = choose_optimizer(audit.graph.training, settings.optimizer)
        in_training = training_memory(audit, kept, precision, batch, chosen)
    weights = audit.totals.params * precision.weight
    statistics = audit.totals.buffers * precision.weight
    within = None
    if settings.budget is not None:
        from cnnaudit.analysis.memory.max_batch import batch_limits  # noqa: PLC0415  most ask for no budget

        per_image = peak.bytes // batch
        within = batch_limits(settings.budget, weights + statistics, per_image, in_training)
    return Memory(
        settings,
        precision,
        weights,
        statistics,
        audit.totals.activation_size * each,
        _features(audit) * each,
        peak,
        best,
        in_training,
        within,
        audit.complete,
        _nodes(audit, during, kept, precision, batch),
    )


def _features(audit: Audit) -> int:
    """Numbers of an image; dropout's output is one of them, as it is in training."""
    homes = storages(audit, training=True)
    return sum(
        row.activation_size
        for index, row in enumerate(audit.rows)
        if homes[index] == index
        and not row.node.auxiliary
        and row.node.kind not in ("input", "activation")
    )


def _peak(audit: Audit, running: Flow, found: Peak, each: int) -> PeakMemory:
    nodes = audit.graph.nodes
    live = tuple(LiveOutput(nodes[index].name, running.sizes[index] * each) for index in found.live)
    return PeakMemory(found.size * each, nodes[found.at].name, live)


def _nodes(
    audit: Audit,
    during: Mapping[int, int],
    kept: Sequence[SavedElements] | None,
    precision: Precision,
    batch: int,
) -> tuple[NodeMemory, ...]:
    each = batch * precision.activation
    held: list[int | None] = [None] * len(audit.rows)
    if kept is not None:
        held = [one.bytes(precision, batch) for one in kept]

    def node(index: int, row: Row, saved_bytes: int | None) -> NodeMemory:
        alive = during.get(index)
        return NodeMemory(
            row.params * precision.weight,
            row.activation_size * each if row.node.kind != "input" else 0,
            None if row.unknown else saved_bytes,
            None if alive is None or row.unknown else alive * each,
        )

    return tuple(
        node(index, row, saved_bytes)
        for index, (row, saved_bytes) in enumerate(zip(audit.rows, held, strict=True))
    )
