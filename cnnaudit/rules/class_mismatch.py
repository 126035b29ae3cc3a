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
from cnnaudit.rules.flow import final_activation
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.outputs import End
from cnnaudit.rules.rule import Finding, Options
from cnnaudit.rules.weighted import WEIGHTED

CODE = "CA114"
NAME = "class-mismatch"
LEVEL = "error"

_IMAGES = "training.dataset.classes"


def check(subject: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """The data set against ``classes``, then every classifier."""
    said = subject.graph.training.get("dataset.classes")
    classes = subject.graph.classes
    if classes is not None and said is not None and said != classes:
        yield Finding(
            None,
            f"`classes` is {count_text(classes)}, and `{_IMAGES}` is {count_text(said)}",
            "the network and its data set have the same classes: correct one of the two",
            span=subject.span_of(_IMAGES) or subject.span_of("classes"),
        )
    wanted = said if classes is None else classes
    if wanted is None:
        return
    found = subject.outline_ends
    several = sum(end.kind == "main" for end in found) > 1
    for end in found:
        node = subject.nodes[end.node]
        if (
            not node.output_shape
            or node.op == UNKNOWN_OP.name
            or not _is_held(subject, end, several)
        ):
            continue
        units = node.output_shape[-1]
        if units == wanted or (units == 1 and wanted == 2 and _may_be_alone(subject, end)):
            continue
        what = "unit" if units == 1 else "units"
        alone = units == 1 and wanted == 2
        yield Finding(
            node.layer,
            f"the output {shape_text(node.output_shape)} has {count_text(units)} {what} for"
            f" {count_text(wanted)} classes",
            "give the one unit a sigmoid, or write `dense: classes` with a softmax"
            if alone
            else _instead(subject, node, wanted),
        )


def _is_held(subject: AuditedNetwork, end: End, several: bool) -> bool:
    """Whether an output must be a classifier: by its activation, or as the only output."""
    one_of_many = end.kind == "head" or (end.kind == "main" and several)
    return not one_of_many or final_activation(subject, end.node) == "softmax"


def _instead(subject: AuditedNetwork, node: Node, wanted: int) -> str:
    """What to write where the output's values come from."""
    source = node
    while source.op not in WEIGHTED and len(source.inputs) == 1:
        source = subject.nodes[source.inputs[0]]
    here = "here" if source.layer == node.layer else f"where '{source.layer}' is"
    what = source.op if "filters" in source.attributes else "dense"
    help = f"write `{what}: classes` {here}"
    if subject.graph.classes is None:
        return f"write `classes: {wanted}` at the top, and `{what}: classes` {here}"
    if len(node.output_shape) > 1:
        help += ", or take out `classes` if the output is more than a classification"
    return help


def _may_be_alone(subject: AuditedNetwork, end: End) -> bool:
    """Whether one unit tells two classes apart."""
    function = final_activation(subject, end.node)
    loss = str(subject.graph.training.get("loss") or "").lower()
    raw = subject.graph.framework == "pytorch" or "logit" in loss or "hinge" in loss
    return function == "sigmoid" or (raw and function in (None, "linear", "tanh"))
