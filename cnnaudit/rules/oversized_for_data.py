"""Many more parameters to learn than there are images to learn them from.

Why it matters: a network that can learn its training images by heart will (Zhang et al. 2017,
"Understanding deep learning requires rethinking generalization"), and what it then knows of others
is left to chance and regularisation. AlexNet has 49 parameters for each of the 1.28 million images
of ImageNet, and needed augmentation and dropout (Krizhevsky et al. 2012, section 4); the same
layers have 496 for each of the 50,000 images of CIFAR-10.

Example::

    input: 32x32x3
    layers: [flatten, {dense: 4096}, {dense: 4096}, {dense: 10}]    # 29.4 million parameters
    training: {dataset: {images: 50000}}                            # 588 for each image

Instead: fewer units in the dense layers, fewer filters or layers; or a frozen backbone that was
trained on more images (`backbone:`), whose parameters do not count here.
"""

from collections.abc import Iterator

from cnnaudit.formatting import bound_text, count_text
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Option, Options

CODE = "CA305"
NAME = "oversized-for-data"
LEVEL = "warning"
OPTIONS = (Option("params_per_image", 200, "the most trainable parameters an image that pass"),)


def check(network: AuditedNetwork, options: Options) -> Iterator[Finding]:
    """Trainable parameters per image, if the file gives the number of images."""
    images = network.graph.training.get("dataset.images")
    learned = network.audit.totals.trainable_params
    allowed = options["params_per_image"]
    if images is None or learned <= allowed * images:
        return
    params = bound_text(count_text(learned), network.audit.complete)
    yield Finding(
        None,
        f"{params} trainable parameters for {count_text(images)} images:"
        f" {count_text(round(learned / images))} for each, more than {count_text(allowed)}",
        f"{count_text(allowed)} for each of {count_text(images)} images are"
        f" {count_text(allowed * images)} parameters: use fewer units or filters, or freeze what"
        " was trained on other images (`backbone`)",
        span=network.span_of("training.dataset.images"),
    )
