"""Write configurations and reference numbers of keras.applications models from an installed Keras.

    KERAS_BACKEND=jax python tests/oracle/make_keras.py FOLDER [NAME…]

``NAME.config.json`` is ``model.to_json()``; ``NAME.golden.json`` is what Keras itself says of every
operation: class, output shape without the batch, parameters, trainable and non-trainable, what it
reads, and for a nested model its ``sublayers``. ``is_layer: false`` marks a bare operation of the
graph (``x + 3``), which ``summary()`` does not list. ``macs_conv_dense`` is derived from kernels
and output shapes. Nothing is downloaded: weights are drawn at random.
"""

import json
import sys
from collections.abc import Callable
from importlib import import_module
from math import prod
from pathlib import Path
from typing import Any

keras: Any = import_module("keras")

#: The models that are kept in ``tests/oracle/keras``; every other name of keras.applications works.
NAMES = (
    "DenseNet121",
    "EfficientNetB0",
    "InceptionV3",
    "MobileNet",
    "MobileNetV2",
    "ResNet50",
    "ResNet50_notop_160",
    "VGG16",
    "xfer_seq_frozen",
)


def sizes(shape: Any) -> Any:
    """A shape without the batch; those of several outputs as a list."""
    if isinstance(shape, dict):
        return [sizes(part) for part in shape.values()]
    if shape and isinstance(shape[0], list | tuple):
        return [sizes(part) for part in shape]
    return list(shape[1:])


def shape_of(tensors: Any) -> Any:
    """The shape of a tensor, or the shapes of several."""
    if isinstance(tensors, list | tuple):
        found = [list(tensor.shape[1:]) for tensor in tensors]
        return found[0] if len(found) == 1 else found
    return list(tensors.shape[1:])


def size(weight: Any) -> int:
    """How many numbers a weight holds."""
    return prod(int(length) for length in weight.shape)


def counts(operation: Any) -> dict[str, int]:
    """Parameters of a layer as ``summary()`` counts them; a bare operation has none."""
    if not isinstance(operation, keras.layers.Layer):
        return {"params": 0, "trainable_params": 0, "non_trainable_params": 0}

    def total(weights: Any) -> int:
        return sum(map(size, weights))

    trainable, frozen = total(operation.trainable_weights), total(operation.non_trainable_weights)
    return {
        "params": trainable + frozen,
        "trainable_params": trainable,
        "non_trainable_params": frozen,
    }


def macs(operation: Any, output: list[int]) -> int:
    """Multiply-accumulates of convolutions (depthwise ones too) and dense layers; else 0."""
    name = type(operation).__name__
    last = getattr(operation, "data_format", "channels_last") != "channels_first"
    if name.startswith("SeparableConv"):
        positions = prod(output[:-1] if last else output[1:])
        kernels = (operation.depthwise_kernel, operation.pointwise_kernel)
        return positions * sum(size(kernel) for kernel in kernels)
    if name.startswith("Conv") and name.endswith("Transpose"):
        entered: list[int] = sizes(operation.input.shape)
        return prod(entered[:-1] if last else entered[1:]) * size(operation.kernel)
    if name.startswith(("Conv", "DepthwiseConv")):
        positions = prod(output[:-1] if last else output[1:])
        return positions * size(operation.kernel)
    if name == "Dense":
        return prod(output[:-1]) * size(operation.kernel)
    return 0


def operations(model: Any) -> Any:
    """The operations of a model; a Sequential one keeps its graph inside."""
    return getattr(model, "_functional", model)._operations


def described(operation: Any) -> dict[str, Any]:
    """One operation by itself."""
    output = shape_of(operation.output)
    found = {
        "name": operation.name,
        "class": type(operation).__name__,
        "output_shape": output,
        **counts(operation),
        "macs_conv_dense": macs(operation, output),
    }
    if isinstance(operation, keras.Model):
        found["sublayers"] = [described(inner) for inner in operations(operation)]
        found["macs_conv_dense"] = sum(part["macs_conv_dense"] for part in found["sublayers"])
    return found


def row(operation: Any) -> dict[str, Any]:
    """One operation in its graph: what it reads, by its first call."""
    node = operation._inbound_nodes[0]
    tensors = node.input_tensors
    return {
        **described(operation),
        "is_layer": isinstance(operation, keras.layers.Layer),
        "input_shapes": [list(tensor.shape[1:]) for tensor in tensors],
        "inbound": [tensor._keras_history.operation.name for tensor in tensors],
    }


def golden(name: str, model: Any) -> dict[str, Any]:
    """Everything that Keras says of a model."""
    rows = [row(operation) for operation in operations(model)]
    return {
        "name": name,
        "model_class": type(model).__name__,
        "keras": keras.__version__,
        "model_name": model.name,
        "input_shape": sizes(model.input_shape),
        "output_shape": sizes(model.output_shape),
        "total_params": model.count_params(),
        "trainable_params": counts(model)["trainable_params"],
        "non_trainable_params": counts(model)["non_trainable_params"],
        "macs_conv_dense": sum(part["macs_conv_dense"] for part in rows),
        "n_layers": len(model.layers),
        "n_operations": len(rows),
        "layers": rows,
    }


def frozen_transfer() -> Any:
    """A frozen base with a head, as transfer learning has it."""
    base = keras.applications.MobileNetV2(
        include_top=False, weights=None, input_shape=(160, 160, 3)
    )
    base.trainable = False
    return keras.Sequential(
        [
            keras.Input((160, 160, 3)),
            keras.layers.Rescaling(1 / 127.5, offset=-1),
            base,
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dropout(0.2),
            keras.layers.Dense(5),
        ],
        name="seq_frozen_mobilenetv2",
    )


#: Models that are more than a call of a constructor by its name.
SPECIAL: dict[str, Callable[[], Any]] = {
    "ResNet50_notop_160": lambda: keras.applications.ResNet50(
        include_top=False, weights=None, input_shape=(160, 160, 3)
    ),
    "xfer_seq_frozen": frozen_transfer,
}


def write(folder: Path, name: str, model: Any) -> None:
    """The two files of one model."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath(f"{name}.config.json").write_text(model.to_json(), encoding="utf-8")
    text = json.dumps(golden(name, model), separators=(",", ":"))
    folder.joinpath(f"{name}.golden.json").write_text(text, encoding="utf-8")


def make(folder: Path, name: str) -> None:
    """Build the model of that name and write its files."""
    keras.utils.clear_session()
    build = SPECIAL.get(name) or (lambda: getattr(keras.applications, name)(weights=None))
    write(folder, name, build())


def main() -> None:
    """Write the models that the command line names, or those that are kept."""
    folder, *names = sys.argv[1:]
    for name in names or NAMES:
        make(Path(folder), name)


if __name__ == "__main__":
    main()
