"""The memory of a network in bytes, for a batch size and a precision.

Every number is exact for the graph and its rules. Left out: the workspace of kernels, temporaries
inside an operation, the allocator's rounding and the framework's context; in training also the
gradients of activations and the loss.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cnnaudit.analysis.memory.execution_order import best_order
from cnnaudit.analysis.memory.liveness import Peak, Schedule, schedule_of, walk
from cnnaudit.analysis.memory.precision import PRECISIONS, Precision
from cnnaudit.analysis.memory.saved_tensors import SavedElements, saved_elements
from cnnaudit.analysis.memory.storage import storages
from cnnaudit.analysis.memory.training import (
    TrainingMemory,
    can_train,
    choose_optimizer,
    training_memory,
)
from cnnaudit.calculator import Audit, Row

if TYPE_CHECKING:  # imported only if there is a budget
    from cnnaudit.analysis.memory.max_batch import BatchLimits

LEFT_OUT = ("workspace", "allocator rounding", "framework context")
LEFT_OUT_IN_TRAINING = (*LEFT_OUT, "gradients of activations", "loss")


class MemorySettings(NamedTuple):
    """The conditions that memory is computed for.

    ``optimizer`` None is the file's optimiser, or plain SGD. ``budget`` is the number of bytes that
    a batch should fit into; None asks for no batch limits.
    """

    batch: int = 1
    dtype: str = "fp32"
    in_place: bool = False
    optimizer: str | None = None
    budget: int | None = None


class NodeMemory(NamedTuple):
    """Bytes of one node.

    ``saved`` is what the backward pass needs of it, None if nothing can train; ``live`` is the sum
    of the outputs alive while the node runs, None if it does not run at inference. Both are None
    for an unknown layer.
    """

    weights: int
    activations: int
    saved: int | None
    live: int | None


class LiveOutput(NamedTuple):
    """An output that is alive at the peak: the name of its node, and its bytes."""

    name: str
    bytes: int


class PeakMemory(NamedTuple):
    """The largest sum of outputs alive at once, the node that runs then, and those outputs."""

    bytes: int
    node: str
    live: tuple[LiveOutput, ...]


class Memory(NamedTuple):
    """The memory of a network, in bytes throughout.

    ``weights`` are the parameters, ``statistics`` the running ones that are not among them.
    ``activations`` are the outputs of all nodes; ``features`` those of all but activation functions
    (which overwrite their input) and views, held if no memory is reused. ``best_peak`` is the peak
    in the best order of execution, None if the search for it was given up. ``training`` is None if
    nothing can train, ``batch_limits`` if there is no budget. ``nodes`` is parallel to the graph's
    nodes. ``complete`` is false if there are unknown layers: bytes are lower bounds then, and
    batches upper ones.
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
    """Compute the memory of an audited network."""
    precision, batch = PRECISIONS[settings.dtype], settings.batch
    element_bytes = batch * precision.activation
    schedule = schedule_of(audit, in_place=settings.in_place)
    graph_peak, live_sizes = walk(schedule, schedule.steps)
    peak = _peak(audit, schedule, graph_peak, element_bytes)
    saved = saved_elements(audit) if can_train(audit, precision) else None
    training = None
    if saved is not None:
        optimizer = choose_optimizer(audit.graph.training, settings.optimizer)
        training = training_memory(audit, saved, precision, batch, optimizer)
    weights = audit.totals.params * precision.weight
    statistics = audit.totals.buffers * precision.weight
    limits = None
    if settings.budget is not None:
        from cnnaudit.analysis.memory.max_batch import batch_limits  # noqa: PLC0415  few runs have a budget

        limits = batch_limits(settings.budget, weights + statistics, peak.bytes // batch, training)
    return Memory(
        settings=settings,
        precision=precision,
        weights=weights,
        statistics=statistics,
        activations=audit.totals.activation_size * element_bytes,
        features=_features(audit) * element_bytes,
        peak=peak,
        best_peak=_best_peak(audit, schedule, graph_peak, element_bytes),
        training=training,
        batch_limits=limits,
        complete=audit.complete,
        nodes=_nodes(audit, live_sizes, saved, precision, batch),
    )


def _features(audit: Audit) -> int:
    """Elements of all feature maps of an image, dropout's included as in training."""
    owners = storages(audit, training=True)
    return sum(
        row.activation_size
        for index, row in enumerate(audit.rows)
        if owners[index] == index
        and not row.node.auxiliary
        and row.node.op not in ("input", "activation")
    )


def _peak(audit: Audit, schedule: Schedule, peak: Peak, element_bytes: int) -> PeakMemory:
    """Convert a peak in elements of an image to bytes of a batch, with names of nodes."""
    nodes = audit.graph.nodes
    live = tuple(
        LiveOutput(nodes[index].name, schedule.sizes[index] * element_bytes) for index in peak.live
    )
    return PeakMemory(peak.size * element_bytes, nodes[peak.step].name, live)


def _best_peak(
    audit: Audit, schedule: Schedule, graph_peak: Peak, element_bytes: int
) -> PeakMemory | None:
    """Return the peak in the best order of execution; None if the search was given up."""
    order = best_order(schedule, graph_peak)
    if order is None:
        return None
    peak = graph_peak if order == schedule.steps else walk(schedule, order)[0]
    return _peak(audit, schedule, peak, element_bytes)


def _nodes(
    audit: Audit,
    live_sizes: Mapping[int, int],
    saved: Sequence[SavedElements] | None,
    precision: Precision,
    batch: int,
) -> tuple[NodeMemory, ...]:
    """Return the memory of every node; ``live_sizes`` are elements by the position of a node."""
    element_bytes = batch * precision.activation
    saved_bytes: list[int | None] = [None] * len(audit.rows)
    if saved is not None:
        saved_bytes = [elements.bytes(precision, batch) for elements in saved]

    def node_memory(index: int, row: Row) -> NodeMemory:
        live = live_sizes.get(index)
        return NodeMemory(
            weights=row.params * precision.weight,
            activations=row.activation_size * element_bytes if row.node.op != "input" else 0,
            saved=None if row.unknown else saved_bytes[index],
            live=None if live is None or row.unknown else live * element_bytes,
        )

    return tuple(node_memory(index, row) for index, row in enumerate(audit.rows))
