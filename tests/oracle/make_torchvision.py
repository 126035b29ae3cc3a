"""Write reference numbers of torchvision models from an installed torch and torchvision.

    python tests/oracle/make_torchvision.py FOLDER [NAME…]

``NAME.golden.json`` records every call of a leaf module in the order in which it ran: class,
configuration, shapes without the batch (channels first, as torch has them), parameters, and the
multiply-accumulates of convolutions and linear layers. Evaluation mode, one image, random weights.
"""

import json
import sys
from importlib import import_module
from math import prod
from pathlib import Path
from typing import Any

torch: Any = import_module("torch")

#: The models that are kept in ``tests/oracle/torchvision``, with the size of their input.
NAMES = {
    "resnet18": 224,
    "resnet34": 224,
    "resnet50": 224,
    "resnet101": 224,
    "resnet152": 224,
    "resnext50_32x4d": 224,
    "densenet121": 224,
    "densenet161": 224,
    "densenet169": 224,
    "densenet201": 224,
    "squeezenet1_0": 224,
    "squeezenet1_1": 224,
    "mobilenet_v2": 224,
    "googlenet": 224,
    "inception_v3": 299,
}
_CONFIGURED = (
    "in_channels",
    "out_channels",
    "in_features",
    "out_features",
    "num_features",
    "kernel_size",
    "stride",
    "padding",
    "dilation",
    "groups",
    "ceil_mode",
    "output_size",
)


def macs(module: Any, inputs: list[int], output: list[int]) -> int:
    """Multiply-accumulates of one image, bias not counted; 0 for what has none."""
    if isinstance(module, torch.nn.modules.conv._ConvTransposeNd):
        return int(prod(inputs) * prod(module.weight.shape[1:]))
    if isinstance(module, torch.nn.modules.conv._ConvNd):
        return int(prod(output) * prod(module.weight.shape[1:]))
    if isinstance(module, torch.nn.Linear):
        return prod(output) * int(module.in_features)
    return 0


def record(name: str, module: Any, inputs: Any, output: Any) -> dict[str, Any]:
    """One call of one module."""
    shapes = [list(tensor.shape[1:]) for tensor in inputs]
    shape = list(output.shape[1:])
    config = {key: getattr(module, key) for key in _CONFIGURED if hasattr(module, key)}
    if hasattr(module, "bias"):
        config["bias"] = module.bias is not None
    found = {
        "name": name,
        "class": type(module).__name__,
        "config": config,
        "input_shapes": shapes,
        "output_shape": shape,
        "params": sum(weight.numel() for weight in module.parameters()),
    }
    counted = macs(module, shapes[0], shape) if shapes else 0
    return {**found, "macs": counted} if counted else found


def golden(name: str, model: Any, shape: list[int]) -> dict[str, Any]:
    """What torch says of a model that is run once on an input of ``shape`` (channels first)."""
    model.eval()
    records: list[dict[str, Any]] = []

    def hook(label: str) -> Any:
        def run(module: Any, inputs: Any, output: Any) -> None:
            records.append(record(label, module, inputs, output))

        return run

    for label, module in model.named_modules():
        if not list(module.children()):
            module.register_forward_hook(hook(label))
    with torch.no_grad():
        output = model(torch.zeros(1, *shape))
    statistics = [b for n, b in model.named_buffers() if not n.endswith("num_batches_tracked")]
    return {
        "name": name,
        "torch": torch.__version__,
        "input_shape": shape,
        "output_shape": list(output.shape[1:]),
        "total_params": sum(weight.numel() for weight in model.parameters()),
        "buffers": sum(buffer.numel() for buffer in statistics),
        "macs_conv_linear": sum(found.get("macs", 0) for found in records),
        "records": records,
    }


def main() -> None:
    """Write the goldens of the models that the command line names, of all where it names none."""
    models: Any = import_module("torchvision.models")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or NAMES:
        size = NAMES.get(name, 224)
        model = getattr(models, name)(weights=None)
        found = golden(name, model, [3, size, size])
        (folder / f"{name}.golden.json").write_text(json.dumps(found, separators=(",", ":")))


if __name__ == "__main__":
    main()
