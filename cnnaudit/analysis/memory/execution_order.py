"""The order of execution that needs the least memory, found exactly for small networks."""

from cnnaudit.analysis.memory.liveness import Peak, Schedule, allocation

#: A network of more steps is not searched.
MAX_STEPS = 1_500


def best_order(flow: Schedule, graph_peak: Peak) -> tuple[int, ...] | None:
    """Return an order of the steps with the smallest possible peak.

    ``graph_peak`` is the peak of the graph's own order, which is returned if no other is lower.
    Returns None if the search was given up.
    """
    lower_bound = _lower_bound(flow)
    if graph_peak.size == lower_bound:
        return flow.steps
    if len(flow.steps) > MAX_STEPS:
        return None
    # Loaded here, since most networks reach the lower bound in the order of their file.
    from cnnaudit.analysis.memory.order_search import OrderSearch, SearchLimitError  # noqa: PLC0415

    try:
        return OrderSearch(flow, lower_bound, graph_peak.size).run()
    except SearchLimitError:
        return None


def _lower_bound(flow: Schedule) -> int:
    """Return a size that every order needs: the largest of inputs plus allocation of a step."""
    bound = sum(flow.sizes[index] for index in flow.inputs)
    for step in flow.steps:
        storages = flow.reads[step]
        read = sum([flow.sizes[storage] for storage in storages])
        bound = max(bound, read + allocation(flow, step, storages))
    return bound
