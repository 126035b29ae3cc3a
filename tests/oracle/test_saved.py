"""What training keeps, against torch itself, operation by operation: ``pytest -m oracle``."""

from collections.abc import Callable
from typing import Any

import pytest

from cnnaudit.analysis.memory.precision import PRECISIONS
from cnnaudit.analysis.memory.training import SavedElements, saved_elements
from tests.support import audit_text, chain

torch: Any = pytest.importorskip("torch")
nn = torch.nn

pytestmark = pytest.mark.oracle

CHANNELS, SIZE = 8, 12


def kept_by_torch(layers: list[Any], batch: int, size: int = SIZE) -> int:
    """Bytes of the distinct storages that autograd saves, parameters and buffers left out."""
    model = nn.Sequential(*layers).train()
    own = {t.untyped_storage().data_ptr() for t in (*model.parameters(), *model.buffers())}
    found: dict[int, int] = {}
    alive = []

    def pack(tensor: Any) -> Any:
        alive.append(tensor)  # an address is not used again while its tensor lives
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            found[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        output = model(torch.randn(batch, CHANNELS, size, size))
    assert output.requires_grad
    return sum(found.values())


def kept_here(layers: list[str], batch: int) -> int:
    text = chain(*layers, input=f"{SIZE}x{SIZE}x{CHANNELS}", more="framework: pytorch")
    sums = SavedElements(*map(sum, zip(*saved_elements(audit_text(text)), strict=True)))
    return sums.bytes(PRECISIONS["fp32"], batch)


class Function(torch.nn.Module):  # type: ignore[misc]
    """A function as a module."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Any) -> Any:
        return self.function(x)


CASES: dict[str, tuple[str, Callable[[], Any]]] = {
    "conv": ("{conv: 8, kernel: 3}", lambda: nn.Conv2d(8, 8, 3)),
    "depthwise": ("{depthwise_conv: 3}", lambda: nn.Conv2d(8, 8, 3, groups=8)),
    "transposed": ("{conv_transpose: 8, kernel: 2}", lambda: nn.ConvTranspose2d(8, 8, 2)),
    "batch_norm": ("batch_norm", lambda: nn.BatchNorm2d(8)),
    "group_norm": ("{group_norm: 2}", lambda: nn.GroupNorm(2, 8)),
    "layer_norm": ("{layer_norm: [0, 1, 2]}", lambda: nn.LayerNorm([8, 12, 12])),
    "lrn": ("{lrn: 5}", lambda: nn.LocalResponseNorm(5)),
    "relu": ("relu", lambda: nn.ReLU(inplace=True)),
    "relu6": ("relu6", lambda: nn.ReLU6(inplace=True)),
    "silu": ("silu", lambda: nn.SiLU(inplace=True)),
    "gelu": ("gelu", nn.GELU),
    "elu": ("elu", nn.ELU),
    "leaky_relu": ("leaky_relu", nn.LeakyReLU),
    "hard_swish": ("hard_swish", nn.Hardswish),
    "hard_sigmoid": ("hard_sigmoid", nn.Hardsigmoid),
    "log_sigmoid": ("log_sigmoid", nn.LogSigmoid),
    "softplus": ("softplus", nn.Softplus),
    "softsign": ("softsign", nn.Softsign),
    "mish": ("mish", nn.Mish),
    "prelu": ("prelu", nn.PReLU),
    "sigmoid": ("sigmoid", nn.Sigmoid),
    "tanh": ("tanh", nn.Tanh),
    "softmax": ("softmax", lambda: nn.Softmax(1)),
    "max_pool": ("{max_pool: 2}", lambda: nn.MaxPool2d(2)),
    "avg_pool": ("{avg_pool: 2}", lambda: nn.AvgPool2d(2)),
    "global": ("{avg_pool: global}", lambda: nn.AdaptiveAvgPool2d(1)),
    "adaptive": ("{adaptive_pool: 3}", lambda: nn.AdaptiveAvgPool2d(3)),
    "adaptive max": ("{adaptive_pool: 3, mode: max}", lambda: nn.AdaptiveMaxPool2d(3)),
    "dropout": ("{dropout: 0.5}", lambda: nn.Dropout(0.5)),
    "no dropout": ("{dropout: 0}", lambda: nn.Dropout(0.0)),
    "pad": ("{pad: 1}", lambda: nn.ZeroPad2d(1)),
    "reflect": ("{pad: 1, mode: reflect}", lambda: nn.ReflectionPad2d(1)),
    "crop": ("{crop: 1}", lambda: Function(lambda x: x[:, :, 1:-1, 1:-1])),
    "slice": ("{slice: [2, 6]}", lambda: Function(lambda x: x[:, 2:6])),
    "permute": ("{permute: [1, 0, 2]}", lambda: Function(lambda x: x.transpose(2, 3))),
    "upsample": ("{upsample: 2}", lambda: nn.Upsample(scale_factor=2)),
    "shuffle": ("{channel_shuffle: 2}", lambda: nn.ChannelShuffle(2)),
    "scale": ("{scale: 2, learned: false}", lambda: Function(lambda x: 2 * x)),
}


@pytest.mark.parametrize("batch", [2, 5])
@pytest.mark.parametrize("behind", ["relu", "conv", "flatten"])
@pytest.mark.parametrize("name", CASES)
def test_an_operation_between_others(name: str, behind: str, batch: int) -> None:
    """Behind a convolution, and before something that keeps its output, its input, or a copy."""
    text, module = CASES[name]
    front = nn.Conv2d(CHANNELS, CHANNELS, 1)
    middle = module()
    shape = middle.train()(torch.zeros(1, CHANNELS, SIZE, SIZE)).shape
    rest = {
        "relu": (["relu"], [nn.ReLU()]),
        "conv": (["{conv: 2, kernel: 1}"], [nn.Conv2d(shape[1], 2, 1)]),
        "flatten": (
            ["flatten", "{dense: 3}"],
            [nn.Flatten(), nn.Linear(shape[1] * shape[2] * shape[3], 3)],
        ),
    }
    texts, modules = rest[behind]
    ours = kept_here([f"{{conv: {CHANNELS}, kernel: 1}}", text, *texts], batch)
    assert ours == kept_by_torch([front, middle, *modules], batch)


@pytest.mark.parametrize("frozen", [(0,), (1,), (0, 1), (2,), (0, 2)])
def test_frozen_layers(frozen: tuple[int, ...]) -> None:
    texts = ["{conv: 8, kernel: 1}", "{conv: 8, kernel: 3}", "{dense: 3}", "{dense: 2}"]
    modules = [nn.Conv2d(8, 8, 1), nn.Conv2d(8, 8, 3), nn.Linear(800, 3), nn.Linear(3, 2)]
    for index in frozen:
        texts[index] = texts[index].replace("}", ", trainable: false}")
        modules[index].requires_grad_(False)
    texts[2:2], modules[2:2] = ["flatten"], [nn.Flatten()]
    assert kept_here(texts, 4) == kept_by_torch(modules, 4)
