"""How parameters, MACs and FLOPs are counted, and what other tools count."""

from cnnaudit.reference.topic import Topic

TOPICS = (
    Topic(
        "counting",
        "convention",
        "What is counted: one default, stated under every table.",
        (
            "- **MACs** are the multiply-accumulates of convolutions and dense layers, padding"
            " counted, bias not. Biases, normalisation, activations, pooling and additions are"
            " counted apart. **FLOPs** = 2·MACs + bias additions + elementwise operations. Always"
            " for one image, at the input size that is printed.\n"
            "- A transposed convolution is counted on its input; shared weights once, their work"
            " per use.\n"
            "- Parameters are trainable and non-trainable ones: frozen weights, and under Keras the"
            " running statistics of batch normalisation, as its own summary counts them. Elsewhere"
            " those are buffers, listed apart.\n"
            "- Auxiliary heads exist in training only: they are listed in brackets and not part of"
            " the totals.\n"
            "- K, M, G are powers of 1000; MiB are 2^20 bytes.",
        ),
        commands=("cnnaudit report zoo:resnet-50", "cnnaudit report zoo:resnet-50 --expand"),
        see_also=("presets", "macs", "params", "memory"),
    ),
    Topic(
        "presets",
        "convention",
        "Whose FLOPs? What other tools would print, by `report --count PRESET`.",
        (
            "ResNet-50 has 3.86, 4.09, 4.11, 4.12, 4.13, 4.14 or 8.2 billion, depending on who"
            " counts. `report --count PRESET` prints what another tool would, to the last unit and"
            " with every addend, below the layers or as rows of a CSV; `--count all` puts all of"
            " them side by side.",
            "- `paper`: what papers call FLOPs: multiply-adds of convolutions and dense layers\n"
            "- `seed-table`: what structure tables of tutorials do: a convolution's bias is a"
            " multiply-accumulate, a dense layer's is not\n"
            "- `torchvision`: what torchvision 0.28 says of its models (`torch.utils.flop_counter`,"
            " halved)\n"
            "- `fvcore`, `mmengine`: what fvcore 0.1.5 counts, in evaluation and in training mode\n"
            "- `ptflops`, `ptflops-hooks`: what ptflops counts: the aten backend of 0.7.5, the"
            " module hooks of 0.6.6 to 0.7.0\n"
            "- `thop`: what thop 0.1.1 counts\n"
            "- `torchinfo`: what torchinfo 1.8.0 counts, its errors for dense layers on maps and"
            " transposed convolutions included\n"
            "- `calflops`: what calflops 0.3.2 counts as FLOPs; its MACs are `torchvision`\n"
            "- `keras`: what TensorFlow's profiler (2.21) says of a Keras 3 model; Keras itself"
            " prints none\n"
            "- `darknet`: what Darknet's BFLOPs add up to",
            "Where a number depends on what the file does not tell (a pool as a module or as a"
            " function call), the report says under which condition it is another, and which. A"
            " layer of which it is not known how a tool counts it makes the number a lower bound.",
        ),
        commands=("cnnaudit report zoo:resnet-50@v1.5 --count fvcore,thop,calflops -f csv",),
        see_also=("counting", "flops", "macs"),
    ),
)

#: Words that lead to a page beside its name.
WORDS = {
    "counting": ("count", "conventions", "units"),
    "presets": (
        *("paper", "seed-table", "torchvision", "fvcore", "mmengine", "ptflops", "ptflops-hooks"),
        *("thop", "torchinfo", "calflops", "keras", "darknet"),
    ),
}
