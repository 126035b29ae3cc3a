"""The build order of the layers of one list: each layer after those it reads."""

from collections.abc import Sequence
from typing import NamedTuple

from cnnaudit.errors import Diagnostics
from cnnaudit.parsing.layer_list import LayerSpec


class ListPlan(NamedTuple):
    """A list of layers: the one before each in the main line, and the order to build them in.

    ``forks`` counts its branches; ``names`` are what its layers may read, branches' ends included;
    ``last`` is the name of the layer at the end of its main line.
    """

    before: Sequence[str | None]
    order: Sequence[int]
    forks: int
    names: Sequence[str]
    last: str | None


def plan_list(items: Sequence[LayerSpec], diagnostics: Diagnostics) -> ListPlan:
    """How the layers of a list are built, whatever enters it."""
    names, ends = list[str](), list[str]()
    before: list[str | None] = []
    last, forks = None, 0
    for item in items:
        before.append(last)
        names.append(item.name)
        if item.op_name != "head":
            last = item.name
        if item.op_name == "branches":
            forks += 1
            ends += branch_names(item)
    return ListPlan(before, build_order(items, diagnostics), forks, (*names, *ends), last)


def build_order(items: Sequence[LayerSpec], diagnostics: Diagnostics) -> list[int]:
    """Positions of ``items``, written order kept wherever the references allow it.

    Layers on a circle are reported at their line and left out, with everything that needs them.
    """
    if all(item.sources is None and item.share is None for item in items):
        return list(range(len(items)))
    needs = _needs(items)
    if all(need < index for index, wanted in enumerate(needs) for need in wanted):
        return list(range(len(items)))
    order: list[int] = []
    state = ["new"] * len(items)
    for start in range(len(items)):
        _visit(start, items, needs, state, order, diagnostics)
    return order


def previous(items: Sequence[LayerSpec]) -> list[int | None]:
    """For every item the one before it in the main line; heads stand beside the line."""
    before: list[int | None] = []
    last = None
    for index, item in enumerate(items):
        before.append(last)
        if item.op_name != "head":
            last = index
    return before


def branch_names(item: LayerSpec) -> tuple[str, ...]:
    """The names under which the ends of an item's branches can be read: ``res.main``."""
    return tuple(f"{item.name}.{branch.name}" for branch in item.branches)


def _needs(items: Sequence[LayerSpec]) -> list[list[int]]:
    position = {item.name: index for index, item in enumerate(items)}
    for index, item in enumerate(items):
        for branch in branch_names(item) if item.branches else ():
            position.setdefault(branch, index)
    needs = []
    for index, (item, before) in enumerate(zip(items, previous(items), strict=True)):
        if item.sources is None:
            wanted = [] if before is None else [before]
        else:
            wanted = [position[r.name] for r in item.sources if r.name in position]
        if item.share is not None and position.get(item.share.name, index) != index:
            wanted.append(position[item.share.name])
        needs.append(wanted)
    return needs


def _visit(
    start: int,
    items: Sequence[LayerSpec],
    needs: list[list[int]],
    state: list[str],
    order: list[int],
    diagnostics: Diagnostics,
) -> None:
    """Depth first without recursion: a list may hold a hundred thousand layers."""
    path: list[tuple[int, int]] = [(start, 0)] if state[start] == "new" else []
    if path:
        state[start] = "open"
    while path:
        index, position = path.pop()
        if position < len(needs[index]):
            path.append((index, position + 1))
            need = needs[index][position]
            if state[need] == "new":
                state[need] = "open"
                path.append((need, 0))
            elif state[need] == "open":
                circle = [i for i, _ in path]
                circle = circle[circle.index(need) :]
                names = " → ".join(items[i].name for i in (*reversed(circle), circle[-1]))
                first = items[min(circle)]
                message = f"these layers need each other in a circle: {names}"
                diagnostics.error("cyclic-layers", message, first.span)
                for i in circle:
                    state[i] = "cyclic"
            elif state[need] == "cyclic":
                state[index] = "cyclic"
        elif state[index] == "open":
            state[index] = "done"
            order.append(index)
