"""Tables of other programs' words for functions, initialisers and modes."""

from collections.abc import Mapping

from cnnaudit.parsing.other_names import split

#: Functions under their names here.
ACTIVATION_NAMES = {
    "relu": split("ReLU nn.ReLU rectify rectifier rectified_linear rect relu_layer tf.nn.relu"),
    "relu6": split("ReLU6 nn.ReLU6 relu_6 clipped_relu"),
    "leaky_relu": split("LeakyReLU nn.LeakyReLU leaky lrelu leaky_rectify LeakyRectify"),
    "prelu": split("PReLU nn.PReLU parametric_relu ParametricReLU"),
    "elu": split("ELU nn.ELU"),
    "selu": split("SELU nn.SELU"),
    "celu": split("CELU nn.CELU"),
    "gelu": split("GELU nn.GELU gelu_new gelu_tanh approximate_gelu quick_gelu"),
    "sigmoid": split("Sigmoid nn.Sigmoid logistic sigm sig"),
    "hard_sigmoid": split("HardSigmoid nn.Hardsigmoid hsigmoid h_sigmoid hard_sigm"),
    "log_sigmoid": split("LogSigmoid nn.LogSigmoid"),
    "tanh": split("TanH nn.Tanh hyperbolic_tangent tangent_hyperbolic"),
    "hard_tanh": split("Hardtanh nn.Hardtanh htanh"),
    "softplus": split("Softplus nn.Softplus"),
    "softsign": split("Softsign nn.Softsign"),
    "silu": split("SiLU nn.SiLU silu_layer"),
    "swish": split("Swish swish_layer swish1"),
    "hard_swish": split("HardSwish nn.Hardswish hswish h_swish hard_silu"),
    "mish": split("Mish nn.Mish"),
    "exponential": split("exp exponent"),
    "softmax": split("Softmax nn.Softmax SoftmaxLayer SoftmaxWithLoss softmax_with_loss smax"),
    "log_softmax": split("LogSoftmax nn.LogSoftmax"),
    "linear": split("no_activation"),
}

#: ``activation`` of a layer only: no function.
NO_ACTIVATION = split("None identity no off nil false")

INITIALISER_NAMES = {
    "zeros": split("zero zeros_ Zeros"),
    "ones": split("one ones_ Ones"),
    "constant": split("constant_ Constant const"),
    "normal": split(
        "random_normal RandomNormal gaussian normal_ truncated_normal "
        "TruncatedNormal trunc_normal_ randn"
    ),
    "uniform": split("random_uniform RandomUniform uniform_ rand"),
    "glorot_uniform": split("GlorotUniform xavier_uniform xavier_uniform_ Xavier_uniform"),
    "glorot_normal": split("GlorotNormal xavier_normal xavier_normal_"),
    "glorot": split("Glorot"),
    "xavier": split("Xavier xavier_init"),
    "he": split("He kaiming msra kaiming_init MSRAPrelu"),
    "he_normal": split("HeNormal kaiming_normal kaiming_normal_"),
    "he_uniform": split("HeUniform kaiming_uniform kaiming_uniform_"),
    "lecun_normal": split("LecunNormal variance_scaling VarianceScaling"),
    "lecun_uniform": split("LecunUniform uniform_scaling"),
    "orthogonal": split("Orthogonal orthogonal_ ortho"),
}

#: Words that are values elsewhere, by the word here; a table holds for the fields that have its
#: first word.
INTERPOLATIONS = {
    "nearest": split("nearest_exact nearest_neighbor nearest_neighbour NEAREST"),
    "linear": split("bilinear trilinear BILINEAR area"),
    "cubic": split("bicubic BICUBIC"),
}
PADDING_MODES = {
    "zeros": split("constant zero CONSTANT"),
    "reflect": split("REFLECT reflection mirror symmetric"),
    "replicate": split("edge nearest_edge replication"),
}
POOL_MODES = {"avg": split("ave average mean AVE"), "max": split("maximum MAX")}
ROUNDINGS = {"floor": split("down FLOOR truncate"), "ceil": split("up CEIL ceiling")}
FRAMEWORK_NAMES = {
    "keras": split("tensorflow tf tf.keras TensorFlow keras3 tflearn tflite"),
    "pytorch": split("torch PyTorch libtorch timm torchvision lightning fastai"),
    "caffe": split("Caffe caffe2 prototxt"),
    "darknet": split("yolo Darknet cfg"),
}
PRECISION_NAMES = {
    "fp32": split("float32 float single full f32 float_32 32"),
    "fp16": split("float16 half f16 16"),
    "bf16": split("bfloat16 bfloat"),
    "int8": split("i8 uint8 quantized 8"),
    "mixed": split("amp mixed_precision mixed_float16 mixed_fp16 auto"),
}
OPTIMIZER_NAMES = {
    "sgd": split("SGD gradient_descent vanilla"),
    "momentum": split("sgd_momentum nesterov nag"),
    "adam": split("Adam amsgrad adamax nadam"),
    "adamw": split("AdamW"),
    "rmsprop": split("RMSprop RMSProp rms"),
    "adagrad": split("Adagrad"),
}
MERGE_NAMES = {
    "add": split("sum plus eltwise residual addition shortcut"),
    "multiply": split("mul prod product times"),
    "concat": split("cat concatenate concatenation stack join depth_concat route"),
    "subtract": split("sub minus"),
    "divide": split("div"),
    "average": split("mean avg ave"),
    "maximum": split("max"),
    "minimum": split("min"),
}
PADDING_WORDS = {
    "same": split("SAME same_upper SAME_UPPER same_padding"),
    "valid": split("VALID none no NOTSET no_padding"),
    "half": split("autopad auto half_padding"),
}
KERNEL_WORDS = {"global": split("GLOBAL all full whole")}
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
