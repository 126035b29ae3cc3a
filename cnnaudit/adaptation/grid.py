"""The best network of a stated grid: every combination is built, and the bounds decide."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from cnnaudit.adaptation.adapting import draft
from cnnaudit.adaptation.bounds import Bound
from cnnaudit.adaptation.fit import BoundResult, audit_at
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.rounding import read_fraction
from cnnaudit.adaptation.stock import Stock
from cnnaudit.calculator import Audit, audit
from cnnaudit.errors import AuditError, UsageError
from cnnaudit.graph.build import build
from cnnaudit.ranges import read_range

MAX_POINTS = 10_000


class AdaptAxis(NamedTuple):
    """What is varied, ``width``, ``input``, ``classes`` or a variable, and over which values."""

    name: str
    values: tuple[str, ...]


class BestPoint(NamedTuple):
    """The best point of a grid: what it sets, and how many points there were.

    ``fitting`` kept all bounds, ``invalid`` are no networks.
    """

    point: tuple[tuple[str, str], ...]
    options: AdaptOptions
    point_count: int
    fitting_count: int
    invalid_count: int
    bound_results: tuple[BoundResult, ...]


def read_axis(text: str) -> AdaptAxis:
    """``width=1/4..1:1/4`` (both ends, and the step), ``input=96,128``; raises ``UsageError``."""
    name, equals, values = text.partition("=")
    if not equals or not name or not values:
        raise UsageError(f"--vary {text}: expected a range or a list, such as width=1/4..1:1/4")
    found = dict.fromkeys(itertools.chain.from_iterable(_values(name, values)))
    if len(found) > MAX_POINTS:
        raise UsageError(f"--vary {name}: more than {MAX_POINTS:,} values")
    return AdaptAxis(name, tuple(found))


def _values(name: str, text: str) -> Iterator[Iterable[str]]:
    """What each part of a list stands for: a range, a number, a shape or a word as it is."""
    for part in (part.strip() for part in text.split(",")):
        if part.isidentifier() or ("x" in part and ".." not in part):
            yield (part,)
        else:
            yield map(str, read_range(name, part))


def best_point(
    stock: Stock, recipe: AdaptOptions, bounds: Sequence[Bound], axes: Sequence[AdaptAxis]
) -> BestPoint:
    """The point of the grid with the most parameters, then the most MACs, that keeps the bounds.

    Raises ``UsageError`` where none does.
    """
    _check(recipe, axes)
    points = list(itertools.islice(itertools.product(*(axis.values for axis in axes)), 10**6))
    if len(points) > MAX_POINTS:
        raise UsageError(f"--vary: more than {MAX_POINTS:,} combinations")
    channels = [node.shape[-1] for node in build(stock.architecture).inputs]
    found: list[tuple[tuple[int, int], Audit, AdaptOptions, tuple[tuple[str, str], ...]]] = []
    least: dict[str, int] = {}
    failures: list[AuditError] = []
    for values in points:
        point = tuple(zip((axis.name for axis in axes), values, strict=True))
        here = recipe
        for name, value in point:
            here = _set(here, name, value, channels)
        try:
            base = draft(stock, here)
            network = audit_at(base, here.factor) if here.factor else audit(base.graph())
        except AuditError as error:
            failures.append(error)
            continue
        had = {bound.quantity: bound.value(network) for bound in bounds}
        least = {name: min(value, least.get(name, value)) for name, value in had.items()}
        if all(had[bound.quantity] <= bound.limit for bound in bounds):
            found.append(((network.totals.params, network.totals.macs), network, here, point))
    if len(failures) == len(points):
        raise failures[0]
    if not found:
        said = [f"{b.quantity} from {b.text(least[b.quantity])}" for b in bounds]
        raise UsageError(
            f"--fit: none of {len(points)} networks fits (they have {', '.join(said)})"
        )
    _, network, chosen, point = max(found, key=lambda entry: entry[0])
    kept = tuple(BoundResult(bound, bound.value(network), None) for bound in bounds)
    return BestPoint(point, chosen, len(points), len(found), len(failures), kept)


def _check(recipe: AdaptOptions, axes: Sequence[AdaptAxis]) -> None:
    names = [axis.name for axis in axes]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"--vary {name} is given twice")
    fixed = {
        "width": recipe.factor is not None,
        "input": bool(recipe.inputs),
        "classes": recipe.classes is not None,
        **{text.partition("=")[0]: True for text in recipe.variables},
    }
    for name in names:
        if fixed.get(name):
            raise UsageError(f"{name} is both fixed and varied by --vary {name}")


def _set(recipe: AdaptOptions, name: str, value: str, channels: Sequence[int]) -> AdaptOptions:
    """The recipe with one value of the grid; ``input=96`` is 96x96 with the stock's channels."""
    if name == "width":
        return recipe._replace(factor=read_fraction("--vary width:", value))
    if name == "input":
        size = f"{value}x{value}x{channels[0]}" if value.isdigit() else value
        return recipe._replace(inputs=(size,))
    if name == "classes":
        if not value.isdigit():
            raise UsageError(f"--vary classes: expected whole numbers, not {value}")
        return recipe._replace(classes=int(value))
    return recipe._replace(variables=(*recipe.variables, f"{name}={value}"))
