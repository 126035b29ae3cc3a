"""A convolution with so few filters that it throws away what it reads.

Why it matters: the first layer of AlexNet learns 96 different edge and colour detectors
(Krizhevsky et al. 2012, figure 3); with a handful, later layers have nothing to tell images apart
by, however wide they are. Scaling every width by the ratio of the classes does this: 29 classes
instead of 1000 leave 4 of the 96. How many features a first layer needs depends on the images, not
on the number of classes.

Example::

    input: 270x480x3
    layers:
      - {conv: 4, kernel: 11, stride: 4}      # 363 values are read, 4 are kept

Instead: keep the first layers wide, where filters cost little, and save in the dense layers; or
scale by a factor with a floor, such as `max(16, round_even(96*width))`.
"""

from collections.abc import Iterator

from cnnaudit.layers.kind import product
from cnnaudit.rules.rule import Finding, Level, Option, Options
from cnnaudit.rules.subject import Subject

CODE = "CA304"
NAME = "narrow-layer"
LEVEL = Level.WARNING
OPTIONS = (Option("floor", 8, "the fewest filters that pass"),)


def check(subject: Subject, options: Options) -> Iterator[Finding]:
    """Convolutions below the floor whose windows hold more values than they have filters."""
    floor = options["floor"]
    for row in subject.layers:
        node = row.node
        if node.kind != "conv" or node.auxiliary:
            continue
        (entering,) = subject.graph.input_shapes(node)
        filters, attributes = node.attributes["filters"], node.attributes
        read = product(attributes["kernel"]) * entering[-1] // attributes["groups"]
        if filters < floor and filters < read:
            yield Finding(
                row.name,
                f"{filters} filters keep {filters} of the {read} values that a window reads",
                f"give it {floor} filters or more: a first layer's filters cost little",
            )
