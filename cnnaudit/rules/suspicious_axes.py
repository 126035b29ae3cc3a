"""An input whose axes look like another order: channels first, a batch, or no channels.

Why it matters: this format writes sizes as HEIGHTxWIDTHxCHANNELS without the batch, as Keras does;
PyTorch and Caffe put the channels first (torch.nn.Conv2d reads N, C, H, W), and what programs print
of a shape begins with the batch. 3x224x224 is then a map of 3 rows with 224 channels: with padding
nothing fails, and every number of the report is that of another network.

The rule only finds what hardly means anything else: 1 to 4 in front of two equal sides, 1 or 3 in
front of two sides under a window of two axes, a single step before an image, and a square that a
window slides over as if it were a sequence. Sequences of recurrent layers, windows along one axis
and volumes pass.

Example::

    input: 3x224x224
    layers:
      - {conv: 64, kernel: 3, padding: same, activation: relu}

Instead: `input: 224x224x3`.
"""

from collections.abc import Iterator

from cnnaudit.graph import axes_warnings
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = axes_warnings.CODE
NAME = axes_warnings.NAME
LEVEL = "warning"


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """Every input of the network."""
    source = network.architecture.source if network.architecture else None
    for warning in axes_warnings.axes_warnings(network.graph):
        span = warning.span if warning.span and warning.span.source is source else None
        yield Finding(None, warning.message, warning.help, span=span)
