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


def check(subject: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """The steps of the main line up to the classifier: branches are judged where they end."""
    if is_autoencoder(subject):
        return
    line, factor = subject.main_line, options["factor"]
    sizes = [subject.audit.rows[index].activation_size for index in line]
    searched = 0
    for position in range(1, len(line)):
        entering, left = sizes[position - 1], sizes[position]
        if not left or entering <= factor * left:
            continue
        # Nearly always this is the classifier itself.
        if any(_is_classifier(subject, line, p) for p in range(position, searched, -1)):
            return
        searched = position
        before, after = subject.nodes[line[position - 1]], subject.nodes[line[position]]
        yield Finding(
            after.layer,
            f"{count_text(entering)} values enter ({shape_text(before.output_shape)}) and"
            f" {count_text(left)} leave ({shape_text(after.output_shape)}): 1 in"
            f" {count_text(round(entering / left))} is kept",
            _help(after, entering, factor),
        )


def _is_classifier(subject: AuditedNetwork, line: tuple[int, ...], position: int) -> bool:
    """Whether the map ends here: answered, flattened, made one position, or pooled just before."""
    before, here = subject.nodes[line[position - 1]], subject.nodes[line[position]]
    if not before.output_shape or not here.output_shape:
        return False
    if size(here.output_shape) == 1 or line[position] in subject.head_nodes:
        return True
    if "pool" not in here.op:
        return False
    for later in range(position + 1, len(line)):
        if not is_transparent(subject.nodes[line[later]].op):
            return size(subject.nodes[line[later]].output_shape) == 1
    return True


def _help(node: Node, entering: int, factor: int) -> str | None:
    """How many filters would keep enough, for what has filters."""
    if "filters" not in node.attributes:
        strides = node.attributes.get("stride") or (1,)
        return "use a smaller stride" if max(strides) > 1 else None
    cells = prod(node.output_shape[:-1])
    needed = -(-entering // (factor * cells))
    return f"{needed} filters would keep 1 in {factor}"
