"""Tables of the names that other programs have for what an architecture file may hold.

Files are read in one format, so these names are errors; the tables say what to write instead
(``corrections.py`` does it). The names are those of Keras 2 and 3, PyTorch and timm, Caffe
prototxt, Darknet cfg, TFLearn, Lasagne and ONNX, and what people say. Case, ``_``, ``-``, the
number of axes (``Conv2D``) and a module (``nn.ReLU``) make no difference; see ``plain_name``.
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple


class Form(Enum):
    """How a value is written here, given as the other program writes it."""

    #: As it is.
    SAME = "same"
    #: One size for all axes, or 1x7.
    SIZES = "sizes"
    #: A shape with channels last and without the batch axis.
    SHAPE = "shape"
    #: An amount of padding, or its name in small letters.
    PADDING = "padding"
    #: PyTorch's order from the last axis on: left, right, top, bottom.
    FLAG = "flag"
    #: true for false.
    OPPOSITE = "opposite"
    #: Whether a layer has batch normalisation.
    NORMALISES = "normalises"
    #: The name of an activation function.
    ACTIVATION = "activation"
    #: The name of an initialiser.
    INITIALISER = "initialiser"
    #: What is dropped, given what is kept.
    COMPLEMENT = "complement"
    #: ceil for true, else floor.
    ROUNDING = "rounding"
    #: The name of an interpolation.
    INTERPOLATION = "interpolation"
    #: 1 + twice a radius.
    DIAMETER = "diameter"
    #: Positions from 0, given positions from 1.
    FROM_ZERO = "from zero"
    #: An axis, channels last.
    AXIS = "axis"
    #: kernel // 2 for 1 (Darknet).
    HALF = "half"
    #: One word, in small letters.
    WORD = "word"


class OperationNames(NamedTuple):
    """The names of one operation elsewhere, and the attributes that these names imply."""

    op: str
    names: tuple[str, ...]
    attributes: Mapping[str, str] = {}


class AttributeNames(NamedTuple):
    """The names of one attribute elsewhere.

    ``targets`` are attributes, modifiers or keys of any layer: the first that the layer may have is
    meant. ``ops`` limits the names to some operations.
    """

    targets: tuple[str, ...]
    names: tuple[str, ...]
    form: Form = Form.SAME
    ops: tuple[str, ...] = ()


class NeedlessNames(NamedTuple):
    """Attributes that are left out here, and why."""

    names: tuple[str, ...]
    reason: str
    ops: tuple[str, ...] = ()


class KeyNames(NamedTuple):
    """The names of one key of the file, of ``training`` or of ``expect`` elsewhere."""

    key: str
    names: tuple[str, ...]
    form: Form = Form.SAME


def plain_name(name: str) -> str:
    """A name without module, call, case, separators and number of axes: conv of nn.Conv2d."""
    last = name.partition("(")[0].rpartition(".")[2].lower()
    return re.sub(r"(?<=[a-z])[123]d$", "", re.sub(r"[\s_-]", "", last))


def split(text: str) -> tuple[str, ...]:
    """The names of a text, which blanks separate."""
    return tuple(text.split())


_CONV_BLOCK = {"batch_norm": "true", "activation": "relu"}
#: Keras's global pools drop the axes that they pool.
_GLOBAL = {"kernel": "global", "keep_dims": "false"}

OPERATIONS = (
    OperationNames(
        "conv",
        split(
            "Conv2D Conv1D Conv3D nn.Conv2d Convolution Convolution2D conv_2d convolutional "
            "convolution_layer conv_layer LazyConv2d Conv2DLayer ConvolutionLayer cnn "
            "atrous_conv dilated_conv AtrousConvolution2D group_conv grouped_conv"
        ),
    ),
    OperationNames("conv", split("Conv1x1 pointwise_conv 1x1conv pwconv"), {"kernel": "1"}),
    OperationNames("conv", split("Conv3x3 3x3conv"), {"kernel": "3"}),
    OperationNames("conv", split("Conv5x5 5x5conv"), {"kernel": "5"}),
    OperationNames("conv", split("Conv7x7 7x7conv"), {"kernel": "7"}),
    OperationNames(
        "conv",
        split("ConvBNReLU conv_bn_relu ConvBNAct Conv2dNormActivation CBR ConvModule BasicConv2d"),
        _CONV_BLOCK,
    ),
    OperationNames("conv", split("ConvBN conv_bn"), {"batch_norm": "true"}),
    OperationNames("conv", split("ConvReLU conv_relu"), {"activation": "relu"}),
    OperationNames("conv", split("CBS ConvBNSiLU"), {"batch_norm": "true", "activation": "silu"}),
    OperationNames(
        "depthwise_conv",
        split(
            "DepthwiseConv2D DepthwiseConvolution depthwise depthwise_conv2d dw_conv DWConv "
            "depthwise_convolutional ConvolutionDepthwise"
        ),
    ),
    OperationNames(
        "separable_conv",
        split(
            "SeparableConv2D SeparableConvolution2D separable sep_conv depthwise_separable_conv "
            "dsconv DepthwiseSeparableConv2d"
        ),
    ),
    OperationNames(
        "conv_transpose",
        split(
            "Conv2DTranspose ConvTranspose2d nn.ConvTranspose2d transposed_conv deconv "
            "Deconvolution Deconvolution2D deconvolutional Deconv2D conv2d_transpose up_conv "
            "transpose_conv TransposedConvolution fractionally_strided_conv"
        ),
    ),
    OperationNames(
        "max_pool",
        split(
            "MaxPooling2D MaxPool2d nn.MaxPool2d maxpool maxpooling max_pool_2d MaxPooling "
            "MaxPool2DLayer pool pooling pool_layer subsampling mp"
        ),
    ),
    OperationNames(
        "avg_pool",
        split(
            "AveragePooling2D AvgPool2d nn.AvgPool2d avgpool average_pool average_pooling "
            "avg_pool_2d AveragePool avgpooling mean_pool ap"
        ),
    ),
    OperationNames(
        "avg_pool",
        split(
            "GlobalAveragePooling2D GlobalAvgPool2D gap global_avg_pool global_average_pool "
            "GlobalAveragePool GlobalAvgPool2d global_pool GlobalPooling global_pooling"
        ),
        _GLOBAL,
    ),
    OperationNames(
        "max_pool",
        split("GlobalMaxPooling2D GlobalMaxPool2D global_max_pool gmp GlobalMaxPool"),
        _GLOBAL,
    ),
    OperationNames(
        "adaptive_pool",
        split("AdaptiveAvgPool2d nn.AdaptiveAvgPool2d AdaptiveAveragePooling2D adaptive_avg_pool"),
    ),
    OperationNames(
        "adaptive_pool",
        split("AdaptiveMaxPool2d nn.AdaptiveMaxPool2d AdaptiveMaxPooling2D adaptive_max_pool"),
        {"mode": "max"},
    ),
    OperationNames(
        "dense",
        split(
            "Dense fc linear nn.Linear LazyLinear InnerProduct inner_product ip connected "
            "fully_connected FullyConnected DenseLayer Gemm affine fc_layer linear_layer "
            "full_connection hidden_layer"
        ),
    ),
    OperationNames(
        "batch_norm",
        split(
            "bn BatchNorm2d BatchNorm1d nn.BatchNorm2d BatchNormalization batch_normalization "
            "batch_normalize SyncBatchNorm SyncBN norm BatchNormLayer "
            "normalization FrozenBatchNorm2d"
        ),
    ),
    OperationNames("layer_norm", split("LayerNormalization nn.LayerNorm ln LayerNorm2d")),
    OperationNames("group_norm", split("GroupNormalization nn.GroupNorm gn")),
    OperationNames("rms_norm", split("RMSNormalization nn.RMSNorm rmsnorm")),
    OperationNames(
        "lrn",
        split(
            "LocalResponseNorm nn.LocalResponseNorm LocalResponseNormalization "
            "local_response_normalization response_norm LocalResponseNorm2d LRNLayer "
            "CrossMapLRN2d SpatialCrossMapLRN"
        ),
    ),
    OperationNames("activation", split("Activation act act_fn nonlinearity NonlinearityLayer")),
    OperationNames(
        "dropout",
        split(
            "Dropout drop nn.Dropout Dropout2d SpatialDropout2D DropoutLayer AlphaDropout "
            "FeatureAlphaDropout GaussianDropout"
        ),
    ),
    OperationNames(
        "add",
        split(
            "Add sum addition plus shortcut Eltwise elementwise elementwise_add ElemwiseSumLayer "
            "eltwise_sum residual skip skip_connection FloatFunctional"
        ),
    ),
    OperationNames(
        "multiply", split("Multiply mul prod product eltwise_prod scale_channels times")
    ),
    OperationNames(
        "concat",
        split(
            "Concatenate Concat cat torch.cat route concatenation ConcatLayer "
            "merge join depth_concat"
        ),
    ),
    OperationNames("subtract", split("Subtract sub minus difference")),
    OperationNames("divide", split("Div true_divide")),
    OperationNames("average", split("Average mean_of")),
    OperationNames("maximum", split("Maximum eltwise_max maxout")),
    OperationNames("minimum", split("Minimum eltwise_min")),
    OperationNames("flatten", split("Flatten nn.Flatten flat FlattenLayer flattening ravel")),
    OperationNames("reshape", split("Reshape view Unflatten ReshapeLayer torch.reshape")),
    OperationNames(
        "permute", split("Permute transpose Transpose swap_axes dimshuffle DimshuffleLayer")
    ),
    OperationNames(
        "pad",
        split("ZeroPadding2D ZeroPad2d nn.ZeroPad2d ConstantPad2d zero_padding PadLayer zero_pad"),
    ),
    OperationNames("pad", split("ReflectionPad2d reflect_pad"), {"mode": "reflect"}),
    OperationNames("pad", split("ReplicationPad2d edge_pad"), {"mode": "replicate"}),
    OperationNames("crop", split("Cropping2D CenterCrop cropping")),
    OperationNames(
        "upsample",
        split(
            "Upsample nn.Upsample UpSampling2D upsampling Upscale2DLayer unpool "
            "unpooling UpsamplingNearest2d"
        ),
    ),
    OperationNames("upsample", split("UpsamplingBilinear2d bilinear_upsample"), {"mode": "linear"}),
    OperationNames("resize", split("Resizing interpolate F.interpolate interp resize_bilinear")),
    OperationNames("slice", split("narrow StridedSlice SliceLayer")),
    OperationNames("channel_shuffle", split("ChannelShuffle shuffle shuffle_channel")),
    OperationNames("scale", split("layer_scale LayerScale ScaleLayer gamma")),
    OperationNames("rescale", split("Rescaling normalize_input")),
    OperationNames("identity", split("Identity nn.Identity noop pass passthrough")),
    OperationNames("embedding", split("Embedding nn.Embedding embed EmbeddingLayer lookup_table")),
    OperationNames("rnn", split("SimpleRNN nn.RNN recurrent vanilla_rnn")),
    OperationNames("lstm", split("LSTM nn.LSTM CuDNNLSTM LSTMLayer")),
    OperationNames("gru", split("GRU nn.GRU CuDNNGRU GRULayer")),
)

#: Layers elsewhere that are no layers here, and why.
NEEDLESS_OPERATIONS = (
    NeedlessNames(
        split("Input InputLayer data ImageData Placeholder input_data"),
        "`input` at the top says what enters the network",
    ),
    NeedlessNames(
        split("Output OutputLayer Accuracy cost loss_layer"),
        "the last layer is the output",
    ),
)

#: An operation whose name elsewhere does not say which one it is: an attribute does.
CHOSEN_BY = ("pool", "pool_type", "pooling", "mode", "operation", "eltwise_param", "merge_mode")
CHOICES_OF_OPERATIONS = {
    "max_pool": {"ave": "avg_pool", "avg": "avg_pool", "average": "avg_pool", "mean": "avg_pool"},
    "add": {"prod": "multiply", "mul": "multiply", "max": "maximum", "ave": "average"},
    "concat": {"sum": "add", "mul": "multiply", "ave": "average", "max": "maximum"},
}
