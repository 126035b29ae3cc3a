"""The quantities of a network under their names in JSON, options and ``expect``."""

from collections.abc import Mapping

from cnnaudit.quantities import QUANTITIES, TOTALS, aliases_of
from cnnaudit.reference.topic import Topic, TopicEntry, capitalised, entry_of

#: What each total counts.
QUANTITY_DOCS: Mapping[str, str] = {
    "layers": "written layers, repetitions included",
    "params": "trainable and non-trainable parameters; shared weights count once",
    "trainable_params": "parameters that training changes",
    "non_trainable_params": (
        "frozen parameters and, under keras, the running statistics of batch normalisation"
    ),
    "buffers": (
        "running statistics of batch normalisation under pytorch, caffe and darknet: they are"
        " stored, and no total of parameters counts them"
    ),
    "macs": (
        "multiply-accumulates of convolutions, dense layers and matrix products of one image,"
        " padding included, bias not"
    ),
    "bias_adds": "additions of a bias: one for each element that gets one",
    "elementwise_ops": (
        "operations of activations, normalisation, pooling and merges of one image, as each"
        " operation's topic counts them"
    ),
    "flops": "2·MACs + bias additions + elementwise operations, of one image",
    "activation_size": "values of all outputs of one image, nothing reused",
    "weight_bytes": "parameters times the bytes of the type, fp32 unless `--dtype` says another",
    "activation_bytes": "bytes of all outputs, nothing reused",
    "peak_activation_bytes": (
        "the most bytes of activations that are alive at the same time while the network runs"
        " layer by layer"
    ),
    "live_bytes": "bytes of the activations that are alive while a layer runs",
    "saved_bytes": "bytes of the activations that a layer saves for the backward pass",
    "training_activation_bytes": "bytes of the activations that are saved for the backward pass",
    "training_bytes": (
        "weights, gradients, the state of the optimizer and the saved activations together"
    ),
    "receptive_field": "cells of the input that one position sees, the union over branches",
}

#: Short forms and titles under which a quantity is known too.
_WORDS: Mapping[str, tuple[str, ...]] = {
    **{quantity.name: quantity.aliases for quantity in QUANTITIES},
    "params": ("parameters",),
    "macs": ("multiply-accumulates",),
}

_SEE_ALSO: Mapping[str, tuple[str, ...]] = {
    "params": ("trainable_params", "non_trainable_params", "buffers", "counting"),
    "macs": ("flops", "counting", "budgets"),
    "flops": ("macs", "bias_adds", "elementwise_ops", "counting"),
    "receptive_field": ("conv",),
}
_MEMORY = ("weight_bytes", "activation_bytes", "peak_activation_bytes", "training_bytes")


def quantity_entries() -> list[TopicEntry]:
    """An entry for each quantity: the totals first, then those of the memory."""
    claimable = {quantity.name: quantity.is_claimable for quantity in QUANTITIES}
    names = dict.fromkeys((*TOTALS, *QUANTITY_DOCS))
    return [
        entry_of(_topic(name, claimable.get(name, False)), _WORDS.get(name, ())) for name in names
    ]


def _topic(name: str, is_claimable: bool) -> Topic:
    doc = QUANTITY_DOCS.get(name, "a total of the network")
    text: tuple[str, ...] = ()
    if is_claimable:
        text = (
            f"`expect: {{{name}: N}}` claims it and `expect: {{max_{name}: N}}` bounds it; `diff"
            f" --max-increase {name}=5%` and the `budgets` of a configuration gate it.",
        )
    if aliases := aliases_of((name,)):
        text += (f"Short: {', '.join(f'`{alias}`' for alias in aliases)}, wherever it is named.",)
    related = _SEE_ALSO.get(name) or (_MEMORY if name.endswith("bytes") else ("params", "macs"))
    return Topic(
        name,
        "quantity",
        capitalised(doc),
        text,
        see_also=tuple(other for other in related if other != name),
    )
