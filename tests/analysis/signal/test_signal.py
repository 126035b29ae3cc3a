"""Predicted signals against random networks that NumPy runs, and against theory."""

from collections.abc import Callable, Iterator
from math import pi, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnaudit.analysis.signal.activation_functions import activation_function, derivative
from cnnaudit.analysis.signal.distribution import maximum, normal, transform
from cnnaudit.analysis.signal.signal import Signal, SignalSummary, signals, summarise
from cnnaudit.graph.graph import Graph, Initialiser, Node
from cnnaudit.loading import load
from cnnaudit.ops.activation import FUNCTIONS
from tests.support import audit_text, chain

Array = NDArray[np.float64]


def predicted(graph: Graph) -> dict[str, Signal]:
    return dict(zip((node.name for node in graph.nodes), signals(graph), strict=True))


def graph_of(*layers: str, input: str, more: str = "") -> Graph:
    return audit_text(chain(*layers, input=input, more=more)).graph


def ends(graph: Graph) -> SignalSummary:
    result = summarise(graph, signals(graph))
    assert result is not None
    return result


# A simulation -------------------------------------------------------------------------------------


def draw(rng: np.random.Generator, init: Initialiser | None, shape: tuple[int, ...]) -> Array:
    """Weights as a framework draws them; the default is Keras's Glorot uniform."""
    fan_in = int(np.prod(shape[:-1]))
    fan_out = int(np.prod(shape[:-2])) * shape[-1]
    name = init.name if init else "glorot_uniform"
    scale = float(init.scale) if init and init.scale is not None else 1.0
    bounds = {
        "glorot_uniform": sqrt(6 / (fan_in + fan_out)),
        "he_uniform": sqrt(6 / fan_in),
        "uniform": scale,
    }
    deviations = {
        "he": sqrt(2 / fan_in),
        "lecun": sqrt(1 / fan_in),
        "xavier": sqrt(2 / (fan_in + fan_out)),
        "normal": scale,
    }
    if name in bounds:
        return rng.uniform(-bounds[name], bounds[name], shape)
    if name in deviations:
        return rng.normal(0, deviations[name], shape)
    if name == "orthogonal":
        rows, columns = fan_in, shape[-1]
        q, _ = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))
        return scale * (q if rows >= columns else q.T).reshape(shape)
    return np.full(shape, {"zeros": 0.0, "ones": 1.0, "constant": scale}[name])


NUMPY: dict[str, Callable[[Array], Array]] = {
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.3 * x),
}


def simulated(graph: Graph, seed: int, images: int) -> tuple[list[float], list[float]]:
    """Mean squares of values, and of gradients at every node's output, for one draw of weights."""
    rng = np.random.default_rng(seed)
    values = [rng.normal(size=(images, *graph.nodes[0].output_shape))]
    kernels: list[Array | None] = [None]
    for node in graph.nodes[1:]:
        x, kernel = values[-1], None
        if node.op == "dense":
            kernel = draw(rng, node.init, (x.shape[-1], node.output_shape[-1]))
            values.append(x @ kernel)
        elif node.op == "conv":
            window = node.attributes["kernel"]
            kernel = draw(rng, node.init, (*window, x.shape[-1], node.output_shape[-1]))
            total = np.zeros((images, *node.output_shape))
            for tap, at in taps(node, x):
                total += x[at] @ kernel[tap]
            values.append(total)
        elif node.op == "activation":
            values.append(NUMPY[node.attributes["function"]](x))
        else:
            assert node.op == "flatten"
            values.append(x.reshape(images, -1))
        kernels.append(kernel)
    gradient = rng.normal(size=values[-1].shape)
    squares = [float(np.mean(gradient**2))]
    for index in range(len(graph.nodes) - 1, 0, -1):
        node, x, kernel = graph.nodes[index], values[index - 1], kernels[index]
        if node.op == "dense":
            assert kernel is not None
            gradient = gradient @ kernel.T
        elif node.op == "conv":
            assert kernel is not None
            back = np.zeros_like(x)
            for tap, at in taps(node, x):
                back[at] += gradient @ kernel[tap].T
            gradient = back
        elif node.op == "activation":
            function = NUMPY[node.attributes["function"]]
            gradient = gradient * (function(x + 1e-6) - function(x - 1e-6)) / 2e-6
        else:
            gradient = gradient.reshape(x.shape)
        squares.append(float(np.mean(gradient**2)))
    return [float(np.mean(x**2)) for x in values], squares[::-1]


def taps(node: Node, x: Array) -> Iterator[tuple[tuple[int, int], tuple[slice, slice, slice]]]:
    """Each place in the kernel with the input positions that meet it; no padding."""
    assert x.shape[1] >= node.output_shape[0]
    (kh, kw), (sh, sw) = node.attributes["kernel"], node.attributes["stride"]
    h, w, _ = node.output_shape
    for i in range(kh):
        for j in range(kw):
            rows = slice(i, i + sh * (h - 1) + 1, sh)
            columns = slice(j, j + sw * (w - 1) + 1, sw)
            yield (i, j), (slice(None), rows, columns)


DENSE = [
    ("he", "relu"),
    ("he_uniform", "relu"),
    ("xavier", "tanh"),
    ("lecun", "tanh"),
    ("normal(0.01)", "relu"),
    ("uniform(0.08)", "leaky_relu"),
    ("orthogonal", "sigmoid"),
    ("orthogonal(1.4)", "relu"),
]


@pytest.mark.parametrize(("init", "activation"), DENSE)
def test_dense_chains(init: str, activation: str) -> None:
    layer = f"init: '{init}', activation: {activation}"
    graph = graph_of(
        f"{{dense: 300, {layer}}}",
        f"{{dense: 400, {layer}}}",
        f"{{dense: 200, {layer}}}",
        f"{{dense: 100, init: '{init}'}}",
        input="256",
    )
    compare(graph, images=200, tolerance=0.12)


@pytest.mark.parametrize(
    ("init", "activation"), [("he", "relu"), ("glorot_uniform", "tanh"), ("orthogonal", "relu")]
)
def test_conv_chains(init: str, activation: str) -> None:
    layer = f"init: '{init}', activation: {activation}"
    graph = graph_of(
        f"{{conv: 160, kernel: 3, {layer}}}",
        f"{{conv: 200, kernel: 3, stride: 2, {layer}}}",
        f"{{conv: 120, kernel: 1x3, {layer}}}",
        "flatten",
        f"{{dense: 200, init: '{init}'}}",
        input="13x13x24",
    )
    compare(graph, images=4, tolerance=0.2)


def test_the_default_of_keras() -> None:
    graph = graph_of(
        "{dense: 300, activation: relu}", "{dense: 100, activation: relu}", input="200"
    )
    compare(graph, images=200, tolerance=0.12)


def compare(graph: Graph, images: int, tolerance: float) -> None:
    runs = [simulated(graph, seed, images) for seed in range(6)]
    forward = np.mean([run[0] for run in runs], axis=0)
    backward = np.mean([run[1] for run in runs], axis=0)
    for node, signal, simulated_square, simulated_gradient in zip(
        graph.nodes, signals(graph), forward, backward, strict=True
    ):
        assert signal.forward == pytest.approx(simulated_square, rel=tolerance), node.name
        assert signal.backward == pytest.approx(simulated_gradient, rel=tolerance), node.name


def test_equal_weights_keep_units_equal() -> None:
    layers = ["{dense: 50, init: constant(0.1)}", "{dense: 20, init: constant(0.1)}"]
    graph = graph_of(*layers, input="40")
    result = [signal.forward for signal in signals(graph)]
    simulated_square = np.mean([simulated(graph, seed, 2000)[0] for seed in range(6)], axis=0)
    # Σ of 40 values times 0.1, then 50 times the same.
    assert result[1] == pytest.approx(0.4)
    assert result[2] == pytest.approx(0.4 * 25)
    assert simulated_square[1:] == pytest.approx([0.4, 10], rel=0.1)


# Theory -------------------------------------------------------------------------------------------


def test_the_four_initialisations_of_the_study_rank_as_theory_says() -> None:
    result = {
        scheme: ends(load(f"zoo:mlp-init-study@{scheme}"))
        for scheme in ("zeros", "normal", "xavier", "he")
    }
    zeros, normal_, xavier, he = (result[scheme].forward for scheme in result)
    assert zeros is not None and normal_ is not None and xavier is not None and he is not None
    assert zeros == 0 < normal_ < 1e-5 < xavier < he
    assert [each.verdict for each in result.values()] == ["dead", "vanishes", "holds", "holds"]


def test_gradients_divided_by_a_global_average_add_up_again() -> None:
    convolutions = ["{conv: 32, kernel: 3, padding: same, init: he, activation: relu}"] * 3
    head = ["{avg_pool: global, keep_dims: false}", "{dense: 10, init: he}"]
    for size in (8, 64):
        result = ends(graph_of(*convolutions, *head, input=f"{size}x{size}x32"))
        assert result.verdict == "holds"
        # 10 classes by 32 channels of weights with variance 2/32, and a ReLU.
        assert result.backward == pytest.approx(2 / 32 / 2 * 32, rel=1e-6)


def test_he_keeps_the_mean_square_after_every_relu() -> None:
    result = predicted(load("zoo:mlp-init-study@he"))
    assert result["dense1.activation"].forward == pytest.approx(1)
    assert result["dense2.activation"].forward == pytest.approx(1)
    assert ends(load("zoo:mlp-init-study@he")).backward == pytest.approx(1)


def test_xavier_with_relu_halves_the_mean_square_of_each_layer() -> None:
    layers = ["{dense: 64, init: xavier, activation: relu}"] * 6
    result = signals(graph_of(*layers, input="64"))
    assert result[-1].forward == pytest.approx(2**-6)


def test_pytorchs_default_is_a_third_with_a_bias() -> None:
    graph = graph_of("{dense: 64}", input="100", more="framework: pytorch")
    assert signals(graph)[-1].forward == pytest.approx(1 / 3 + 1 / 300)
    assert signals(graph)[-1].backward_gain == pytest.approx(64 / 300)


def test_caffes_default_is_not_guessed() -> None:
    graph = graph_of("{dense: 64}", input="100", more="framework: caffe")
    assert signals(graph)[-1].forward is None
    assert ends(graph).verdict == "unknown"


@pytest.mark.parametrize("suffix", ["{dropout: 0.5}", "flatten", "identity", "{permute: [0]}"])
def test_a_softmax_closes_the_network_before_operations_that_keep_its_values(suffix: str) -> None:
    layers = ["{dense: 64, init: he, activation: relu}", "{dense: 10, init: he}", "softmax"]
    assert ends(graph_of(*layers, suffix, input="64")) == ends(graph_of(*layers, input="64"))
    assert ends(graph_of(*layers, suffix, input="64")).verdict == "holds"


def test_a_depthwise_kernel_starts_small_in_keras_only() -> None:
    """Keras counts all channels into the fan-in of a depthwise kernel."""
    layer = "{depthwise_conv: 3, init: he}"
    keras = signals(graph_of(layer, input="9x9x32"))[-1].forward
    torch = signals(graph_of(layer, input="9x9x32", more="framework: pytorch"))[-1].forward
    assert keras == pytest.approx(2 / 32)
    assert torch == pytest.approx(2)


def test_normalisation_resets_the_mean_square() -> None:
    result = predicted(
        graph_of(
            "{name: c, conv: 16, kernel: 3, init: normal(0.1), batch_norm: true}", input="9x9x4"
        )
    )
    assert result["c.batch_norm"].forward == pytest.approx(1, rel=1e-3)
    assert result["c.batch_norm"].backward_gain == pytest.approx(1 / 0.36, rel=1e-3)


def test_branches_add_variances_and_gradients() -> None:
    text = """
        cnnaudit: 1
        input: 9x9x16
        layers:
          - branches:
              a: [{conv: 16, kernel: 1, init: lecun}]
              b: []
            merge: add
    """
    result = predicted(audit_text(text).graph)
    assert result["add1"].forward == pytest.approx(2)
    assert result["input"].backward == pytest.approx(2)


def test_a_concatenation_is_the_mean_weighted_by_channels() -> None:
    text = """
        cnnaudit: 1
        input: 9x9x16
        layers:
          - branches:
              a: [{conv: 48, kernel: 1, init: lecun}]
              b: [{conv: 16, kernel: 1, init: he}]
            merge: concat
    """
    result = predicted(audit_text(text).graph)
    assert result["concat1"].forward == pytest.approx((48 + 2 * 16) / 64)
    assert result["input"].backward == pytest.approx(48 / 16 + 2 * 16 / 16)


def test_a_signal_that_overflows_stays_a_number() -> None:
    layers = ["{dense: 512, init: normal(1000)}"] * 80
    graph = graph_of(*layers, input="512")
    forward = signals(graph)[-1].forward
    assert forward is not None
    assert 1e290 < forward < float("inf")
    assert ends(graph).verdict == "explodes"


@pytest.mark.parametrize("name", [f for f in FUNCTIONS if activation_function(f, None, "keras")])
def test_expectations_of_activations(name: str) -> None:
    """Against a fine midpoint rule over the same functions."""
    function = activation_function(name, None, "keras")
    assert function is not None
    points = np.linspace(-9, 9, 20_001)
    density = np.exp(-(points**2) / 2) / sqrt(2 * pi) * (points[1] - points[0])
    exact = sum(function(float(x)) ** 2 * p for x, p in zip(points, density, strict=True))
    assert transform(normal(0, 1), function).mean_square == pytest.approx(exact, rel=2e-3)


def test_gains_that_have_a_formula() -> None:
    unit = normal(0, 1)
    relu = activation_function("relu", None, "keras")
    assert relu is not None
    assert transform(unit, relu).mean_square == pytest.approx(1 / 2)
    assert transform(unit, relu).mean == pytest.approx(1 / sqrt(2 * pi), rel=1e-3)
    assert derivative(relu, 2.0) == pytest.approx(1)
    selu = activation_function("selu", None, "keras")
    assert selu is not None
    # Klambauer et al. 2017: the fixed point of mean 0 and variance 1.
    assert transform(unit, selu).mean_square == pytest.approx(1, rel=2e-3)


@pytest.mark.parametrize("count", [2, 4, 9])
def test_the_maximum_of_several(count: int) -> None:
    drawn = np.random.default_rng(count).normal(size=(200_000, count)).max(axis=1)
    distribution = maximum(normal(0, 1), count)
    assert distribution.mean == pytest.approx(float(drawn.mean()), rel=0.02)
    assert distribution.mean_square == pytest.approx(float(np.mean(drawn**2)), rel=0.02)
