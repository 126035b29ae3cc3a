"""A classifier that does not give one value per class.

Why it matters: the last layer has one unit per class, since cross-entropy compares its outputs with
the classes one by one (Goodfellow, Bengio & Courville 2016, section 6.2.2). One unit too few fails
in the first batch at best; one too many trains without a word and learns a class that never comes.
A single unit is enough for two classes, with a sigmoid, or without an activation where the loss
takes logits (under PyTorch, or where the loss says so). The main line and auxiliary heads are held
to it; another head, and one of several branches that stay apart, is only where it ends in a
softmax.

Example::

    classes: 29
    layers:
      - flatten
      - {dense: 1000, activation: softmax}

Instead: write `dense: classes`, so that the last layer follows the number of classes, and say the
number once.
"""

from collections.abc import Iterator

from cnnaudit.formatting import count_text, shape_text
from cnnaudit.graph.graph import Node
from cnnaudit.ops.registry import UNKNOWN_OP
from cnnaudit.rules.dataflow import final_activation
from cnnaudit.rules.network import WEIGHTED, AuditedNetwork
from cnnaudit.rules.outputs import End
from cnnaudit.rules.rule import Finding, Options

CODE = "CA114"
NAME = "class-mismatch"
LEVEL = "error"

_DATASET_CLASSES = "training.dataset.classes"


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """The data set against ``classes``, then every classifier."""
    dataset_classes = network.graph.training.get("dataset.classes")
    classes = network.graph.classes
    if classes is not None and dataset_classes is not None and dataset_classes != classes:
        yield Finding(
            None,
            f"`classes` is {count_text(classes)}, and `{_DATASET_CLASSES}` is"
            f" {count_text(dataset_classes)}",
            "the network and its data set have the same classes: correct one of the two",
            span=network.span_of(_DATASET_CLASSES) or network.span_of("classes"),
        )
    expected = dataset_classes if classes is None else classes
    if expected is None:
        return
    ends = network.outline_ends
    several = sum(end.kind == "main" for end in ends) > 1
    for end in ends:
        node = network.nodes[end.node]
        if (
            not node.output_shape
            or node.op == UNKNOWN_OP.name
            or not _must_classify(network, end, several)
        ):
            continue
        units = node.output_shape[-1]
        is_single = units == 1 and expected == 2
        if units == expected or (is_single and _separates_two_classes(network, end)):
            continue
        noun = "unit" if units == 1 else "units"
        yield Finding(
            node.layer,
            f"the output {shape_text(node.output_shape)} has {count_text(units)} {noun} for"
            f" {count_text(expected)} classes",
            "give the one unit a sigmoid, or write `dense: classes` with a softmax"
            if is_single
            else _help_text(network, node, expected),
        )


def _must_classify(network: AuditedNetwork, end: End, several: bool) -> bool:
    """Whether an output must be a classifier: by its softmax, or as the only output."""
    one_of_many = end.kind == "head" or (end.kind == "main" and several)
    return not one_of_many or final_activation(network, end.node) == "softmax"


def _help_text(network: AuditedNetwork, node: Node, expected: int) -> str:
    """The change to write, at the layer that produces the output's values."""
    source = node
    while source.op not in WEIGHTED and len(source.inputs) == 1:
        source = network.nodes[source.inputs[0]]
    place = "here" if source.layer == node.layer else f"where '{source.layer}' is"
    op = source.op if "filters" in source.attributes else "dense"
    if network.graph.classes is None:
        return f"write `classes: {expected}` at the top, and `{op}: classes` {place}"
    help = f"write `{op}: classes` {place}"
    if len(node.output_shape) > 1:
        help += ", or take out `classes` if the output is more than a classification"
    return help


def _separates_two_classes(network: AuditedNetwork, end: End) -> bool:
    """Whether one unit tells two classes apart."""
    function = final_activation(network, end.node)
    loss = str(network.graph.training.get("loss") or "").lower()
    takes_logits = network.graph.framework == "pytorch" or "logit" in loss or "hinge" in loss
    return function == "sigmoid" or (takes_logits and function in (None, "linear", "tanh"))
