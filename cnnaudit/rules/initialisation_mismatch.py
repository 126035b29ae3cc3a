"""First weights with which the signal dies, vanishes or explodes on its way through the network.

Why it matters: with zeros all units of a layer compute the same and never part; with N(0, 0.01)
values shrink layer by layer until gradients are too small to learn from; weights made for tanh lose
half the variance at every ReLU. Glorot & Bengio 2010 (section 4.2.1) derive 2/(in + out) for tanh,
He et al. 2015 (section 2.2) 2/in for ReLU. The verdict is that of the same theory: mean squares
forward and gradients backward, multiplied through the network.

Example::

    layers:
      - {dense: 256, activation: relu, init: zeros}

Instead: `init: he` in front of ReLU and its kin, `init: glorot` in front of tanh and sigmoid,
`init: lecun` in front of SELU, or batch normalisation, which brings values back to variance 1.
"""

from collections.abc import Iterator

from cnnaudit.analysis.signal.signal import summarise
from cnnaudit.ops.registry import has_trait
from cnnaudit.rules.network import CONVOLUTIONS, AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA308"
NAME = "initialisation-mismatch"
LEVEL = "warning"

#: The scheme that suits each activation (Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998,
#: Klambauer et al. 2017).
_SUITS = {
    "relu": "he",
    "leaky_relu": "he",
    "prelu": "he",
    "elu": "he",
    "tanh": "glorot",
    "sigmoid": "glorot",
    "selu": "lecun",
}
_FAMILY = {"he": "he", "glorot": "glorot", "xavier": "glorot", "lecun": "lecun"}


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Layers whose scheme does not suit their activation, then the signal of the network.

    Framework defaults are not judged: without a written scheme there is no finding.
    """
    nodes = network.nodes
    initialised = [i for i in network.nodes_of(*CONVOLUTIONS, "dense") if nodes[i].init is not None]
    if not initialised:
        return
    for index in initialised:
        yield from _layer(network, index)
    summary = summarise(network.graph, network.signals)
    if summary is None or summary.verdict in ("holds", "unknown"):
        return
    forward, backward = f"{summary.forward:.3g}", f"{summary.backward:.3g}"
    yield Finding(
        None,
        f"the signal {_VERBS[summary.verdict]} over {summary.layers} layers: mean square"
        f" {forward} at {summary.last}, gradient {backward} at {summary.first}, where 1 enters",
        "draw weights that keep the signal: `init: he` in front of relu, `init: glorot` in front of"
        " tanh; `cnnaudit report --view signal` shows where it is lost",
    )


_VERBS = {"dead": "dies", "vanishes": "vanishes", "explodes": "explodes"}


def _layer(network: AuditedNetwork, index: int) -> Iterator[Finding]:
    node = network.nodes[index]
    assert node.init is not None
    if node.init.name in ("zeros", "ones", "constant"):
        yield Finding(
            node.layer,
            f"all weights start equal ({node.init.name}): the units of this layer compute the same,"
            " get the same gradient and never part",
            "draw them: `init: he` in front of relu, `init: glorot` in front of tanh",
        )
        return
    scheme = _FAMILY.get(node.init.name.partition("_")[0])
    function, reader = _activation(network, index)
    suitable = _SUITS.get(function or "")
    if scheme is None or suitable is None or reader is None or scheme == suitable:
        return
    made_for = ", ".join(name for name, family in _SUITS.items() if family == scheme)
    gains = network.signals[index].forward_gain, network.signals[reader].forward_gain
    gain_text = ""
    if gains[0] is not None and gains[1] is not None:
        gain_text = f", and keep {gains[0] * gains[1]:.2g} of the mean square here"
    yield Finding(
        node.layer,
        f"{node.init.name} weights in front of {function}: they are made for {made_for}{gain_text}",
        f"`init: {suitable}`",
    )


def _keeps_variance(op: str) -> bool:
    """Whether an op keeps values, and so their variance.

    `identity` does not count: in training it may stand for noise.
    """
    return op == "dropout" or has_trait(op, "reshapes")


def _activation(network: AuditedNetwork, index: int) -> tuple[str | None, int | None]:
    """The activation that alone reads a node, and its position; None after a normalisation."""
    while len(network.readers[index]) == 1:
        (index,) = network.readers[index]
        node = network.nodes[index]
        if node.op == "activation":
            return node.attributes["function"], index
        if not _keeps_variance(node.op):
            break
    return None, None
