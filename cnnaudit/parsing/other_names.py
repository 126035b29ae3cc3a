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
    LAST_AXIS_FIRST = "last axis first"
    FLAG = "flag"
    #: true where it says false.
    OPPOSITE = "opposite"
    #: Whether a layer has batch normalisation.
    NORMALISES = "normalises"
    #: The name of an activation function.
    ACTIVATION = "activation"
    #: The name of an initialiser.
    INITIALISER = "initialiser"
    #: What is dropped, given what is kept.
    COMPLEMENT = "complement"
    #: ceil where it says true, else floor.
    ROUNDING = "rounding"
    #: The name of an interpolation.
    INTERPOLATION = "interpolation"
    #: 1 + twice a radius.
    DIAMETER = "diameter"
    #: Positions from 0, given positions from 1.
    FROM_ZERO = "from zero"
    #: An axis, channels last.
    AXIS = "axis"
    #: kernel // 2 where it says 1 (Darknet).
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


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_CONV_BLOCK = {"batch_norm": "true", "activation": "relu"}
#: Keras's global pools drop the axes that they pool.
_GLOBAL = {"kernel": "global", "keep_dims": "false"}

OPERATIONS = (
    OperationNames(
        "conv",
        _split(
            "Conv2D Conv1D Conv3D nn.Conv2d Convolution Convolution2D conv_2d convolutional "
            "convolution_layer conv_layer LazyConv2d Conv2DLayer ConvolutionLayer cnn "
            "atrous_conv dilated_conv AtrousConvolution2D group_conv grouped_conv"
        ),
    ),
    OperationNames("conv", _split("Conv1x1 pointwise_conv 1x1conv pwconv"), {"kernel": "1"}),
    OperationNames("conv", _split("Conv3x3 3x3conv"), {"kernel": "3"}),
    OperationNames("conv", _split("Conv5x5 5x5conv"), {"kernel": "5"}),
    OperationNames("conv", _split("Conv7x7 7x7conv"), {"kernel": "7"}),
    OperationNames(
        "conv",
        _split("ConvBNReLU conv_bn_relu ConvBNAct Conv2dNormActivation CBR ConvModule BasicConv2d"),
        _CONV_BLOCK,
    ),
    OperationNames("conv", _split("ConvBN conv_bn"), {"batch_norm": "true"}),
    OperationNames("conv", _split("ConvReLU conv_relu"), {"activation": "relu"}),
    OperationNames("conv", _split("CBS ConvBNSiLU"), {"batch_norm": "true", "activation": "silu"}),
    OperationNames(
        "depthwise_conv",
        _split(
            "DepthwiseConv2D DepthwiseConvolution depthwise depthwise_conv2d dw_conv DWConv "
            "depthwise_convolutional ConvolutionDepthwise"
        ),
    ),
    OperationNames(
        "separable_conv",
        _split(
            "SeparableConv2D SeparableConvolution2D separable sep_conv depthwise_separable_conv "
            "dsconv DepthwiseSeparableConv2d"
        ),
    ),
    OperationNames(
        "conv_transpose",
        _split(
            "Conv2DTranspose ConvTranspose2d nn.ConvTranspose2d transposed_conv deconv "
            "Deconvolution Deconvolution2D deconvolutional Deconv2D conv2d_transpose up_conv "
            "transpose_conv TransposedConvolution fractionally_strided_conv"
        ),
    ),
    OperationNames(
        "max_pool",
        _split(
            "MaxPooling2D MaxPool2d nn.MaxPool2d maxpool maxpooling max_pool_2d MaxPooling "
            "MaxPool2DLayer pool pooling pool_layer subsampling mp"
        ),
    ),
    OperationNames(
        "avg_pool",
        _split(
            "AveragePooling2D AvgPool2d nn.AvgPool2d avgpool average_pool average_pooling "
            "avg_pool_2d AveragePool avgpooling mean_pool ap"
        ),
    ),
    OperationNames(
        "avg_pool",
        _split(
            "GlobalAveragePooling2D GlobalAvgPool2D gap global_avg_pool global_average_pool "
            "GlobalAveragePool GlobalAvgPool2d global_pool GlobalPooling global_pooling"
        ),
        _GLOBAL,
    ),
    OperationNames(
        "max_pool",
        _split("GlobalMaxPooling2D GlobalMaxPool2D global_max_pool gmp GlobalMaxPool"),
        _GLOBAL,
    ),
    OperationNames(
        "adaptive_pool",
        _split("AdaptiveAvgPool2d nn.AdaptiveAvgPool2d AdaptiveAveragePooling2D adaptive_avg_pool"),
    ),
    OperationNames(
        "adaptive_pool",
        _split("AdaptiveMaxPool2d nn.AdaptiveMaxPool2d AdaptiveMaxPooling2D adaptive_max_pool"),
        {"mode": "max"},
    ),
    OperationNames(
        "dense",
        _split(
            "Dense fc linear nn.Linear LazyLinear InnerProduct inner_product ip connected "
            "fully_connected FullyConnected DenseLayer Gemm affine fc_layer linear_layer "
            "full_connection hidden_layer"
        ),
    ),
    OperationNames(
        "batch_norm",
        _split(
            "bn BatchNorm2d BatchNorm1d nn.BatchNorm2d BatchNormalization batch_normalization "
            "batch_normalize SyncBatchNorm SyncBN norm BatchNormLayer "
            "normalization FrozenBatchNorm2d"
        ),
    ),
    OperationNames("layer_norm", _split("LayerNormalization nn.LayerNorm ln LayerNorm2d")),
    OperationNames("group_norm", _split("GroupNormalization nn.GroupNorm gn")),
    OperationNames("rms_norm", _split("RMSNormalization nn.RMSNorm rmsnorm")),
    OperationNames(
        "lrn",
        _split(
            "LocalResponseNorm nn.LocalResponseNorm LocalResponseNormalization "
            "local_response_normalization response_norm LocalResponseNorm2d LRNLayer "
            "CrossMapLRN2d SpatialCrossMapLRN"
        ),
    ),
    OperationNames("activation", _split("Activation act act_fn nonlinearity NonlinearityLayer")),
    OperationNames(
        "dropout",
        _split(
            "Dropout drop nn.Dropout Dropout2d SpatialDropout2D DropoutLayer AlphaDropout "
            "FeatureAlphaDropout GaussianDropout"
        ),
    ),
    OperationNames(
        "add",
        _split(
            "Add sum addition plus shortcut Eltwise elementwise elementwise_add ElemwiseSumLayer "
            "eltwise_sum residual skip skip_connection FloatFunctional"
        ),
    ),
    OperationNames(
        "multiply", _split("Multiply mul prod product eltwise_prod scale_channels times")
    ),
    OperationNames(
        "concat",
        _split(
            "Concatenate Concat cat torch.cat route concatenation ConcatLayer "
            "merge join depth_concat"
        ),
    ),
    OperationNames("subtract", _split("Subtract sub minus difference")),
    OperationNames("divide", _split("Div true_divide")),
    OperationNames("average", _split("Average mean_of")),
    OperationNames("maximum", _split("Maximum eltwise_max maxout")),
    OperationNames("minimum", _split("Minimum eltwise_min")),
    OperationNames("flatten", _split("Flatten nn.Flatten flat FlattenLayer flattening ravel")),
    OperationNames("reshape", _split("Reshape view Unflatten ReshapeLayer torch.reshape")),
    OperationNames(
        "permute", _split("Permute transpose Transpose swap_axes dimshuffle DimshuffleLayer")
    ),
    OperationNames(
        "pad",
        _split("ZeroPadding2D ZeroPad2d nn.ZeroPad2d ConstantPad2d zero_padding PadLayer zero_pad"),
    ),
    OperationNames("pad", _split("ReflectionPad2d reflect_pad"), {"mode": "reflect"}),
    OperationNames("pad", _split("ReplicationPad2d edge_pad"), {"mode": "replicate"}),
    OperationNames("crop", _split("Cropping2D CenterCrop cropping")),
    OperationNames(
        "upsample",
        _split(
            "Upsample nn.Upsample UpSampling2D upsampling Upscale2DLayer unpool "
            "unpooling UpsamplingNearest2d"
        ),
    ),
    OperationNames(
        "upsample", _split("UpsamplingBilinear2d bilinear_upsample"), {"mode": "linear"}
    ),
    OperationNames("resize", _split("Resizing interpolate F.interpolate interp resize_bilinear")),
    OperationNames("slice", _split("narrow StridedSlice SliceLayer")),
    OperationNames("channel_shuffle", _split("ChannelShuffle shuffle shuffle_channel")),
    OperationNames("scale", _split("layer_scale LayerScale ScaleLayer gamma")),
    OperationNames("rescale", _split("Rescaling normalize_input")),
    OperationNames("identity", _split("Identity nn.Identity noop pass passthrough")),
    OperationNames("embedding", _split("Embedding nn.Embedding embed EmbeddingLayer lookup_table")),
    OperationNames("rnn", _split("SimpleRNN nn.RNN recurrent vanilla_rnn")),
    OperationNames("lstm", _split("LSTM nn.LSTM CuDNNLSTM LSTMLayer")),
    OperationNames("gru", _split("GRU nn.GRU CuDNNGRU GRULayer")),
)

#: Layers elsewhere that are no layers here, and why.
NEEDLESS_OPERATIONS = (
    NeedlessNames(
        _split("Input InputLayer data ImageData Placeholder input_data"),
        "`input` at the top says what enters the network",
    ),
    NeedlessNames(
        _split("Output OutputLayer Accuracy cost loss_layer"),
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

_WINDOWED = ("conv", "depthwise_conv", "separable_conv", "conv_transpose", "max_pool", "avg_pool")
_RECURRENT = ("rnn", "lstm", "gru")
_COUNTS = "filters units"

ATTRIBUTES = (
    # One operation means something of its own by these names.
    AttributeNames(("rate",), _split("p drop_prob prob dropout_ratio drop_rate"), ops=("dropout",)),
    AttributeNames(("rate",), _split("keep_prob keep"), Form.COMPLEMENT, ("dropout",)),
    AttributeNames(
        ("vocabulary",), _split("input_dim num_embeddings vocab_size n_tokens"), ops=("embedding",)
    ),
    AttributeNames(("size",), _split("output_dim embedding_dim embed_dim dim"), ops=("embedding",)),
    AttributeNames(
        ("amounts",), _split("padding pad size width pad_width"), Form.PADDING, ("pad",)
    ),
    AttributeNames(("mode",), _split("padding_mode"), Form.WORD, ("pad",)),
    AttributeNames(("amounts",), _split("cropping crop"), Form.PADDING, ("crop",)),
    AttributeNames(
        ("factor",),
        _split("size scale_factor stride strides scale scales upscale_factor"),
        Form.SIZES,
        ("upsample",),
    ),
    AttributeNames(("factor",), _split("scale"), ops=("rescale",)),
    AttributeNames(
        ("size",), _split("output_size shape target_size"), Form.SIZES, ("resize", "adaptive_pool")
    ),
    AttributeNames(("size",), _split("local_size n"), ops=("lrn",)),
    AttributeNames(("size",), _split("depth_radius"), Form.DIAMETER, ("lrn",)),
    AttributeNames(("k",), _split("bias"), ops=("lrn",)),
    AttributeNames(
        ("shape",), _split("target_shape dims new_shape size"), Form.SHAPE, ("reshape",)
    ),
    AttributeNames(("order",), _split("dims perm axes pattern"), Form.FROM_ZERO, ("permute",)),
    AttributeNames(("axis",), _split("normalized_shape"), Form.AXIS, ()),
    AttributeNames(("init",), _split("init_value init_values gamma_init"), ops=("scale",)),
    AttributeNames(
        ("units",), _split("hidden_size hidden hidden_units state_size cell_size"), ops=_RECURRENT
    ),
    AttributeNames(("sequences",), _split("return_sequences return_seq"), Form.FLAG, _RECURRENT),
    AttributeNames(("layers", "repeat"), _split("num_layers n_layers"), ops=_RECURRENT),
    AttributeNames(
        ("function",),
        _split("activation name act type fn nonlinearity function_name"),
        Form.ACTIVATION,
        ("activation",),
    ),
    # Windows.
    AttributeNames(
        ("kernel",),
        _split(
            "k ks ksize kernel_size kernal kernel_shape filter_size filter_shape size pool_size "
            "window window_size pool_shape f conv_size kernel_sizes receptive_field"
        ),
        Form.SIZES,
    ),
    AttributeNames(
        ("stride",), _split("s st strides step steps subsample pool_stride stride_size"), Form.SIZES
    ),
    AttributeNames(
        ("padding",),
        _split(
            "p pad pads pad_size border_mode zero_padding padding_size padding_type auto_pad "
            "pad_type paddings"
        ),
        Form.PADDING,
    ),
    AttributeNames(("output_padding",), _split("out_padding output_pad adj"), Form.SIZES),
    AttributeNames(
        ("dilation",),
        _split("d dilation_rate dilations dilate rate atrous_rate atrous dil"),
        Form.SIZES,
    ),
    AttributeNames(("groups",), _split("g group num_groups n_groups num_group cardinality")),
    AttributeNames(("multiplier",), _split("depth_multiplier channel_multiplier width_multiplier")),
    AttributeNames(
        ("filters", "units"),
        _split(
            "filters units out_channels num_output nb_filter nb_filters n_filters num_filters "
            "num_filter n_units num_units num_outputs out_features output_channels channels output "
            "features num_features neurons nodes out_ch cout c2 n_out nout depth maps "
            "feature_maps output_dim out_planes planes width n_neurons hidden_units output_size "
            "out kernels num_kernels"
        ),
        ops=("conv", "separable_conv", "conv_transpose", "dense", *_RECURRENT),
    ),
    AttributeNames(("bias",), _split("use_bias bias_term with_bias has_bias biases b"), Form.FLAG),
    AttributeNames(("bias",), _split("no_bias"), Form.OPPOSITE),
    AttributeNames(("rounding",), _split("ceil_mode"), Form.ROUNDING),
    AttributeNames(("rounding",), _split("round_mode rounding_type rounding_mode"), Form.WORD),
    AttributeNames(("keep_dims",), _split("keepdims keepdim keep_dim"), Form.FLAG),
    AttributeNames(
        ("mode",),
        _split("interpolation method resample interp_mode upsample_mode"),
        Form.INTERPOLATION,
        ("upsample", "resize"),
    ),
    AttributeNames(("scale",), _split("gamma use_gamma use_scale"), Form.FLAG),
    AttributeNames(
        ("center",),
        _split("beta use_beta use_offset"),
        Form.FLAG,
        ("batch_norm", "layer_norm", "group_norm"),
    ),
    AttributeNames(("alpha",), _split("negative_slope slope leak leakiness leaky_slope")),
    AttributeNames(("axis",), _split("dim concat_axis concat_dim channel_axis"), Form.AXIS),
    # What may stand on any layer.
    AttributeNames(
        ("activation",),
        _split(
            "act act_fn act_func act_layer activation_fn activation_function activation_layer "
            "activations non_linearity nonlinearity nonlin transfer_function activ afunc"
        ),
        Form.ACTIVATION,
    ),
    AttributeNames(
        ("batch_norm",),
        _split(
            "bn batch_normalize batchnorm use_bn use_batchnorm use_batch_norm with_bn has_bn "
            "batch_normalization norm norm_layer normalization normalizer normalizer_fn norm_fn"
        ),
        Form.NORMALISES,
    ),
    AttributeNames(
        ("dropout",), _split("drop dropout_rate drop_rate p_drop dropout_prob drop_prob")
    ),
    AttributeNames(("dropout",), _split("keep_prob"), Form.COMPLEMENT),
    AttributeNames(
        ("init",),
        _split(
            "kernel_initializer weights_init weight_init weight_filler kernel_init initializer "
            "weight_initializer w_init initialiser depthwise_initializer initialization"
        ),
        Form.INITIALISER,
    ),
    AttributeNames(
        ("repeat",),
        _split(
            "repeats times reps num_repeats num_repeat n_repeats num_blocks "
            "num_layers n_times number"
        ),
    ),
    AttributeNames(
        ("from",),
        _split(
            "input inputs bottom bottoms inbound input_layer source sources prev "
            "src parents connect_to"
        ),
    ),
    AttributeNames(("name",), _split("id layer_name label top tag")),
    AttributeNames(("trainable",), _split("requires_grad learnable train"), Form.FLAG),
    AttributeNames(("trainable",), _split("frozen freeze stopbackward"), Form.OPPOSITE),
    AttributeNames(("note",), _split("comment comments description remark doc")),
    AttributeNames(("when",), _split("if condition only_if enabled")),
    AttributeNames(
        ("share",), _split("shared share_with shared_with weights_from tied_to tie share_weights")
    ),
    AttributeNames(
        ("expect",), _split("output_shape out_shape expected expected_shape shape_out"), Form.SHAPE
    ),
)

NEEDLESS_ATTRIBUTES = (
    NeedlessNames(
        _split(
            "in_channels input_channels in_features input_dim input_depth in_ch cin c1 n_in nin "
            "in_planes num_input input_units input_size channels_in"
        ),
        "it is worked out from the layer above",
    ),
    NeedlessNames(
        _split("input_shape batch_input_shape input_dims in_shape batch_shape"),
        "`input` at the top says what enters the network",
    ),
    NeedlessNames(_split("num_features num_channels"), "it is worked out from the layer above"),
    NeedlessNames(
        _split("bias_initializer bias_init bias_filler beta_initializer gamma_initializer"),
        "how a bias starts is not told",
    ),
    NeedlessNames(
        _split(
            "kernel_regularizer bias_regularizer activity_regularizer regularizer l1 l2 "
            "kernel_constraint bias_constraint weight_decay decay_mult lr_mult param"
        ),
        "it changes no number here; `training` may hold a `weight_decay`",
    ),
    NeedlessNames(
        _split("eps epsilon momentum track_running_stats renorm fused bn_momentum decay"),
        "it changes no number here",
    ),
    NeedlessNames(
        _split("data_format layout channels_first channels_last dim_ordering"),
        "channels are always last",
    ),
    NeedlessNames(
        _split("inplace in_place device dtype seed memory_efficient engine"),
        "it changes no number here",
    ),
    NeedlessNames(
        _split("count_include_pad exclude_pad return_indices align_corners antialias antialiasing"),
        "it changes no number here",
    ),
    NeedlessNames(
        _split("batch_first return_state stateful unroll go_backwards time_major implementation"),
        "it changes no number here",
        _RECURRENT,
    ),
    NeedlessNames(_split("norm_region"), "`lrn` goes over neighbouring channels"),
)

#: Functions under their names here.
ACTIVATION_NAMES = {
    "relu": _split("ReLU nn.ReLU rectify rectifier rectified_linear rect relu_layer tf.nn.relu"),
    "relu6": _split("ReLU6 nn.ReLU6 relu_6 clipped_relu"),
    "leaky_relu": _split("LeakyReLU nn.LeakyReLU leaky lrelu leaky_rectify LeakyRectify"),
    "prelu": _split("PReLU nn.PReLU parametric_relu ParametricReLU"),
    "elu": _split("ELU nn.ELU"),
    "selu": _split("SELU nn.SELU"),
    "celu": _split("CELU nn.CELU"),
    "gelu": _split("GELU nn.GELU gelu_new gelu_tanh approximate_gelu quick_gelu"),
    "sigmoid": _split("Sigmoid nn.Sigmoid logistic sigm sig"),
    "hard_sigmoid": _split("HardSigmoid nn.Hardsigmoid hsigmoid h_sigmoid hard_sigm"),
    "log_sigmoid": _split("LogSigmoid nn.LogSigmoid"),
    "tanh": _split("TanH nn.Tanh hyperbolic_tangent tangent_hyperbolic"),
    "hard_tanh": _split("Hardtanh nn.Hardtanh htanh"),
    "softplus": _split("Softplus nn.Softplus"),
    "softsign": _split("Softsign nn.Softsign"),
    "silu": _split("SiLU nn.SiLU silu_layer"),
    "swish": _split("Swish swish_layer swish1"),
    "hard_swish": _split("HardSwish nn.Hardswish hswish h_swish hard_silu"),
    "mish": _split("Mish nn.Mish"),
    "exponential": _split("exp exponent"),
    "softmax": _split("Softmax nn.Softmax SoftmaxLayer SoftmaxWithLoss softmax_with_loss smax"),
    "log_softmax": _split("LogSoftmax nn.LogSoftmax"),
    "linear": _split("no_activation"),
}

#: ``activation`` of a layer only: no function.
NO_ACTIVATION = _split("None identity no off nil false")

INITIALISER_NAMES = {
    "zeros": _split("zero zeros_ Zeros"),
    "ones": _split("one ones_ Ones"),
    "constant": _split("constant_ Constant const"),
    "normal": _split(
        "random_normal RandomNormal gaussian normal_ truncated_normal "
        "TruncatedNormal trunc_normal_ randn"
    ),
    "uniform": _split("random_uniform RandomUniform uniform_ rand"),
    "glorot_uniform": _split("GlorotUniform xavier_uniform xavier_uniform_ Xavier_uniform"),
    "glorot_normal": _split("GlorotNormal xavier_normal xavier_normal_"),
    "glorot": _split("Glorot"),
    "xavier": _split("Xavier xavier_init"),
    "he": _split("He kaiming msra kaiming_init MSRAPrelu"),
    "he_normal": _split("HeNormal kaiming_normal kaiming_normal_"),
    "he_uniform": _split("HeUniform kaiming_uniform kaiming_uniform_"),
    "lecun_normal": _split("LecunNormal variance_scaling VarianceScaling"),
    "lecun_uniform": _split("LecunUniform uniform_scaling"),
    "orthogonal": _split("Orthogonal orthogonal_ ortho"),
}

#: Words that are values elsewhere, by the word here; a table holds for the fields that have its
#: first word.
INTERPOLATIONS = {
    "nearest": _split("nearest_exact nearest_neighbor nearest_neighbour NEAREST"),
    "linear": _split("bilinear trilinear BILINEAR area"),
    "cubic": _split("bicubic BICUBIC"),
}
PADDING_MODES = {
    "zeros": _split("constant zero CONSTANT"),
    "reflect": _split("REFLECT reflection mirror symmetric"),
    "replicate": _split("edge nearest_edge replication"),
}
POOL_MODES = {"avg": _split("ave average mean AVE"), "max": _split("maximum MAX")}
ROUNDINGS = {"floor": _split("down FLOOR truncate"), "ceil": _split("up CEIL ceiling")}
FRAMEWORK_NAMES = {
    "keras": _split("tensorflow tf tf.keras TensorFlow keras3 tflearn tflite"),
    "pytorch": _split("torch PyTorch libtorch timm torchvision lightning fastai"),
    "caffe": _split("Caffe caffe2 prototxt"),
    "darknet": _split("yolo Darknet cfg"),
}
PRECISION_NAMES = {
    "fp32": _split("float32 float single full f32 float_32 32"),
    "fp16": _split("float16 half f16 16"),
    "bf16": _split("bfloat16 bfloat"),
    "int8": _split("i8 uint8 quantized 8"),
    "mixed": _split("amp mixed_precision mixed_float16 mixed_fp16 auto"),
}
OPTIMIZER_NAMES = {
    "sgd": _split("SGD gradient_descent vanilla"),
    "momentum": _split("sgd_momentum nesterov nag"),
    "adam": _split("Adam amsgrad adamax nadam"),
    "adamw": _split("AdamW"),
    "rmsprop": _split("RMSprop RMSProp rms"),
    "adagrad": _split("Adagrad"),
}
MERGE_NAMES = {
    "add": _split("sum plus eltwise residual addition shortcut"),
    "multiply": _split("mul prod product times"),
    "concat": _split("cat concatenate concatenation stack join depth_concat route"),
    "subtract": _split("sub minus"),
    "divide": _split("div"),
    "average": _split("mean avg ave"),
    "maximum": _split("max"),
    "minimum": _split("min"),
}
PADDING_WORDS = {
    "same": _split("SAME same_upper SAME_UPPER same_padding"),
    "valid": _split("VALID none no NOTSET no_padding"),
    "half": _split("autopad auto half_padding"),
}
KERNEL_WORDS = {"global": _split("GLOBAL all full whole")}
VALUES: tuple[Mapping[str, tuple[str, ...]], ...] = (
    ACTIVATION_NAMES,
    INITIALISER_NAMES,
    INTERPOLATIONS,
    PADDING_MODES,
    POOL_MODES,
    ROUNDINGS,
    FRAMEWORK_NAMES,
    PRECISION_NAMES,
    OPTIMIZER_NAMES,
    MERGE_NAMES,
    PADDING_WORDS,
    KERNEL_WORDS,
)

#: Keys at the top of a file; a key whose value is a list or a mapping keeps it.
TOP_LEVEL_NAMES = (
    KeyNames(
        "input",
        _split(
            "inputs input_shape input_size img_size image_size imgsz input_dim input_dims in_shape "
            "resolution shape input_layer image_shape input_resolution size data_shape "
            "input_tensor batch_input_shape"
        ),
        Form.SHAPE,
    ),
    KeyNames(
        "classes",
        _split(
            "num_classes nc n_classes nb_classes number_of_classes num_labels n_class num_class "
            "class_count output_classes num_outputs labels"
        ),
    ),
    KeyNames(
        "layers",
        _split(
            "model network architecture net layer body stages sequence sequential nn features "
            "structure graph nodes topology layer_list trunk"
        ),
    ),
    KeyNames(
        "vars",
        _split(
            "variables params constants parameters hparams hyperparameters config "
            "settings args var define values"
        ),
    ),
    KeyNames(
        "extends",
        _split(
            "base from parent inherits extend include import based_on inherit "
            "base_file _base_ defaults_from"
        ),
    ),
    KeyNames("changes", _split("modifications patch patches edits modify overrides change diff")),
    KeyNames("name", _split("title model_name network_name id net_name arch_name")),
    KeyNames("description", _split("desc comment note notes about summary info")),
    KeyNames("source", _split("paper reference references url citation origin doi link author")),
    KeyNames(
        "framework",
        _split("library backend fw tool platform engine framework_name convention"),
        Form.WORD,
    ),
    KeyNames(
        "variants", _split("presets configs configurations scales versions model_sizes flavours")
    ),
    KeyNames(
        "blocks",
        _split(
            "modules templates macros components functions defs definitions block "
            "module custom_layers"
        ),
    ),
    KeyNames("defaults", _split("default common global layer_defaults default_args")),
    KeyNames("backbone", _split("pretrained base_model base_network feature_extractor encoder")),
    KeyNames("training", _split("train hyp solver train_config training_config compile")),
    KeyNames(
        "expect", _split("assert expected expects tests expectations asserts budget budgets limits")
    ),
)

NEEDLESS_KEYS = (
    NeedlessNames(_split("version format format_version schema"), "`cnnaudit: 1` says the format"),
    NeedlessNames(
        _split("output outputs output_shape output_layer"),
        "the last layer is the output; `expect: {output: 10}` checks its shape",
    ),
    NeedlessNames(_split("data_format layout"), "channels are always last"),
    NeedlessNames(_split("weights checkpoint weights_file"), "weights are not read"),
)

#: Keys of ``training`` and its groups, by the path of the key.
TRAINING_NAMES = (
    KeyNames(
        "batch_size", _split("batch batchsize bs mini_batch minibatch train_batch_size batch_sz")
    ),
    KeyNames("epochs", _split("epoch n_epochs num_epochs nb_epoch max_epochs nb_epochs")),
    KeyNames("loss", _split("loss_fn criterion objective cost loss_function")),
    KeyNames("precision", _split("dtype amp mixed_precision data_type"), Form.WORD),
    KeyNames("optimizer", _split("optim opt optimiser solver_type")),
    KeyNames("optimizer.type", _split("class method algorithm name kind")),
    KeyNames(
        "optimizer.lr", _split("learning_rate lr0 base_lr learn_rate lrate initial_lr step_size")
    ),
    KeyNames("optimizer.momentum", _split("mom beta1 mu")),
    KeyNames("optimizer.weight_decay", _split("wd decay l2 l2_penalty")),
    KeyNames("dataset", _split("data train_data dataset_config")),
    KeyNames(
        "dataset.images",
        _split(
            "num_images n_images samples num_samples n_samples train_size "
            "num_train train_images examples"
        ),
    ),
    KeyNames("dataset.classes", _split("num_classes nc n_classes nb_classes")),
)

#: Keys of ``expect``; ``max_`` may stand before them.
EXPECT_NAMES = (
    KeyNames(
        "params",
        _split("parameters total_params n_params num_params total_parameters weights param_count"),
    ),
    KeyNames("trainable_params", _split("trainable trainable_parameters learnable_params")),
    KeyNames("non_trainable_params", _split("frozen_params non_trainable nontrainable_params")),
    KeyNames("macs", _split("mac madds mult_adds multiply_adds mac_count gmacs_total macc")),
    KeyNames("flops", _split("flop num_flops total_flops FLOPs")),
    KeyNames("output", _split("output_shape out out_shape result"), Form.SHAPE),
    KeyNames("weight_bytes", _split("model_size param_bytes weights_bytes size_bytes")),
    KeyNames("activation_size", _split("activations num_activations activation_count")),
)
