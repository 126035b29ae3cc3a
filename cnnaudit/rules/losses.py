"""What a loss expects of the network, by the names that people write for it.

``training.loss`` is free text. Case, blanks, signs and a module in
front (``torch.nn.``) are ignored. A name that is not in the table
says nothing, and a rule that asks stays silent.
"""

from typing import NamedTuple


class Loss(NamedTuple):
    """A cross-entropy.

    ``over`` is "classes" (one of them is right) or "units" (each is right or wrong for itself);
    ``expects`` is "probabilities", "logits" or "log_probabilities", None where that depends on a
    framework that the file does not name.
    """

    over: str
    expects: str | None


#: keras.losses and tf.nn, torch.nn, Caffe's layers, Darknet.
_LOSSES = {
    "categoricalcrossentropy": Loss("classes", "probabilities"),
    "sparsecategoricalcrossentropy": Loss("classes", "probabilities"),
    "crossentropy": Loss("classes", None),
    "crossentropyloss": Loss("classes", "logits"),
    "softmaxcrossentropy": Loss("classes", None),
    "softmaxcrossentropywithlogits": Loss("classes", "logits"),
    "sparsesoftmaxcrossentropywithlogits": Loss("classes", "logits"),
    "softmaxwithloss": Loss("classes", "logits"),
    "nll": Loss("classes", "log_probabilities"),
    "nllloss": Loss("classes", "log_probabilities"),
    "binarycrossentropy": Loss("units", "probabilities"),
    "bce": Loss("units", "probabilities"),
    "bceloss": Loss("units", "probabilities"),
    "bcewithlogits": Loss("units", "logits"),
    "bcewithlogitsloss": Loss("units", "logits"),
    "binarycrossentropywithlogits": Loss("units", "logits"),
    "sigmoidcrossentropywithlogits": Loss("units", "logits"),
    "sigmoidcrossentropyloss": Loss("units", "logits"),
}

#: What a framework's cross-entropy over classes expects, whatever it is called in the file.
_OVER_CLASSES = {"keras": "probabilities", "pytorch": "logits", "caffe": "logits"}


def loss_of(text: object, framework: str | None) -> Loss | None:
    """The loss that a text names; ``framework`` is None where the file names none."""
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
