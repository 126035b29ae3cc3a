"""The table of supported Keras classes, and the lookup of a layer's rule."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from cnnaudit.importers.graph_builder import UnsupportedError
from cnnaudit.importers.keras import (
    activation,
    convolution,
    normalisation,
    operations,
    recurrent,
    reshaping,
)
from cnnaudit.importers.keras.call import Config, KerasCall, LayerRule, Layout, Rules, Steps

#: The rule of each layer class of all versions of Keras.
LAYERS: Rules = {
    name: rule
    for family in (convolution, normalisation, activation, reshaping, recurrent)
    for name, rule in family.RULES.items()
}

#: Classes of keras.applications, which files mark as custom.
_APPLICATIONS = ("LayerScale", "StochasticDepth", "CustomScaleLayer")


def class_of(layer: Mapping[str, Any]) -> str:
    """The class of a layer without its package; the function of a TensorFlow operation."""
    name = str(layer.get("class_name")).rpartition(">")[2]
    if name == "TFOpLambda":
        return str(Config(layer.get("config")).get("function", default=name))
    return name


def rule_of(layer: Mapping[str, Any]) -> LayerRule:
    """The rule of a layer; raises ``UnsupportedError`` if there is none."""
    name = class_of(layer)
    module = layer.get("module")
    if layer.get("class_name") == "TFOpLambda":
        rule = operations.FUNCTIONS.get(name)
    elif isinstance(module, str) and ".ops." in module:
        rule = operations.OPERATIONS.get(name)
    elif _is_custom(layer) and name not in _APPLICATIONS:
        raise UnsupportedError("it is a custom class")
    else:
        rule = _WRAPPERS.get(name) or LAYERS.get(name)
    if name == "Lambda":
        raise UnsupportedError("a Lambda runs code")
    if rule is None:
        raise UnsupportedError("its cost is not known")
    return rule


def _is_custom(layer: Mapping[str, Any]) -> bool:
    """Whether a class is not one of Keras, although it may have the same name."""
    if ">" in str(layer.get("class_name")):
        return True
    if "module" not in layer:
        return False  # versions 1 and 2 write no module
    return str(layer["module"]).partition(".")[0] not in ("keras", "tf_keras")


def _inner(name: str, config: Config, call: KerasCall) -> Steps:
    """The nodes of a layer inside another."""
    rule = LAYERS.get(name)
    if rule is None:
        raise UnsupportedError(f"it wraps a {name}, whose cost is not known")
    if rule.layout is Layout.FORMAT and config.get("data_format") == "channels_first":
        raise UnsupportedError("it wraps a layer that has the channels first")
    return rule.translate(call)


_WRAPPERS: Rules = {
    "Bidirectional": LayerRule(partial(recurrent.bidirectional, _inner), Layout.LAST),
    "TimeDistributed": LayerRule(partial(recurrent.time_distributed, _inner), Layout.LAST),
}
