"""The memory of a network, in inference and in training, and its signal."""

from cnnaudit.reference.topic import Topic

TOPICS = (
    Topic(
        "memory",
        "convention",
        "What a network needs to run and to train, and how many images fit.",
        (
            "The kept activations are those that a framework saves for the backward pass, operation"
            " by operation: a convolution its input, a ReLU its output, batch normalisation its"
            " input and statistics, a max-pool its indices, frozen parts nothing before the first"
            " trainable layer. They equal what torch saves, to the byte, on the networks that the"
            " tests hold.",
            "`--in-place` lets activations and sums overwrite what they read, `--dtype` takes fp32,"
            " fp16, bf16, int8 and mixed. `--fits 1GiB` says how many images run and train within"
            " a budget, and what binds it; `--optimizer` adds the state of an optimizer.",
            "Memory is that of tensors: workspaces, the allocator's rounding and the framework"
            " itself come on top.",
        ),
        commands=(
            "cnnaudit report zoo:lenet-5 --batch 256 --optimizer adam --fits 1GiB --columns"
            " layer,activation_bytes,saved_bytes",
        ),
        see_also=("peak_activation_bytes", "training_bytes", "training", "adapting"),
    ),
    Topic(
        "signal",
        "convention",
        "How large values and gradients are right after the weights were drawn.",
        (
            "The signal follows from fans, `init` (or the framework's default) and activations: the"
            " mean squares that theory expects (Glorot & Bengio 2010, He et al. 2015). Zeros are"
            " dead, N(0, 0.01) vanishes, `xavier` loses half a layer with ReLU, `he` holds. In JSON"
            " it is each layer's `signal`, where a view or a column asks for it.",
            "The signal is what independent weights and values would give: correlations between"
            " neighbouring positions, padding and dropout are left out.",
        ),
        commands=("cnnaudit report zoo:mlp-init-study@normal --view signal",),
        see_also=("init", "views"),
    ),
)

#: Words that lead to a page beside its name.
WORDS = {
    "memory": ("fits", "batch", "dtype", "in_place", "kept", "fp32", "fp16", "bf16", "mixed"),
    "signal": ("vanishing", "exploding", "gradient", "he", "glorot", "xavier", "orthogonal"),
}
