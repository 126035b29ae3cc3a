"""What one operation does to the distribution of values and to the size of gradients."""

from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from cnnaudit.analysis.signal.activation_functions import activation_function, derivative
from cnnaudit.analysis.signal.distribution import (
    MAX_MEAN_SQUARE,
    Distribution,
    maximum,
    normal,
    transform,
)
from cnnaudit.analysis.signal.initialisers import InitialWeights, initial_weights
from cnnaudit.graph.nodes import Graph, Node
from cnnaudit.layers.kind import Shapes, product
from cnnaudit.layers.table import kind_of

#: What normalisations add to a variance before they divide by it.
_EPSILON = 1e-5


class Propagated(NamedTuple):
    """The distribution of an operation's values, and factors of the gradient's mean square.

    ``back`` has a factor for each input, from the output to there. None where it is not known.
    ``alike``: all units hold the same value, because constant weights do not tell them apart.
    ``shares``: among how many cells each gradient is shared out in equal parts.
    """

    distribution: Distribution | None
    gradient_gains: tuple[float | None, ...]
    is_symmetric: bool = False
    gradient_shares: int = 1

    @property
    def total_gradient_gains(self) -> tuple[float | None, ...]:
        """``back`` with equal parts counted as the whole that the weights before make of them."""
        return tuple(
            None if factor is None else factor * self.gradient_shares
            for factor in self.gradient_gains
        )


class Site(NamedTuple):
    """An operation in its place: its graph, its node, the shapes of its inputs."""

    graph: Graph
    node: Node
    shapes: Shapes

    @property
    def ratio(self) -> float:
        """Output values per value of the first input."""
        return product(self.node.shape) / product(self.shapes[0])


_Single: TypeAlias = Callable[[Site, Distribution, bool], Propagated | None]


def propagate(
    graph: Graph, node: Node, entering: tuple[Distribution | None, ...], alike: bool
) -> Propagated:
    """What ``node`` does to what enters it; unknown where that is, or where its kind is."""
    site = Site(graph, node, node.entering)
    known = [spread for spread in entering if spread is not None]
    found = None
    if len(known) == len(entering):
        single, merge = _SINGLE.get(node.kind), _MERGES.get(node.kind)
        if single is not None:
            found = single(site, known[0], alike)
        elif merge is not None:
            found = merge(site, known)
    return found or Propagated(None, (None,) * len(entering))


# Layers with weights ------------------------------------------------------------------------------


def _weighted(site: Site, entering: Distribution, alike: bool) -> Propagated | None:
    """One kernel: n multiply-accumulates per output, m per input (He et al. 2015, eq. 6 and 13)."""
    node = site.node
    kind = kind_of(node.kind)
    macs = kind.work(site.shapes, node.attributes, node.shape).macs
    drawn = _draws(site)
    if drawn is None:
        return None
    here = drawn[0]
    bias = here.bias_variance if node.attributes["bias"] else 0.0
    terms, readers = macs / product(node.shape), macs / product(site.shapes[0])
    return _summed(entering, alike, here._replace(bias=bias), terms, readers)


def _separable(site: Site, entering: Distribution, alike: bool) -> Propagated | None:
    """A depthwise kernel, then one across channels; the bias belongs to the second."""
    drawn = _draws(site)
    if drawn is None:
        return None
    first, second = drawn
    attributes = site.node.attributes
    window, channels = product(attributes["kernel"]), site.shapes[0][-1]
    positions = product(site.node.shape[:-1]) / product(site.shapes[0][:-1])
    multiplier, filters = attributes["multiplier"], attributes["filters"]
    readers = positions * window * multiplier
    between = _summed(entering, alike, first._replace(bias=0.0), window, readers)
    assert between.distribution is not None
    bias = second.bias_variance if attributes["bias"] else 0.0
    after = _summed(
        between.distribution,
        between.is_symmetric,
        second._replace(bias=bias),
        channels * multiplier,
        filters,
    )
    factors = [part.gradient_gains[0] or 0.0 for part in (between, after)]
    return after._replace(back=(factors[0] * factors[1],))


def _draws(site: Site) -> list[InitialWeights] | None:
    """How the kernels of a node start: those of the node it shares them with, if it does."""
    owner = site.node if site.node.shared is None else site.graph.nodes[site.node.shared]
    kernels = [
        weight
        for weight in kind_of(site.node.kind).weights(site.shapes, site.node.attributes)
        if weight.name.endswith("kernel")
    ]
    drawn = [
        initial_weights(
            owner.init,
            kernel.shape,
            site.graph.framework,
            depthwise=kernel.name == "depthwise_kernel",
        )
        for kernel in kernels
    ]
    found = [each for each in drawn if each is not None]
    return found if len(found) == len(drawn) else None


def _summed(
    entering: Distribution, alike: bool, drawn: InitialWeights, terms: float, readers: float
) -> Propagated:
    """Sums of ``terms`` products; equal weights add the values up, and keep all sums the same."""
    if drawn.mean == 0:
        variance = terms * drawn.variance * entering.mean_square + drawn.bias_variance
        back = readers * drawn.variance
        dead = drawn.variance == 0
        return Propagated(
            normal(0, variance), (back,), is_symmetric=dead and not drawn.bias_variance
        )
    weight = drawn.mean
    together = terms if alike else 1.0
    variance = min(weight**2 * terms * together * entering.variance, MAX_MEAN_SQUARE)
    spread = normal(weight * terms * entering.mean, variance)
    return Propagated(spread, (weight**2 * readers,), is_symmetric=True)


# Operations on each element, on windows and on places ---------------------------------------------


def _activation(site: Site, entering: Distribution, alike: bool) -> Propagated | None:
    """E[f(x)²] forward and E[f'(x)²] backward: 1/2 each for a ReLU (He et al. 2015)."""
    attributes = site.node.attributes
    alpha = attributes.get("alpha")
    of = activation_function(
        attributes["function"], None if alpha is None else float(alpha), site.graph.framework
    )
    if of is None:
        return None
    steep = entering.expectation(lambda x: derivative(of, x) ** 2)
    return Propagated(transform(entering, of), (steep,), alike)


def _normalised(_site: Site, entering: Distribution, _alike: bool) -> Propagated:
    """(x − mean) / deviation, and gradients divided by the deviation (Ioffe & Szegedy 2015)."""
    scale = entering.variance + _EPSILON
    return Propagated(normal(0, entering.variance / scale), (1 / scale,))


#: Constants of local response normalisation where none are written: Krizhevsky et al. 2012,
#: section 3.3.
_LRN = {"k": 2.0, "alpha": 1e-4, "beta": 0.75}


def _lrn(site: Site, entering: Distribution, alike: bool) -> Propagated:
    """Divided by (k + α·Σx²)^β, with the sum over ``size`` channels at its expectation."""
    written = site.node.attributes
    k, alpha, beta = (
        float(standard if written[name] is None else written[name])
        for name, standard in _LRN.items()
    )
    factor = (k + alpha * written["size"] * entering.mean_square) ** -beta
    return _times(factor, entering, alike)


def _times(factor: float, entering: Distribution, alike: bool) -> Propagated:
    return Propagated(transform(entering, lambda x: factor * x), (factor**2,), alike)


def _scale(site: Site, entering: Distribution, alike: bool) -> Propagated:
    return _times(float(site.node.attributes["init"]), entering, alike)


def _cells(site: Site) -> int:
    """Cells of a pool's window; on average, where they differ."""
    kernel = site.node.attributes.get("kernel", "adaptive")
    if isinstance(kernel, str):
        return max(round(1 / site.ratio), 1)
    return product(kernel)


def _max_pool(site: Site, entering: Distribution, alike: bool) -> Propagated:
    """The largest of independent values; each output sends its gradient to one cell."""
    return Propagated(maximum(entering, _cells(site)), (site.ratio,), alike)


def _avg_pool(site: Site, entering: Distribution, alike: bool) -> Propagated:
    """The mean of independent values; each output sends a part of its gradient to every cell."""
    cells = _cells(site)
    spread = normal(entering.mean, entering.variance / cells)
    return Propagated(spread, (site.ratio / cells,), alike, gradient_shares=cells)


def _adaptive_pool(site: Site, entering: Distribution, alike: bool) -> Propagated:
    pool = _max_pool if site.node.attributes["mode"] == "max" else _avg_pool
    return pool(site, entering, alike)


def _kept(_site: Site, entering: Distribution, alike: bool) -> Propagated:
    return Propagated(entering, (1.0,), alike)


def _part(site: Site, entering: Distribution, alike: bool) -> Propagated:
    """Values in another number: a gradient on average goes to as many as there are copies."""
    return Propagated(entering, (site.ratio,), alike)


_SINGLE: dict[str, _Single] = {
    **dict.fromkeys(("conv", "depthwise_conv", "conv_transpose", "dense"), _weighted),
    "separable_conv": _separable,
    "activation": _activation,
    **dict.fromkeys(("batch_norm", "layer_norm", "group_norm"), _normalised),
    "lrn": _lrn,
    "scale": _scale,
    "max_pool": _max_pool,
    "avg_pool": _avg_pool,
    "adaptive_pool": _adaptive_pool,
    **dict.fromkeys(
        ("dropout", "flatten", "reshape", "permute", "channel_shuffle", "pad", "identity"), _kept
    ),
    **dict.fromkeys(("crop", "slice", "upsample", "resize"), _part),
}


# Merges -------------------------------------------------------------------------------------------


def _add(_site: Site, entering: list[Distribution]) -> Propagated:
    """Means add up, and variances, since branches are independent; gradients go to each."""
    mean = sum(spread.mean for spread in entering)
    variance = min(sum(spread.variance for spread in entering), MAX_MEAN_SQUARE)
    return Propagated(normal(mean, variance), (1.0,) * len(entering))


def _multiply(site: Site, entering: list[Distribution]) -> Propagated:
    """Mean squares multiply; the gradient of each is multiplied by the others.

    A branch that is repeated gets the gradients of all its copies.
    """
    mean = square = 1.0
    for spread in entering:
        mean, square = mean * spread.mean, min(square * spread.mean_square, MAX_MEAN_SQUARE)
    squares = [spread.mean_square for spread in entering]
    before = accumulate(squares[:-1], _bounded, initial=1.0)
    behind = list(accumulate(reversed(squares[1:]), _bounded, initial=1.0))
    back = []
    for shape, one, other in zip(site.shapes, before, reversed(behind), strict=True):
        copies = product(site.node.shape) / product(shape)
        back.append(_bounded(copies, _bounded(one, other)))
    return Propagated(normal(mean, max(square - mean**2, 0.0)), tuple(back))


def _bounded(a: float, b: float) -> float:
    return min(a * b, MAX_MEAN_SQUARE)


def _concat(site: Site, entering: list[Distribution]) -> Propagated:
    """A mixture: mean and mean square are those of the parts, weighted by their sizes."""
    sizes = [product(shape) for shape in site.shapes]
    whole = sum(sizes)
    parts = list(zip(sizes, entering, strict=True))
    mean = sum(size / whole * spread.mean for size, spread in parts)
    square = sum(size / whole * spread.mean_square for size, spread in parts)
    return Propagated(normal(mean, max(square - mean**2, 0.0)), (1.0,) * len(entering))


_MERGES: dict[str, Callable[[Site, list[Distribution]], Propagated]] = {
    "add": _add,
    "multiply": _multiply,
    "concat": _concat,
}
