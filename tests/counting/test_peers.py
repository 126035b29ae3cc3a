"""Whole networks against what the tools print for the frameworks' own models, to the last unit."""

import json
from functools import cache

import pytest

import cnnaudit
from cnnaudit.calculator import Audit
from cnnaudit.counting.count import PRESETS, Count, count
from tests.support import ROOT, audit_text, chain
from tests.zoo.golden import ORACLE

PEERS: dict[str, dict[str, int]] = json.loads(
    (ORACLE / "torchvision" / "peers.json").read_text(encoding="utf-8")
)
SEEDS = json.loads((ROOT / "tests" / "reference" / "seeds.json").read_text(encoding="utf-8"))

ZOO = {
    "densenet121": "densenet-121",
    "densenet161": "densenet-161",
    "densenet169": "densenet-169",
    "densenet201": "densenet-201",
    "googlenet": "googlenet-torchvision",
    "googlenet_noaux": "googlenet-torchvision",
    "inception_v3": "inception-v3",
    "inception_v3_noaux": "inception-v3",
    "mobilenet_v2": "mobilenet-v2",
    "resnet18": "resnet-18",
    "resnet34": "resnet-34",
    "resnet50": "resnet-50@v1.5",
    "resnet101": "resnet-101@v1.5",
    "resnet152": "resnet-152@v1.5",
    "resnext50_32x4d": "resnext-50",
    "squeezenet1_0": "squeezenet-1.0",
    "squeezenet1_1": "squeezenet-1.1",
}
#: How torchvision's code is written where that decides what thop sees.
GLOBAL_POOL = "global average pools are function calls"
WINDOWED_POOLS = "windowed average pools are function calls"
WRITTEN = {
    "mobilenet_v2": GLOBAL_POOL,
    "inception_v3": WINDOWED_POOLS,
    "inception_v3_noaux": WINDOWED_POOLS,
    **dict.fromkeys(("densenet121", "densenet161", "densenet169", "densenet201"), GLOBAL_POOL),
}
#: TensorFlow 2.21.0's profiler on the models of keras.applications 3.15.1.
PROFILED = {
    "resnet-50-keras": 7_755_299_312,
    "vgg-d": 30_960_211_824,
    "mobilenet-v1": 1_147_687_920,
    "inception-v3-keras": 11_468_989_680,
    "densenet-121": 5_702_474_160,
}
STAGES = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
HEAD = ("{dense: 4096, activation: relu}", "{dense: 4096, activation: relu}", "{dense: 1000}")


def vgg(name: str) -> str:
    """torchvision's VGG: an adaptive pool before the dense layers, batch norm in the _bn ones."""
    depth, _, norm = name.removeprefix("vgg").partition("_")
    more = "defaults: {conv: {kernel: 3, padding: 1, activation: relu, batch_norm: %s}}"
    stages = zip((64, 128, 256, 512, 512), STAGES[int(depth)], strict=True)
    layers = [
        layer
        for filters, times in stages
        for layer in (*[f"{{conv: {filters}}}"] * times, "{max_pool: 2}")
    ]
    layers += ["{adaptive_pool: 7}", "flatten", *HEAD]
    more = more % ("true" if norm else "false")
    return chain(*layers, input="224x224x3", more=f"framework: pytorch\n{more}")


ALEXNET = chain(
    "{conv: 64, kernel: 11, stride: 4, padding: 2, activation: relu}",
    "{max_pool: 3, stride: 2}",
    "{conv: 192, kernel: 5, padding: 2, activation: relu}",
    "{max_pool: 3, stride: 2}",
    "{conv: 384, kernel: 3, padding: 1, activation: relu}",
    "{conv: 256, kernel: 3, padding: 1, activation: relu}",
    "{conv: 256, kernel: 3, padding: 1, activation: relu}",
    "{max_pool: 3, stride: 2}",
    "{adaptive_pool: 6}",
    "flatten",
    *HEAD,
    input="224x224x3",
    more="framework: pytorch",
)


@cache
def zoo(name: str) -> Audit:
    return cnnaudit.audit(cnnaudit.load(f"zoo:{name}"))


@cache
def model(name: str) -> Audit:
    """A model of torchvision, from the zoo or written out."""
    if name in ZOO:
        return zoo(ZOO[name])
    return audit_text(ALEXNET if name == "alexnet" else vgg(name))


def otherwise(counted: Count, start: str) -> int:
    """The total under the condition that starts like this; the plain one without a condition."""
    if not start:
        return counted.total
    (found,) = [a.total for a in counted.alternatives if a.condition.startswith(start)]
    return found


@pytest.mark.parametrize("name", PEERS)
def test_every_tool_on_torchvisions_models(name: str) -> None:
    audit = model(name)
    found = {
        tool: otherwise(
            count(audit, PRESETS[tool]), WRITTEN.get(name, "") if tool == "thop" else ""
        )
        for tool in PEERS[name]
    }
    assert found == PEERS[name]


def test_nothing_of_torchvisions_goldens_is_left_out() -> None:
    assert len(PEERS) == 26
    assert all(len(tools) == 6 for tools in PEERS.values())


@pytest.mark.parametrize("name", PROFILED)
def test_keras_under_tensorflows_profiler(name: str) -> None:
    assert count(zoo(name), PRESETS["keras"]).total == PROFILED[name]


@pytest.mark.parametrize(
    ("network", "preset", "condition", "number"),
    [
        ("resnet-50", "paper", "", 3_857_973_248),
        ("resnet-50@v1.5", "torchvision", "", 4_089_184_256),
        ("resnet-50@v1.5", "fvcore", "", 4_111_512_576),
        ("resnet-50@v1.5", "ptflops-hooks", "", 4_121_925_096),
        ("resnet-50@v1.5", "ptflops-hooks", "additions of branches", 4_127_444_456),
        ("resnet-50@v1.5", "thop", "", 4_133_742_592),
        ("resnet-50@v1.5", "mmengine", "", 4_144_854_528),
        ("resnet-50@v1.5", "calflops", "", 8_211_108_352),
    ],
)
def test_resnet_50_has_many_numbers(network: str, preset: str, condition: str, number: int) -> None:
    assert otherwise(count(zoo(network), PRESETS[preset]), condition) == number


def test_the_structure_table_of_the_seeds() -> None:
    """Row by row is convolutions with their bias and dense layers without."""
    table = SEEDS["alexnet_structure_table"]
    for name in ("alexnet-structure-table", "alexnet"):
        counted = count(zoo(name), PRESETS["seed-table"])
        assert counted.total == table["overall"][1]
    assert sum(macs for _, _, macs in table["rows"]) == counted.total


def test_darknet_counts_convolutions_twice() -> None:
    totals = zoo("alexnet").totals
    assert count(zoo("alexnet"), PRESETS["darknet"]).total == 2 * totals.by_kind["conv"].macs


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("name", ["convnext", "unet", "googlenet", "mobilenet-v3-small"])
def test_laws(name: str, preset: str) -> None:
    """Addends add up and are positive; a condition that changes nothing is not said."""
    counted = count(zoo(name), PRESETS[preset])
    assert counted.total == sum(a.number * a.factor for a in counted.addends) > 0
    assert all(a.number > 0 and a.factor > 0 for a in counted.addends)
    assert all(0 < a.total != counted.total for a in counted.alternatives)
    assert counted.unknown_ops == ()


@pytest.mark.parametrize("end", [(), ("{dropout: 0.1}",)])
def test_a_softmax_at_the_end_is_part_of_the_loss(end: tuple[str, ...]) -> None:
    """In PyTorch; a softmax that something computes on is a layer like others."""
    start = ("{dense: 10}", "softmax")
    ends = count(audit_text(chain(*start, *end, input="4")), PRESETS["thop"])
    assert ends.total == 40
    assert otherwise(ends, "the softmax at the end") == 40 + 29
    goes_on = count(audit_text(chain(*start, "{dense: 2}", input="4")), PRESETS["thop"])
    assert (goes_on.total, goes_on.alternatives) == (40 + 29 + 20, ())


def test_auxiliary_heads_do_not_run() -> None:
    assert zoo("inception-v3").auxiliary.macs > 0
    assert count(zoo("inception-v3"), PRESETS["paper"]).total == zoo("inception-v3").totals.macs


def test_shared_weights_work_at_every_use() -> None:
    layers = ("{name: a, conv: 6, kernel: 3, padding: 1}", "{name: b, conv: 6, %s}")
    text = chain(*layers, input="8x8x6", more="framework: pytorch")
    alone = chain(layers[0], input="8x8x6", more="framework: pytorch")
    twice = audit_text(text % "kernel: 3, padding: 1, share: a")
    once = count(audit_text(alone), PRESETS["torchinfo"]).total
    assert count(twice, PRESETS["torchinfo"]).total == 2 * once


def test_torchinfos_dense_layer_on_a_map_is_low() -> None:
    """ConvNeXt comes out 93 % low, and the preset says that the tool is wrong."""
    right, low = (count(zoo("convnext"), PRESETS[name]).total for name in ("paper", "torchinfo"))
    assert round(100 * (1 - low / right)) == 93
    assert "Wrong" in PRESETS["torchinfo"].note
