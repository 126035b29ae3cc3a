"""Keras files as tests write them."""

import json
from typing import Any

from cnnaudit.calculator import Audit, Row, audit
from cnnaudit.importers.keras.model import graph

Json = dict[str, Any]


def data(model: Any) -> bytes:
    return json.dumps(model).encode()


def audited(model: Any, *inputs: str) -> Audit:
    return audit(graph(data(model), "model.json", inputs))


def layer(cls: str, name: str, **config: Any) -> Json:
    """A layer as Keras 2 and 1 write it."""
    return {"class_name": cls, "config": {"name": name, **config}}


def chain(*layers: Json, **config: Any) -> Json:
    """A Sequential model of Keras 2."""
    return {"class_name": "Sequential", "config": {"name": "net", "layers": list(layers), **config}}


def entry(*sizes: int | None, name: str = "x") -> Json:
    return layer("InputLayer", name, batch_input_shape=[None, *sizes])


def wired(what: Json, *calls: Any) -> Json:
    """A layer of a functional model: each call is the list of what it reads."""
    return {**what, "name": what["config"]["name"], "inbound_nodes": list(calls)}


def ref(name: str, call: int = 0, output: int = 0, **keywords: Any) -> list[Any]:
    return [name, call, output, keywords]


def functional(*layers: Json, inputs: Any, outputs: Any, name: str = "net") -> Json:
    config = {
        "name": name,
        "layers": list(layers),
        "input_layers": inputs,
        "output_layers": outputs,
    }
    return {"class_name": "Functional", "config": config}


def rows(result: Audit) -> dict[str, Row]:
    return {row.node.name: row for row in result.rows}


def shapes(result: Audit) -> dict[str, tuple[int, ...]]:
    return {row.node.name: row.node.output_shape for row in result.rows}
