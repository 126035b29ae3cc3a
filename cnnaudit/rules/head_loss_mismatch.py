"""A last activation that does not go with the loss, or with the number of units.

Why it matters: cross-entropy is the logarithm of a probability, and each loss expects it in one
form (Goodfellow, Bengio & Courville 2016, section 6.2.2). Softmax over one unit is always 1 and
learns nothing. Sigmoids add up to anything, so categorical cross-entropy over them rewards units
that are all 1. Binary cross-entropy over a softmax holds each unit to a verdict of its own, while
they share one sum (with two units it comes to the same, and passes). Keras takes probabilities
unless `from_logits` is said (keras.losses), PyTorch's CrossEntropyLoss takes logits and applies the
softmax itself (torch.nn): a second one flattens the gradients.

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

from cnnaudit.layers.table import UNKNOWN
from cnnaudit.rules.flow import ends, last_function
from cnnaudit.rules.losses import Loss, loss_of
from cnnaudit.rules.rule import Finding, Level, Options
from cnnaudit.rules.subject import Subject

CODE = "CA115"
NAME = "head-loss-mismatch"
LEVEL = Level.ERROR

_SOFTMAX = ("softmax", "log_softmax")
#: Functions whose values are no probabilities, wherever they stand.
_UNBOUNDED = (None, "linear", "relu", "relu6", "leaky_relu", "prelu", "elu", "selu", "tanh")


def check(subject: Subject, _options: Options) -> Iterator[Finding]:
    """Every output for itself; against the loss, where the network has one task."""
    graph = subject.graph
    found = ends(subject)
    text = graph.training.get("loss")
    loss = loss_of(text, graph.framework if graph.framework_named else None)
    alone = sum(end.kind == "main" for end in found) == 1
    for end in found:
        node = subject.nodes[end.node]
        if not node.shape or node.kind == UNKNOWN.name:
            continue
        function, units = last_function(subject, end.node), node.shape[-1]
        if function in _SOFTMAX and units == 1:
            yield Finding(
                node.layer,
                f"{function} over 1 unit is always {'1' if function == 'softmax' else '0'}: nothing"
                " can be learnt",
                "use `sigmoid` with one unit, or a unit per class",
            )
        elif loss is not None and alone and end.kind != "head":
            problem = _problem(loss, function, units)
            if problem is not None:
                message, help = problem
                yield Finding(node.layer, f"{message} (loss: {text})", help)


def _problem(loss: Loss, function: str | None, units: int) -> tuple[str, str] | None:
    """What is wrong with a last activation under a loss, and what to write instead."""
    if loss.over == "classes" and function == "sigmoid":
        count = f"{units} sigmoids do" if units > 1 else "a sigmoid does"
        return (
            f"{count} not add up to 1, as the loss over classes takes for granted",
            "use softmax, or binary cross-entropy where several classes may be right",
        )
    if loss.over == "units" and function in _SOFTMAX and units > 2:
        return (
            f"the {units} units of a softmax share one sum, and the loss judges each for itself",
            "use categorical cross-entropy, or sigmoid where several classes may be right",
        )
    final = "softmax" if loss.over == "classes" else "sigmoid"
    if loss.expects == "logits" and function == final:
        return (
            f"the loss applies {final} itself, and the network has done so already",
            f"remove the {final} here, or use a loss over probabilities",
        )
    if loss.expects == "probabilities" and function in _UNBOUNDED:
        what = "no activation" if function in (None, "linear") else f"{function}"
        return (
            f"the loss expects probabilities, and the network ends with {what}",
            f"add `activation: {final}`, or say that the loss takes logits (`from_logits`)",
        )
    if loss.expects == "log_probabilities" and function != "log_softmax":
        return (
            "the loss expects log-probabilities, and the network ends with"
            f" {function or 'no activation'}",
            "add `activation: log_softmax`, or use a cross-entropy over logits without activation",
        )
    return None
