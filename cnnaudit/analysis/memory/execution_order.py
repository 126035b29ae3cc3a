"""The order of execution that needs the least memory, found exactly for small networks."""

from cnnaudit.analysis.memory.liveness import Peak, Schedule, allocation

#: A network of more steps is not searched.
MAX_STEPS = 1_500


def best_order(schedule: Schedule, graph_peak: Peak) -> tuple[int, ...] | None:
    """Return an order of the steps with the smallest possible peak.

    ``graph_peak`` is the peak of the graph's own order, which is returned if no other is lower.
    Returns None if the search was given up.
    """
    lower_bound = _lower_bound(schedule)
    if graph_peak.size == lower_bound:
        return schedule.steps
    if len(schedule.steps) > MAX_STEPS:
        return None
    # Loaded here, since most networks reach the lower bound in the order of their file.
    from cnnaudit.analysis.memory.order_search import OrderSearch, SearchLimitError  # noqa: PLC0415

    try:
        return OrderSearch(schedule, lower_bound, graph_peak.size).run()
    except SearchLimitError:
        return None


def _lower_bound(schedule: Schedule) -> int:
    """Return a size that every order needs: the largest of inputs plus allocation of a step."""
    bound = sum(schedule.sizes[index] for index in schedule.inputs)
    for step in schedule.steps:
        storages = schedule.reads[step]
        read = sum([schedule.sizes[storage] for storage in storages])
        bound = max(bound, read + allocation(schedule, step, storages))
    return bound
