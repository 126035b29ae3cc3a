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
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options
from cnnaudit.rules.weighted import CONVOLUTIONS

CODE = "CA308"
NAME = "initialisation-mismatch"
LEVEL = "warning"

#: Whose weights suit which activations (Glorot & Bengio 2010, He et al. 2015, LeCun et al. 1998,
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


def check(subject: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Layers whose written scheme does not suit their activation, then the network's outlook.

    A framework's own defaults are nobody's decision: where no scheme is written, nothing is said.
    """
    nodes = subject.nodes
    written = [i for i in subject.nodes_of(*CONVOLUTIONS, "dense") if nodes[i].init is not None]
    if not written:
        return
    for index in written:
        yield from _layer(subject, index)
    found = summarise(subject.graph, subject.signals)
    if found is None or found.verdict in ("holds", "unknown"):
        return
    forward, backward = f"{found.forward:.3g}", f"{found.backward:.3g}"
    yield Finding(
        None,
        f"the signal {_VERBS[found.verdict]} over {found.layers} layers: mean square {forward} at"
        f" {found.last}, gradient {backward} at {found.first}, where 1 enters",
        "draw weights that keep the signal: `init: he` in front of relu, `init: glorot` in front of"
        " tanh; `cnnaudit report --view signal` shows where it is lost",
    )


_VERBS = {"dead": "dies", "vanishes": "vanishes", "explodes": "explodes"}


def _layer(subject: AuditedNetwork, index: int) -> Iterator[Finding]:
    node = subject.nodes[index]
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
    function, reader = _activation(subject, index)
    suits = _SUITS.get(function or "")
    if scheme is None or suits is None or reader is None or scheme == suits:
        return
    made_for = ", ".join(name for name, family in _SUITS.items() if family == scheme)
    kept = subject.signals[index].forward_gain, subject.signals[reader].forward_gain
    keeps = ""
    if kept[0] is not None and kept[1] is not None:
        keeps = f", and keep {kept[0] * kept[1]:.2g} of the mean square here"
    yield Finding(
        node.layer,
        f"{node.init.name} weights in front of {function}: they are made for {made_for}{keeps}",
        f"`init: {suits}`",
    )


def _keeps_variance(kind: str) -> bool:
    """Whether an operation leaves values, and so their variance, as they are.

    `identity` does not count: in training it may stand for noise.
    """
    return kind == "dropout" or has_trait(kind, "reshapes")


def _activation(subject: AuditedNetwork, index: int) -> tuple[str | None, int | None]:
    """The activation that reads a node alone, and its position; None behind a normalisation."""
    while len(subject.readers[index]) == 1:
        (index,) = subject.readers[index]
        node = subject.nodes[index]
        if node.op == "activation":
            return node.attributes["function"], index
        if not _keeps_variance(node.op):
            break
    return None, None
