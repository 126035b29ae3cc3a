"""What the commands take and do beyond their help."""

from cnnaudit.reference.topic import Topic

TOPICS = (
    Topic(
        "operands",
        "guide",
        "What can stand wherever a file can: paths, folders, revisions, variants, the zoo.",
        (
            "A file can be a path, a folder (its architecture files, recognised by their content),"
            " `-` for standard input, `REV:path` to read from git, `file.yaml@variant`, or"
            " `zoo:NAME`, also under the names that people use: `zoo:vgg16`, `zoo:ResNet50` or"
            " `zoo:efficientnet_b3`.",
            "A file has at most 4 MiB, 64 levels of nesting, 100 inputs and 100,000 layers when"
            " written out; expressions have 200 characters. Files are read as text only: nothing in"
            " them is executed, and they cannot name files outside their repository.",
        ),
        commands=("cnnaudit zoo", "cnnaudit report zoo:lenet-5"),
        see_also=("keras-models", "outputs", "variants", "extends"),
    ),
    Topic(
        "outputs",
        "guide",
        "Several outputs in one run: `-o table.csv` beside what is printed.",
        (
            "`-o PATH`, given as often as needed, writes outputs beside what is printed, in the"
            " format of the suffix; `-o FORMAT:PATH` takes any name. `-o FORMAT` prints in this"
            " format, and `-o -` is standard output. A file is written whole or not at all. `-q`"
            " prints nothing on standard output.",
            "The suffixes: `.txt` (table, text), `.json`, `.csv`, `.md` (markdown), `.tex` (latex),"
            " `.yaml` and `.yml`, `.npz`, `.svg`, `.sarif`, `.xml` (junit).",
            "- `report`: table, json, csv, markdown, latex\n"
            "- `diff`: table, json, markdown, latex\n"
            "- `check`: text, json, sarif, github, junit, markdown\n"
            "- `explain`: table, json, markdown, latex\n"
            "- `adapt`: table, json, yaml, markdown, latex\n"
            "- `sweep`: table, csv, json, markdown, latex, npz, plot, svg\n"
            "- `rules`, `zoo`: table, json, markdown, latex",
        ),
        commands=("cnnaudit report zoo:lenet-5 -f csv",),
        see_also=("operands", "exit-codes", "views"),
    ),
    Topic(
        "views",
        "guide",
        "`report --view` chooses the columns for a question; `--columns` names them one by one.",
        (
            "- `shapes`: output shapes\n"
            "- `cost`: parameters, MACs and FLOPs\n"
            "- `memory`: weights, activations, what is alive and what is kept for training\n"
            "- `receptive-field`: what each position sees\n"
            "- `signal`: how large values and gradients are after initialisation",
        ),
        commands=("cnnaudit report zoo:lenet-5 --view receptive-field",),
        see_also=("receptive-field", "signal", "memory", "outputs"),
    ),
    Topic(
        "keras-models",
        "guide",
        "Keras models can stand wherever an architecture file can.",
        (
            "What `model.to_json()` writes (Keras 3, 2 and 1.2), `.keras` archives (only their"
            " `config.json` is looked at; nothing is run or loaded), and tf.js topologies. Sizes"
            " that a model leaves open are given with `--input`. A layer whose cost cannot be known"
            " (a `Lambda`, a custom class) makes the report *partial*: it is named, and the totals"
            " read `≥`. Any other program's file (HDF5, PyTorch, ONNX, TFLite, Core ML, source"
            " code, …) is an error that says what it is and what to do instead; a folder's are"
            " passed over.",
            "`cnnaudit convert FILE -o out.yaml` writes a Keras model, or any other network, as an"
            " architecture file that reports the same numbers.",
        ),
        see_also=("operands",),
    ),
    Topic(
        "diff",
        "guide",
        "Two networks side by side, the cause of each difference named.",
        (
            "`diff` aligns the layers by their names and by what they are, so that an inserted"
            " layer does not shift the rest, and tells what was written differently from what only"
            " follows from it. `--only-changed` leaves the equal layers out.",
            "`diff --waterfall` applies the changes one after the other, the network as a whole"
            " first (input, classes, framework, variables), then its layers from the top down, and"
            " takes the audit after each.",
            "The steps add up exactly, between unrelated networks too. A change without a valid"
            " network of its own (a residual branch that only fits together with the next change)"
            " is joined with the next one, and the step says why. Between networks with more"
            " changes than can be walked, neighbours are grouped. In JSON they are `waterfall`,"
            " each with all totals `after` it and their `difference`.",
        ),
        commands=(
            "cnnaudit diff zoo:alexnet zoo:alexnet-adapted",
            "cnnaudit diff zoo:alexnet zoo:alexnet-adapted --waterfall",
        ),
        see_also=("gates", "adapting"),
    ),
    Topic(
        "formulas",
        "guide",
        "`explain FILE LAYER`: every number of a layer as a formula with its values.",
        (
            "`explain FILE` tells where the parameters sit, where the work, and where resolution is"
            " lost; `explain FILE LAYER` fills the values into every formula of a layer.",
            "A layer is named by its full name, by the end of it, by the section that it stands in,"
            ' or by a pattern such as `"conv*"`. Sentences below the formulas say what no window'
            " reads, where `same` puts its odd cell, what rounding up does, and whose weights are"
            " shared or frozen.",
        ),
        commands=(
            "cnnaudit explain zoo:alexnet-270x480",
            "cnnaudit explain zoo:alexnet-270x480 conv1",
        ),
        see_also=("conv", "padding", "rounding", "counting"),
    ),
    Topic(
        "adapting",
        "guide",
        "`adapt` writes the network for another input, other classes and other widths.",
        (
            "It writes a file that extends the stock one, and prints the difference (without `-o"
            " adapted.yaml`, nothing else). It says what the file can say itself: where one of its"
            " variables gives the very network, that is set; else a block's arguments; else single"
            " layers.",
            "`--widths` multiplies filters and units, exactly, and `--round` makes them whole:"
            " `even` (up to the next even number, the default), `8` (MobileNet's rule) or `none`"
            " (up to the next whole number); `--min-width` is the least that a layer keeps. What"
            " must agree stays in agreement: the terms of sums and products, what a group count"
            " divides, depthwise convolutions, slices and shuffles; groups keep their number unless"
            " each has one channel. What leaves the network, frozen layers, a backbone, and"
            " channels whose meaning is lost in a reshape keep their width.",
            "`--classes` sets the last layer, `--head gap` puts a global average pool in place of"
            " each flatten and leaves the dense layers behind it, `--drop-lrn` takes local response"
            " normalisation away, `--factorize` writes two 3x3 for each 5x5, `--freeze PATTERN`,"
            " `--framework`, `--set` and `--name` do what they say. `--flat` writes a file that"
            " stands alone: the stock's own text, comments kept, with the values replaced, or every"
            " layer written out where one place serves several layers (a note says so); a Keras"
            " model is adapted that way, and so is a stock that the new file cannot reach. What was"
            " said of another task goes: a data set of other classes, and the loss of one sigmoid"
            " unit. A variant stays only if it is the stock's variant, adapted the same way; a note"
            " says which are left out, and why.",
            "A pool whose window covers the stock's whole map covers the adapted map too: with"
            " another map it becomes a global pool of the same output shape, and a note says so."
            " Widths of more than 4 times the stock's need `--force`.",
            "The file passes `check` if the stock does: it repeats the stock's comments"
            " for the rules that find the same layers. What `check` finds in the adapted network"
            " only is in a note.",
            "`--fit` finds the largest width up to 1 (or `--max-width`) that keeps every bound: an"
            " exact search over all networks that rounding can produce, with what binds it and the"
            " next width, which breaks it. Bounds are on `params`, `trainable_params`, `macs`,"
            " `flops`, `activation_size` and their kin (K, M, G), and on `weights`,"
            " `activations`, `peak` and `training_bytes` (KB, MB, KiB, MiB …), of one image in"
            " fp32. With `--vary"
            " width=1/4..1:1/4 --vary input=96..224:32` the grid is searched instead, for the"
            " network with the most parameters.",
        ),
        commands=(
            "cnnaudit adapt zoo:alexnet --input 270x480x3 --classes 29 --widths 29/1000 -f yaml",
        ),
        see_also=("extends", "changes", "budgets", "sweeping"),
    ),
    Topic(
        "sweeping",
        "guide",
        "`sweep` works out every variant of a network over a grid.",
        (
            "A million AlexNets in about a second. Each row equals the report of that variant.",
            "- `--vary NAME=VALUES` takes a variable of the file, `input` (`64..512:32` for squares"
            " of the file's channels, or shapes such as `96x128x3`), `classes` or `batch`. Values"
            " are lists, and exact ranges with both ends: `1/20..1:1/20`.\n"
            '- `--where "params<5M and width>=1/4"` keeps what satisfies every comparison.'
            " `--pareto` keeps what nothing beats: less is better, or more where a `+` stands"
            " before the name, so `+params,macs` is the most capacity for the work. `--sort macs`"
            " or `--sort -macs` orders, `--top N` cuts. An input counts by how many values it"
            " holds.\n"
            "- `-o csv:grid.csv`, `json:`, `npz:` and `svg:` write what is worked out while it is;"
            " memory does not grow with the grid. Ctrl-C ends a sweep with whole files that hold"
            " what is done. `-f plot` draws in the terminal.\n"
            "- Variants without a valid network are counted, with the reason and the first of them."
            " Arithmetic is in int64, and checked: a variant that does not fit is worked out by"
            " itself, or said to be beyond 2^63 − 1.\n"
            "- `--shard 3/16` works out the third of sixteen stretches of the grid; `sweep --merge"
            " part*.csv -o csv:grid.csv` joins them to what one run would have written, byte for"
            " byte, or says what is missing.",
        ),
        commands=("cnnaudit sweep zoo:alexnet --vary width=1/4..1:1/4 --vary input=64..256:64",),
        see_also=("vars", "adapting", "outputs"),
    ),
)

#: Words that lead to a page beside its name.
WORDS = {
    "operands": ("files", "zoo", "revisions", "limits", "git"),
    "outputs": ("formats", "csv", "json", "markdown", "sarif", "junit"),
    "views": ("view", "columns", "report"),
    "keras-models": ("convert", "to_json", "lambda", "partial", "importers"),
    "diff": ("waterfall", "differences"),
    "formulas": ("explain",),
    "adapting": ("adapt", "fit", "widths", "transfer"),
    "sweeping": ("sweep", "grid", "pareto", "vary", "shard"),
}
