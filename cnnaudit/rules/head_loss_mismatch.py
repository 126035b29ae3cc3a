"""A last activation that does not go with the loss, or with the number of units.

Why it matters: cross-entropy is the logarithm of a probability, and each loss expects it in one
form (Goodfellow, Bengio & Courville 2016, section 6.2.2). Softmax over one unit is always 1 and
learns nothing, like any cross-entropy over the classes of one unit. Sigmoids add up to anything, so
categorical cross-entropy over them rewards units that are all 1. Binary cross-entropy over a
softmax holds each unit to a verdict of its own, while they share one sum (with two units it comes
to the same, and passes). Keras takes probabilities unless `from_logits` is said (keras.losses),
PyTorch's CrossEntropyLoss takes logits and applies the softmax itself (torch.nn): a second one
flattens the gradients.

The names of `training.loss` that are known are those of Keras, PyTorch, Caffe and tf.nn, such as
`categorical_crossentropy`, `CrossEntropyLoss`, `BCEWithLogitsLoss`, with or without `from_logits`;
for others, and where the answer depends on a framework that the file does not name, nothing is
said.

Example::

    classes: 2
    layers:
      - flatten
      - {dense: 1, activation: softmax}

Instead: one unit with `sigmoid` and binary cross-entropy, or a unit per class with `softmax` and
categorical cross-entropy; under PyTorch no activation in front of CrossEntropyLoss.
"""

from collections.abc import Iterator
from typing import NamedTuple

from cnnaudit.ops.registry import UNKNOWN_OP
from cnnaudit.rules.dataflow import final_activation
from cnnaudit.rules.losses import LossFunction, loss_of
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA115"
NAME = "head-loss-mismatch"
LEVEL = "error"

_SOFTMAX = ("softmax", "log_softmax")
#: Functions whose values are not probabilities.
_UNBOUNDED = (None, "linear", "relu", "relu6", "leaky_relu", "prelu", "elu", "selu", "tanh")


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Every output for itself; against the loss if the network has one task."""
    graph = network.graph
    ends = network.outline_ends
    text = graph.training.get("loss")
    loss = loss_of(text, graph.framework if graph.framework_named else None)
    is_single_task = sum(end.kind == "main" for end in ends) == 1
    for end in ends:
        node = network.nodes[end.node]
        if not node.output_shape or node.op == UNKNOWN_OP.name:
            continue
        function, units = final_activation(network, end.node), node.output_shape[-1]
        if function in _SOFTMAX and units == 1:
            yield Finding(
                node.layer,
                f"{function} over 1 unit is always {'1' if function == 'softmax' else '0'}: nothing"
                " can be learnt",
                "use `sigmoid` with one unit, or a unit per class",
            )
        elif loss is not None and is_single_task and end.kind != "head":
            problem = _problem(loss, function, units)
            if problem is not None:
                other_loss = _LOSSES.get((graph.framework, loss.over, problem.output))
                help = ", or ".join(filter(None, (problem.help, other_loss)))
                yield Finding(node.layer, f"{problem.message} (loss: {text})", help)


class _Problem(NamedTuple):
    """A last activation that does not suit the loss, and the help.

    ``output`` is probabilities or logits if another loss takes that; else None.
    """

    message: str
    help: str
    output: str | None = None


#: The losses that take probabilities or logits, over classes or units, in each framework.
_LOSSES: dict[tuple[str, str, str | None], str] = {
    ("keras", "classes", "probabilities"): "use categorical_crossentropy without `from_logits`",
    ("keras", "classes", "logits"): "write `loss: categorical_crossentropy(from_logits=True)`",
    ("keras", "units", "probabilities"): "use binary_crossentropy without `from_logits`",
    ("keras", "units", "logits"): "write `loss: binary_crossentropy(from_logits=True)`",
    ("pytorch", "classes", "probabilities"): "write `log_softmax` and NLLLoss",
    ("pytorch", "classes", "logits"): "use CrossEntropyLoss",
    ("pytorch", "units", "probabilities"): "use BCELoss",
    ("pytorch", "units", "logits"): "use BCEWithLogitsLoss",
    ("caffe", "units", "logits"): "use SigmoidCrossEntropyLoss",
}


def _problem(loss: LossFunction, function: str | None, units: int) -> _Problem | None:
    if loss.over == "classes" and units == 1:
        return _Problem(
            "1 unit leaves no choice between classes, which the loss is over",
            "use softmax with a unit per class, or binary cross-entropy with a sigmoid",
        )
    if loss.over == "classes" and function == "sigmoid":
        return _Problem(
            f"{units} sigmoids do not add up to 1, as the loss over classes takes for granted",
            "use softmax, or binary cross-entropy where several classes may be right",
        )
    if loss.over == "units" and function in _SOFTMAX and units > 2:
        return _Problem(
            f"the {units} units of a softmax share one sum, and the loss judges each for itself",
            "use categorical cross-entropy, or sigmoid where several classes may be right",
        )
    final = "softmax" if loss.over == "classes" else "sigmoid"
    if loss.expects == "logits" and function == final:
        return _Problem(
            f"the loss applies {final} itself, and the network has done so already",
            f"remove the {final} here",
            "probabilities",
        )
    if loss.expects == "probabilities" and function in _UNBOUNDED:
        return _wrong_output("probabilities", function, final)
    if loss.expects == "log_probabilities" and function != "log_softmax":
        return _wrong_output("log-probabilities", function, "log_softmax")
    return None


def _wrong_output(expected: str, function: str | None, final: str) -> _Problem:
    """An output that is not as the loss expects; the activation ``final`` would make it so."""
    is_linear = function in (None, "linear")
    activation = "no activation" if is_linear else function
    change = f"add `activation: {final}`" if function is None else f"make the {function} `{final}`"
    message = f"the loss expects {expected}, and the network ends with {activation}"
    return _Problem(message, change, "logits" if is_linear else None)
