"""The output that a loss function expects, by its common names.

``training.loss`` is free text. Case, blanks, signs and a module prefix (``torch.nn.``) are ignored.
Rules skip a loss that is not in the table.
"""

from typing import NamedTuple


class LossFunction(NamedTuple):
    """A cross-entropy.

    ``over`` is "classes" (one of them is right) or "units" (each is right or wrong for itself);
    ``expects`` is "probabilities", "logits" or "log_probabilities", None if it depends on a
    framework that the file does not name.
    """

    over: str
    expects: str | None


#: keras.losses and tf.nn, torch.nn, Caffe's layers, Darknet.
_LOSSES = {
    "categoricalcrossentropy": LossFunction("classes", "probabilities"),
    "sparsecategoricalcrossentropy": LossFunction("classes", "probabilities"),
    "crossentropy": LossFunction("classes", None),
    "crossentropyloss": LossFunction("classes", "logits"),
    "softmaxcrossentropy": LossFunction("classes", None),
    "softmaxcrossentropywithlogits": LossFunction("classes", "logits"),
    "sparsesoftmaxcrossentropywithlogits": LossFunction("classes", "logits"),
    "softmaxwithloss": LossFunction("classes", "logits"),
    "nll": LossFunction("classes", "log_probabilities"),
    "nllloss": LossFunction("classes", "log_probabilities"),
    "binarycrossentropy": LossFunction("units", "probabilities"),
    "bce": LossFunction("units", "probabilities"),
    "bceloss": LossFunction("units", "probabilities"),
    "bcewithlogits": LossFunction("units", "logits"),
    "bcewithlogitsloss": LossFunction("units", "logits"),
    "binarycrossentropywithlogits": LossFunction("units", "logits"),
    "sigmoidcrossentropywithlogits": LossFunction("units", "logits"),
    "sigmoidcrossentropyloss": LossFunction("units", "logits"),
}

#: The input of each framework's cross-entropy over classes, whatever the file calls it.
_OVER_CLASSES = {"keras": "probabilities", "pytorch": "logits", "caffe": "logits"}


def loss_of(text: object, framework: str | None) -> LossFunction | None:
    """The loss that a text names; ``framework`` is None if the file names none."""
    name = str(text or "").lower().rpartition(".")[2]
    word = "".join(sign for sign in name if sign.isalnum())
    from_logits = word.endswith(("fromlogits", "fromlogitstrue"))
    word = word.removesuffix("true").removesuffix("fromlogits") if from_logits else word
    loss = _LOSSES.get(word)
    if loss is None:
        return None
    if from_logits:
        return loss._replace(expects="logits")
    if loss.over == "classes" and loss.expects in (None, "probabilities") and framework:
        return loss._replace(expects=_OVER_CLASSES.get(framework, loss.expects))
    return loss
