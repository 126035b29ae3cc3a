"""Models of Keras: small ones from the layers of real ones, with some values that are others."""

import copy
import json
from functools import cache
from itertools import pairwise
from typing import Any

from tests.fuzz.chance import Chance
from tests.fuzz.words import HOSTILE
from tests.support import ROOT

_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1, 3, 2**63, 10**30, 0.5, 1e308),
    *([], {}, [1], [3, 3], [None, 8, 8, 3], [[0, 1], [1, 0]], {"class_name": "x"}),
    *("same", "valid", "linear", "channels_first"),
)


@cache
def _layers() -> tuple[Any, ...]:
    """Every layer of the stored models, each class with each set of keys once."""
    found: dict[tuple[str, ...], Any] = {}
    for path in sorted((ROOT / "tests/oracle/keras").glob("*.config.json")):
        for layer in json.loads(path.read_bytes())["config"]["layers"]:
            found.setdefault((layer["class_name"], *sorted(layer["config"])), layer)
    return tuple(found.values())


def model(chance: Chance) -> bytes:
    """A sequence or a graph of a few layers, in which some values are others."""
    layers = [copy.deepcopy(chance.one(_layers())) for _ in range(1 + chance.below(5))]
    entry = {
        "name": "x",
        "batch_shape": chance.one((*[[None, 32, 32, 8]] * 8, [None, 784], [None], None)),
    }
    layers.insert(0, {"class_name": "InputLayer", "config": entry, "name": "x"})
    for number, layer in enumerate(layers):
        layer["name"] = layer["config"]["name"] = f"layer{number}" if number else "x"
    functional = chance.below(2)
    for before, layer in pairwise(layers):
        if functional:
            layer["inbound_nodes"] = [[[before["name"], 0, 0, {}]]]
        else:
            layer.pop("inbound_nodes", None)
    config: dict[str, Any] = {"name": "net", "layers": layers}
    if functional:
        config["input_layers"] = [["x", 0, 0]]
        config["output_layers"] = [[layers[-1]["name"], 0, 0]]
    tree = {"class_name": "Functional" if functional else "Sequential", "config": config}
    configs = [layer["config"] for layer in layers]
    for _ in range(chance.below(3)):
        _change(chance, tree if chance.once_in(8) else chance.one(configs))
    return json.dumps(tree).encode()


def _change(chance: Chance, tree: Any) -> None:
    """Walk down to some value, and put another in its place, or take it away."""
    here = tree
    while True:
        keys = list(here) if isinstance(here, dict) else list(range(len(here)))
        if not keys:
            return
        key = chance.one(keys)
        if not isinstance(here[key], dict | list) or not here[key] or chance.once_in(8):
            break
        here = here[key]
    if chance.once_in(4):
        del here[key]
    else:
        value = chance.one(HOSTILE) if chance.once_in(3) else chance.one(_VALUES)
        here[key] = copy.deepcopy(value)
