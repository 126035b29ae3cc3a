"""Tables of other programs' names for keys of a file; see ``other_names.py``."""

from cnnaudit.parsing.other_names import Form, KeyNames, NeedlessNames, split

#: Keys at the top of a file; a key whose value is a list or a mapping keeps it.
TOP_LEVEL_NAMES = (
    KeyNames(
        "input",
        split(
            "inputs input_shape input_size img_size image_size imgsz input_dim input_dims in_shape "
            "resolution shape input_layer image_shape input_resolution size data_shape "
            "input_tensor batch_input_shape"
        ),
        Form.SHAPE,
    ),
    KeyNames(
        "classes",
        split(
            "num_classes nc n_classes nb_classes number_of_classes num_labels n_class num_class "
            "class_count output_classes num_outputs labels"
        ),
    ),
    KeyNames(
        "layers",
        split(
            "model network architecture net layer body stages sequence sequential nn features "
            "structure graph nodes topology layer_list trunk"
        ),
    ),
    KeyNames(
        "vars",
        split(
            "variables params constants parameters hparams hyperparameters config "
            "settings args var define values"
        ),
    ),
    KeyNames(
        "extends",
        split(
            "base from parent inherits extend include import based_on inherit "
            "base_file _base_ defaults_from"
        ),
    ),
    KeyNames("changes", split("modifications patch patches edits modify overrides change diff")),
    KeyNames("name", split("title model_name network_name id net_name arch_name")),
    KeyNames("description", split("desc comment note notes about summary info")),
    KeyNames("source", split("paper reference references url citation origin doi link author")),
    KeyNames(
        "framework",
        split("library backend fw tool platform engine framework_name convention"),
        Form.WORD,
    ),
    KeyNames(
        "variants", split("presets configs configurations scales versions model_sizes flavours")
    ),
    KeyNames(
        "blocks",
        split(
            "modules templates macros components functions defs definitions block "
            "module custom_layers"
        ),
    ),
    KeyNames("defaults", split("default common global layer_defaults default_args")),
    KeyNames("backbone", split("pretrained base_model base_network feature_extractor encoder")),
    KeyNames("training", split("train hyp solver train_config training_config compile")),
    KeyNames(
        "expect", split("assert expected expects tests expectations asserts budget budgets limits")
    ),
)

NEEDLESS_KEYS = (
    NeedlessNames(split("version format format_version schema"), "`cnnaudit: 1` says the format"),
    NeedlessNames(
        split("output outputs output_shape output_layer"),
        "the last layer is the output; `expect: {output: 10}` checks its shape",
    ),
    NeedlessNames(split("data_format layout"), "channels are always last"),
    NeedlessNames(split("weights checkpoint weights_file"), "weights are not read"),
)

#: Keys of ``training`` and its groups, by the path of the key.
TRAINING_NAMES = (
    KeyNames(
        "batch_size", split("batch batchsize bs mini_batch minibatch train_batch_size batch_sz")
    ),
    KeyNames("epochs", split("epoch n_epochs num_epochs nb_epoch max_epochs nb_epochs")),
    KeyNames("loss", split("loss_fn criterion objective cost loss_function")),
    KeyNames("precision", split("dtype amp mixed_precision data_type"), Form.WORD),
    KeyNames("optimizer", split("optim opt optimiser solver_type")),
    KeyNames("optimizer.type", split("class method algorithm name kind")),
    KeyNames(
        "optimizer.lr", split("learning_rate lr0 base_lr learn_rate lrate initial_lr step_size")
    ),
    KeyNames("optimizer.momentum", split("mom beta1 mu")),
    KeyNames("optimizer.weight_decay", split("wd decay l2 l2_penalty")),
    KeyNames("dataset", split("data train_data dataset_config")),
    KeyNames(
        "dataset.images",
        split(
            "num_images n_images samples num_samples n_samples train_size "
            "num_train train_images examples"
        ),
    ),
    KeyNames("dataset.classes", split("num_classes nc n_classes nb_classes")),
)

#: Keys of ``expect``; ``max_`` may stand before them.
EXPECT_NAMES = (
    KeyNames(
        "params",
        split("parameters total_params n_params num_params total_parameters param_count"),
    ),
    KeyNames("trainable_params", split("trainable trainable_parameters learnable_params")),
    KeyNames("non_trainable_params", split("frozen_params non_trainable nontrainable_params")),
    KeyNames("macs", split("mac madds mult_adds multiply_adds mac_count gmacs_total macc")),
    KeyNames("flops", split("flop num_flops total_flops FLOPs")),
    KeyNames("output", split("output_shape out out_shape result"), Form.SHAPE),
    KeyNames("weight_bytes", split("model_size param_bytes weights_bytes size_bytes")),
    KeyNames("activation_size", split("num_activations activation_count")),
)
