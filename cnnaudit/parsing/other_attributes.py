"""Tables of other programs' names for attributes of layers; see ``other_names.py``."""

from cnnaudit.parsing.other_names import AttributeNames, Form, NeedlessNames, split

_RECURRENT = ("rnn", "lstm", "gru")

ATTRIBUTES = (
    # One operation means something of its own by these names.
    AttributeNames(("rate",), split("p drop_prob prob dropout_ratio drop_rate"), ops=("dropout",)),
    AttributeNames(("rate",), split("keep_prob keep"), Form.COMPLEMENT, ("dropout",)),
    AttributeNames(
        ("vocabulary",), split("input_dim num_embeddings vocab_size n_tokens"), ops=("embedding",)
    ),
    AttributeNames(("size",), split("output_dim embedding_dim embed_dim dim"), ops=("embedding",)),
    AttributeNames(("amounts",), split("padding pad size width pad_width"), Form.PADDING, ("pad",)),
    AttributeNames(("mode",), split("padding_mode"), Form.WORD, ("pad",)),
    AttributeNames(("amounts",), split("cropping crop"), Form.PADDING, ("crop",)),
    AttributeNames(
        ("factor",),
        split("size scale_factor stride strides scale scales upscale_factor"),
        Form.SIZES,
        ("upsample",),
    ),
    AttributeNames(("factor",), split("scale"), ops=("rescale",)),
    AttributeNames(
        ("size",), split("output_size shape target_size"), Form.SIZES, ("resize", "adaptive_pool")
    ),
    AttributeNames(("size",), split("local_size n"), ops=("lrn",)),
    AttributeNames(("size",), split("depth_radius"), Form.DIAMETER, ("lrn",)),
    AttributeNames(("k",), split("bias"), ops=("lrn",)),
    AttributeNames(("shape",), split("target_shape dims new_shape size"), Form.SHAPE, ("reshape",)),
    AttributeNames(("order",), split("dims perm axes pattern"), Form.FROM_ZERO, ("permute",)),
    AttributeNames(("axis",), split("normalized_shape"), Form.AXIS, ()),
    AttributeNames(("init",), split("init_value init_values gamma_init"), ops=("scale",)),
    AttributeNames(
        ("units",), split("hidden_size hidden hidden_units state_size cell_size"), ops=_RECURRENT
    ),
    AttributeNames(("sequences",), split("return_sequences return_seq"), Form.FLAG, _RECURRENT),
    AttributeNames(("layers", "repeat"), split("num_layers n_layers"), ops=_RECURRENT),
    AttributeNames(
        ("function",),
        split("activation name act type fn nonlinearity function_name"),
        Form.ACTIVATION,
        ("activation",),
    ),
    # Windows.
    AttributeNames(
        ("kernel",),
        split(
            "k ks ksize kernel_size kernel_shape filter_size filter_shape size pool_size "
            "window window_size pool_shape f conv_size kernel_sizes receptive_field"
        ),
        Form.SIZES,
    ),
    AttributeNames(
        ("stride",), split("s st strides step steps subsample pool_stride stride_size"), Form.SIZES
    ),
    AttributeNames(
        ("padding",),
        split(
            "p pad pads pad_size border_mode zero_padding padding_size padding_type auto_pad "
            "pad_type paddings"
        ),
        Form.PADDING,
    ),
    AttributeNames(("output_padding",), split("out_padding output_pad adj"), Form.SIZES),
    AttributeNames(
        ("dilation",),
        split("d dilation_rate dilations dilate rate atrous_rate atrous dil"),
        Form.SIZES,
    ),
    AttributeNames(("groups",), split("g group num_groups n_groups num_group cardinality")),
    AttributeNames(("multiplier",), split("depth_multiplier channel_multiplier width_multiplier")),
    AttributeNames(
        ("filters", "units"),
        split(
            "filters units out_channels num_output nb_filter nb_filters n_filters num_filters "
            "num_filter n_units num_units num_outputs out_features output_channels channels output "
            "features num_features neurons nodes out_ch cout c2 n_out nout depth maps "
            "feature_maps output_dim out_planes planes width n_neurons hidden_units output_size "
            "out kernels num_kernels"
        ),
        ops=("conv", "separable_conv", "conv_transpose", "dense", *_RECURRENT),
    ),
    AttributeNames(("bias",), split("use_bias bias_term with_bias has_bias biases b"), Form.FLAG),
    AttributeNames(("bias",), split("no_bias"), Form.OPPOSITE),
    AttributeNames(("rounding",), split("ceil_mode"), Form.ROUNDING),
    AttributeNames(("rounding",), split("round_mode rounding_type rounding_mode"), Form.WORD),
    AttributeNames(("keep_dims",), split("keepdims keepdim keep_dim"), Form.FLAG),
    AttributeNames(
        ("mode",),
        split("interpolation method resample interp_mode upsample_mode"),
        Form.INTERPOLATION,
        ("upsample", "resize"),
    ),
    AttributeNames(("scale",), split("gamma use_gamma use_scale"), Form.FLAG),
    AttributeNames(
        ("center",),
        split("beta use_beta use_offset"),
        Form.FLAG,
        ("batch_norm", "layer_norm", "group_norm"),
    ),
    AttributeNames(("alpha",), split("negative_slope slope leak leakiness leaky_slope")),
    AttributeNames(("axis",), split("dim concat_axis concat_dim channel_axis"), Form.AXIS),
    # What may stand on any layer.
    AttributeNames(
        ("activation",),
        split(
            "act act_fn act_func act_layer activation_fn activation_function activation_layer "
            "activations non_linearity nonlinearity nonlin transfer_function activ afunc"
        ),
        Form.ACTIVATION,
    ),
    AttributeNames(
        ("batch_norm",),
        split(
            "bn batch_normalize batchnorm use_bn use_batchnorm use_batch_norm with_bn has_bn "
            "batch_normalization norm norm_layer normalization normalizer normalizer_fn norm_fn"
        ),
        Form.NORMALISES,
    ),
    AttributeNames(
        ("dropout",), split("drop dropout_rate drop_rate p_drop dropout_prob drop_prob")
    ),
    AttributeNames(("dropout",), split("keep_prob"), Form.COMPLEMENT),
    AttributeNames(
        ("init",),
        split(
            "kernel_initializer weights_init weight_init weight_filler kernel_init initializer "
            "weight_initializer w_init initialiser depthwise_initializer initialization"
        ),
        Form.INITIALISER,
    ),
    AttributeNames(
        ("repeat",),
        split(
            "repeats times reps num_repeats num_repeat n_repeats num_blocks "
            "num_layers n_times number"
        ),
    ),
    AttributeNames(
        ("from",),
        split(
            "input inputs bottom bottoms inbound input_layer source sources prev "
            "src parents connect_to"
        ),
    ),
    AttributeNames(("name",), split("id layer_name label top tag")),
    AttributeNames(("trainable",), split("requires_grad learnable train"), Form.FLAG),
    AttributeNames(("trainable",), split("frozen freeze stopbackward"), Form.OPPOSITE),
    AttributeNames(("note",), split("comment comments description remark doc")),
    AttributeNames(("when",), split("if condition only_if enabled")),
    AttributeNames(
        ("share",), split("shared share_with shared_with weights_from tied_to tie share_weights")
    ),
    AttributeNames(
        ("expect",), split("output_shape out_shape expected expected_shape shape_out"), Form.SHAPE
    ),
)

NEEDLESS_ATTRIBUTES = (
    NeedlessNames(
        split(
            "in_channels input_channels in_features input_dim input_depth in_ch cin c1 n_in nin "
            "in_planes num_input input_units input_size channels_in"
        ),
        "it is worked out from the layer above",
    ),
    NeedlessNames(
        split("input_shape batch_input_shape input_dims in_shape batch_shape"),
        "`input` at the top says what enters the network",
    ),
    NeedlessNames(split("num_features num_channels"), "it is worked out from the layer above"),
    NeedlessNames(
        split("bias_initializer bias_init bias_filler beta_initializer gamma_initializer"),
        "how a bias starts is not told",
    ),
    NeedlessNames(
        split(
            "kernel_regularizer bias_regularizer activity_regularizer regularizer l1 l2 "
            "kernel_constraint bias_constraint weight_decay decay_mult lr_mult param"
        ),
        "it changes no number here; `training` may hold a `weight_decay`",
    ),
    NeedlessNames(
        split("eps epsilon momentum track_running_stats renorm fused bn_momentum decay"),
        "it changes no number here",
    ),
    NeedlessNames(
        split("data_format layout channels_first channels_last dim_ordering"),
        "channels are always last",
    ),
    NeedlessNames(
        split("inplace in_place device dtype seed memory_efficient engine"),
        "it changes no number here",
    ),
    NeedlessNames(
        split("count_include_pad exclude_pad return_indices align_corners antialias antialiasing"),
        "it changes no number here",
    ),
    NeedlessNames(
        split("batch_first return_state stateful unroll go_backwards time_major implementation"),
        "it changes no number here",
        _RECURRENT,
    ),
    NeedlessNames(split("norm_region"), "`lrn` goes over neighbouring channels"),
)
