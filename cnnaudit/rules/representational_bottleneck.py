"""One step in which the activations shrink to a small part of what they were.

Why it matters: Szegedy et al. 2016 ("Rethinking the Inception Architecture for Computer Vision",
section 2, principle 1) advise against bottlenecks with extreme compression: what passes through a
layer that everything must pass through is at most what its output holds, and the representation
should shrink gently from the input to the classifier. A pool of 2x2 keeps a quarter, which is the
usual step. An autoencoder, whose output is like its input, squeezes on purpose, and passes.

Example::

    input: 224x224x3
    layers:
      - {conv: 4, kernel: 11, stride: 4}      # of 150,528 values, 11,664 are left: 1/13
      - {conv: 256, kernel: 5}

Instead: more filters where the map gets smaller, a smaller stride, or a pool beside a strided
convolution, concatenated (the same paper, section 5, figure 10).
"""

from collections.abc import Iterator
from math import prod

from cnnaudit.formatting import count_text, shape_text
from cnnaudit.graph.graph import Node
from cnnaudit.rules.dataflow import is_autoencoder, is_transparent, size
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Option, Options

CODE = "CA303"
NAME = "representational-bottleneck"
LEVEL = "warning"
OPTIONS = (Option("factor", 8, "by how much activations may shrink in one step"),)


def check(network: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """The steps of the main line up to the classifier; branches are judged at their merge."""
    if is_autoencoder(network):
        return
    line, factor = network.main_line, options["factor"]
    sizes = [network.audit.rows[index].activation_size for index in line]
    last_step = 0
    for position in range(1, len(line)):
        input_size, output_size = sizes[position - 1], sizes[position]
        if not output_size or input_size <= factor * output_size:
            continue
        # Usually this step is the classifier itself, so the search starts at its end.
        if any(_is_classifier(network, line, p) for p in range(position, last_step, -1)):
            return
        last_step = position
        before, after = network.nodes[line[position - 1]], network.nodes[line[position]]
        yield Finding(
            after.layer,
            f"{count_text(input_size)} values enter ({shape_text(before.output_shape)}) and"
            f" {count_text(output_size)} leave ({shape_text(after.output_shape)}): 1 in"
            f" {count_text(round(input_size / output_size))} is kept",
            _help(after, input_size, factor),
        )


def _is_classifier(network: AuditedNetwork, line: tuple[int, ...], position: int) -> bool:
    """Whether the map ends here: at the output, as a vector, as one position, or pooled to one."""
    previous, current = network.nodes[line[position - 1]], network.nodes[line[position]]
    if not previous.output_shape or not current.output_shape:
        return False
    if size(current.output_shape) == 1 or line[position] in network.head_nodes:
        return True
    if "pool" not in current.op:
        return False
    for later in range(position + 1, len(line)):
        if not is_transparent(network.nodes[line[later]].op):
            return size(network.nodes[line[later]].output_shape) == 1
    return True


def _help(node: Node, input_size: int, factor: int) -> str | None:
    """The number of filters that would keep enough, or a smaller stride; None for other ops."""
    if "filters" not in node.attributes:
        strides = node.attributes.get("stride") or (1,)
        return "use a smaller stride" if max(strides) > 1 else None
    positions = prod(node.output_shape[:-1])
    filters = -(-input_size // (factor * positions))
    return f"{filters} filters would keep 1 in {factor}"
