"""How convolutions explain themselves."""

from cnnaudit.explaining.formula import Account, Effort, Explainer, Formula, Learned, sized, times
from cnnaudit.explaining.windows import windows
from cnnaudit.layers.kind import Attributes, Shape, Shapes
from cnnaudit.layers.windows import spatial


def _share(count: int, groups: int) -> str:
    """A group's share of the channels: ``96``, ``(96/2)``."""
    return str(count) if groups == 1 else f"({count}/{groups})"


def _with_bias(window: str, filters: str, bias: bool) -> str:
    """``(f·f·c + 1)·filters``: the one is the bias."""
    return f"({window} + 1)·{filters}" if bias else f"{window}·{filters}"


def _bias(attributes: Attributes, output: Shape) -> str:
    return times(*output) if attributes["bias"] else ""


def _window(inputs: Shapes, attributes: Attributes) -> str:
    return times(*attributes["kernel"], _share(inputs[0][-1], attributes["groups"]))


def _grouped(inputs: Shapes, attributes: Attributes, output: Shape) -> Account:
    account = windows(inputs, attributes, output)
    groups, channels = attributes["groups"], inputs[0][-1]
    if groups == 1:
        return account
    text = f"{groups} groups: each filter reads {channels // groups} of {channels} channels."
    return account._replace(notes=(*account.notes, text))


def _conv_weights(inputs: Shapes, attributes: Attributes) -> Learned:
    filters = str(attributes["filters"])
    return Learned(_with_bias(_window(inputs, attributes), filters, attributes["bias"]))


def _conv_effort(inputs: Shapes, attributes: Attributes, output: Shape) -> Effort:
    macs = f"{times(*output)}·({_window(inputs, attributes)})"
    return Effort(macs, _bias(attributes, output))


def _depthwise_output(inputs: Shapes, attributes: Attributes, output: Shape) -> Account:
    account = windows(inputs, attributes, output)
    channels = times(inputs[0][-1], attributes["multiplier"])
    more = Formula("output", channels, output[-1], "channels")
    return account._replace(formulas=(*account.formulas, more))


def _depthwise_weights(inputs: Shapes, attributes: Attributes) -> Learned:
    filters = times(inputs[0][-1], attributes["multiplier"])
    return Learned(_with_bias(times(*attributes["kernel"]), filters, attributes["bias"]))


def _depthwise_effort(_inputs: Shapes, attributes: Attributes, output: Shape) -> Effort:
    macs = f"{times(*output)}·({times(*attributes['kernel'])})"
    return Effort(macs, _bias(attributes, output))


def _separable_weights(inputs: Shapes, attributes: Attributes) -> Learned:
    between = times(inputs[0][-1], attributes["multiplier"])
    pointwise = _with_bias(between, str(attributes["filters"]), attributes["bias"])
    return Learned(f"{times(*attributes['kernel'], between)} + {pointwise}")


def _separable_effort(inputs: Shapes, attributes: Attributes, output: Shape) -> Effort:
    between = times(inputs[0][-1], attributes["multiplier"])
    places, kernel = times(*spatial(output)), times(*attributes["kernel"])
    macs = f"{places}·{between}·({kernel} + {attributes['filters']})"
    return Effort(macs, _bias(attributes, output))


def _transpose_output(inputs: Shapes, attributes: Attributes, output: Shape) -> Account:
    """The input size that the formula of a convolution leads back from (Dumoulin & Visin 2016)."""
    sizes, strides = spatial(inputs[0]), attributes["stride"]
    if attributes["padding"] == "same":
        return Account(sized(output, [times(n, s) for n, s in zip(sizes, strides, strict=True)]))
    expressions = []
    for n, k, d, s, (before, after), extra in zip(
        sizes,
        attributes["kernel"],
        attributes["dilation"],
        strides,
        attributes["padding"],
        attributes["output_padding"],
        strict=True,
    ):
        reach = str(k) if d == 1 else f"{d}·({k} − 1) + 1"
        both = f"2·{before}" if before == after else f"{before} − {after}"
        expressions.append(f"({n} − 1)·{s} + {reach} − {both} + {extra}")
    return Account(sized(output, expressions), ("Padding is taken away from the output.",))


def _transpose_weights(inputs: Shapes, attributes: Attributes) -> Learned:
    share = _share(attributes["filters"], attributes["groups"])
    kernel = times(*attributes["kernel"], share, inputs[0][-1])
    return Learned(f"{kernel} + {attributes['filters']}" if attributes["bias"] else kernel)


def _transpose_effort(inputs: Shapes, attributes: Attributes, output: Shape) -> Effort:
    share = _share(attributes["filters"], attributes["groups"])
    macs = f"{times(*inputs[0])}·({times(*attributes['kernel'], share)})"
    return Effort(macs, _bias(attributes, output))


EXPLAINERS = {
    "conv": Explainer(_grouped, _conv_weights, _conv_effort),
    "depthwise_conv": Explainer(_depthwise_output, _depthwise_weights, _depthwise_effort),
    "separable_conv": Explainer(windows, _separable_weights, _separable_effort),
    "conv_transpose": Explainer(_transpose_output, _transpose_weights, _transpose_effort),
}
