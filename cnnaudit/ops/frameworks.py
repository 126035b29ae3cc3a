"""What differs silently between frameworks: defaults that a file need not write."""

from typing import NamedTuple


class Framework(NamedTuple):
    """The defaults of one framework.

    ``ceil`` is the rule that ``rounding: ceil`` means; ``pool_padding`` is "none" or "kernel-1"
    (in all, the smaller half first); ``pool_stride`` is "kernel" or "one"; ``prelu_slopes`` is
    how many slopes a PReLU learns; ``statistics_are_params`` says whether a summary's total counts
    the running statistics of batch normalisation.
    """

    name: str
    pool_rounding: str
    ceil: str
    pool_padding: str
    pool_stride: str
    prelu_slopes: str
    transpose_fills_stride: bool
    statistics_are_params: bool


DEFAULT_FRAMEWORK = "keras"

#: Keras 3 ops documentation; torch.nn documentation and ATen/native/Pool.h; Caffe
#: pooling_layer.cpp; Darknet parser.c and maxpool_layer.c.
FRAMEWORKS = {
    framework.name: framework
    for framework in (
        Framework("keras", "floor", "ceil", "none", "kernel", "element", True, True),
        Framework("pytorch", "floor", "ceil", "none", "kernel", "layer", False, False),
        Framework("caffe", "ceil", "ceil_caffe", "none", "one", "channel", False, False),
        Framework("darknet", "floor", "ceil", "kernel-1", "one", "channel", False, False),
    )
}
