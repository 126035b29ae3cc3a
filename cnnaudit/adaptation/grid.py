"""Finds the best network of a grid: builds each combination and keeps the largest within bounds."""

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
from cnnaudit.graph.input_override import full_text
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.parsing.ranges import read_range

MAX_POINTS = 10_000


class AdaptAxis(NamedTuple):
    """One varied quantity (``width``, ``input``, ``classes`` or a variable) and its values."""

    name: str
    values: tuple[str, ...]


class BestPoint(NamedTuple):
    """The best point of a grid, as pairs of name and value, and how many points there were.

    ``fitting_count`` points kept all bounds, ``invalid_count`` gave no valid network.
    """

    point: tuple[tuple[str, str], ...]
    options: AdaptOptions
    point_count: int
    fitting_count: int
    invalid_count: int
    bound_results: tuple[BoundResult, ...]


class _Candidate(NamedTuple):
    """A point of the grid that keeps all bounds, and its network."""

    point: tuple[tuple[str, str], ...]
    options: AdaptOptions
    audit: Audit

    @property
    def size(self) -> tuple[int, int]:
        return self.audit.totals.params, self.audit.totals.macs


def read_axis(text: str) -> AdaptAxis:
    """Read ``width=1/4..1:1/4`` (both ends, and the step), ``input=96,128``.

    Raises ``UsageError``.
    """
    name, equals, value_text = text.partition("=")
    if not equals or not name or not value_text:
        raise UsageError(f"--vary {text}: expected a range or a list, such as width=1/4..1:1/4")
    values = dict.fromkeys(itertools.chain.from_iterable(_read_values(name, value_text)))
    if len(values) > MAX_POINTS:
        raise UsageError(f"--vary {name}: more than {MAX_POINTS:,} values")
    return AdaptAxis(name, tuple(values))


def _read_values(name: str, text: str) -> Iterator[Iterable[str]]:
    """The values of each entry of a list: of a range or number, or the shape or word itself."""
    for part in (part.strip() for part in text.split(",")):
        if part.isidentifier() or ("x" in part and ".." not in part):
            yield (part,)
        else:
            yield map(str, read_range(name, part))


def best_point(
    stock: Stock, options: AdaptOptions, bounds: Sequence[Bound], axes: Sequence[AdaptAxis]
) -> BestPoint:
    """Find the point within bounds that has the most parameters, then the most MACs.

    Raises ``UsageError`` if no point keeps the bounds.
    """
    _check_axes(options, axes)
    points = _points(axes)
    candidates: list[_Candidate] = []
    minima: dict[str, int] = {}
    errors: list[AuditError] = []
    for point in points:
        point_options = options
        for name, value in point:
            point_options = _with_value(point_options, name, value, stock.architecture)
        try:
            base = draft(stock, point_options)
            factor = point_options.factor
            network = audit_at(base, factor) if factor else audit(base.graph())
        except AuditError as error:
            errors.append(error)
            continue
        quantities = {bound.quantity: bound.value(network) for bound in bounds}
        minima = {name: min(value, minima.get(name, value)) for name, value in quantities.items()}
        if all(quantities[bound.quantity] <= bound.limit for bound in bounds):
            candidates.append(_Candidate(point, point_options, network))
    if len(errors) == len(points):
        raise errors[0]
    if not candidates:
        ranges = [f"{bound.quantity} from {bound.text(minima[bound.quantity])}" for bound in bounds]
        raise UsageError(
            f"--fit: none of {len(points)} networks fits (they have {', '.join(ranges)})"
        )
    best = max(candidates, key=lambda candidate: candidate.size)
    return BestPoint(
        point=best.point,
        options=best.options,
        point_count=len(points),
        fitting_count=len(candidates),
        invalid_count=len(errors),
        bound_results=tuple(BoundResult(bound, bound.value(best.audit), None) for bound in bounds),
    )


def _points(axes: Sequence[AdaptAxis]) -> list[tuple[tuple[str, str], ...]]:
    """Return the points of a grid as pairs of name and value; raises ``UsageError`` if too many."""
    pairs = ([(axis.name, value) for value in axis.values] for axis in axes)
    points = list(itertools.islice(itertools.product(*pairs), MAX_POINTS + 1))
    if len(points) > MAX_POINTS:
        raise UsageError(f"--vary: more than {MAX_POINTS:,} combinations")
    return points


def _check_axes(options: AdaptOptions, axes: Sequence[AdaptAxis]) -> None:
    """Raise ``UsageError`` for a name that is varied twice, or both fixed and varied."""
    names = [axis.name for axis in axes]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"--vary {name} is given twice")
    is_fixed = {
        "width": options.factor is not None,
        "input": bool(options.inputs),
        "classes": options.classes is not None,
        **{text.partition("=")[0]: True for text in options.variables},
    }
    for name in names:
        if is_fixed.get(name):
            raise UsageError(f"{name} is both fixed and varied by --vary {name}")


def _with_value(options: AdaptOptions, name: str, value: str, stock: Architecture) -> AdaptOptions:
    """Set one value of a point; ``input=96`` is 96x96 with the stock's channels."""
    if name == "width":
        return options._replace(factor=read_fraction("--vary width:", value))
    if name == "input":
        return options._replace(inputs=(full_text(stock, value),))
    if name == "classes":
        if not value.isdigit():
            raise UsageError(f"--vary classes: expected whole numbers, not {value}")
        return options._replace(classes=int(value))
    return options._replace(variables=(*options.variables, f"{name}={value}"))
