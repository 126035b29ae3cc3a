"""Names that people type for the networks of the zoo: each leads to one network, or to a list."""

import json
from pathlib import Path

import pytest

import cnnaudit
from cnnaudit.errors import AuditError, Diagnostic
from cnnaudit.sources import zoo
from cnnaudit.sources.zoo_names import ALIASES, FAMILIES, normal_name
from tests.support import run

MEANINGS = {
    "vgg16": "vgg-d",
    "VGG16": "vgg-d",
    "vgg-16": "vgg-d",
    "vgg_19": "vgg-e",
    "vgg11": "vgg-a",
    "vgg13": "vgg-b",
    "resnet50": "resnet-50",
    "ResNet-50": "resnet-50",
    "resnet18": "resnet-18",
    "resnet_152": "resnet-152",
    "resnet50v1.5": "resnet-50@v1.5",
    "ResNet-50 v1.5": "resnet-50@v1.5",
    "resnet50_v1": "resnet-50",
    "resnext50": "resnext-50",
    "resnext50_32x4d": "resnext-50",
    "wide_resnet50": "wide-resnet-50",
    "wide_resnet50_2": "wide-resnet-50",
    "efficientnet-b0": "efficientnet@b0",
    "efficientnet_b3": "efficientnet@b3",
    "EfficientNetB7": "efficientnet@b7",
    "efficientnetv2-s": "efficientnet-v2-s",
    "efficientnet_v2_s": "efficientnet-v2-s",
    "inceptionv3": "inception-v3",
    "inception_v3": "inception-v3",
    "InceptionResNetV2": "inception-resnet-v2",
    "GoogLeNet": "googlenet",
    "inception-v1": "googlenet",
    "mobilenetv2": "mobilenet-v2",
    "mobilenet_v3_small": "mobilenet-v3-small",
    "MobileNetV3Large": "mobilenet-v3-large",
    "densenet121": "densenet-121",
    "squeezenet1_1": "squeezenet-1.1",
    "squeezenet1_0": "squeezenet-1.0",
    "shufflenet_v2_x1_0": "shufflenet-v2@1.0",
    "regnet_y_400mf": "regnet@y-400mf",
    "regnet_x_1_6gf": "regnet@x-1.6gf",
    "convnext_tiny": "convnext@tiny",
    "ConvNeXtXLarge": "convnext@xlarge",
    "lenet": "lenet-5",
    "lenet5": "lenet-5",
    "AlexNet": "alexnet",
    "Xception": "xception",
    "u-net": "unet",
    "UNet": "unet",
}


def resolved(name: str) -> str:
    found, variant = zoo.open_zoo_variant(name, None)
    shipped = found.source.path.removeprefix("zoo:")
    return f"{shipped}@{variant}" if variant else shipped


def refusal(operand: str) -> Diagnostic:
    with pytest.raises(AuditError) as raised:
        cnnaudit.load(operand)
    (found,) = raised.value.diagnostics
    assert found.help
    return found


@pytest.mark.parametrize("name", MEANINGS)
def test_a_name_that_means_one_network_is_taken(name: str) -> None:
    assert resolved(name) == MEANINGS[name]


@pytest.mark.parametrize("name", [*ALIASES, *zoo.files()])
def test_every_name_leads_to_a_network(name: str) -> None:
    assert cnnaudit.load(f"zoo:{name}").nodes
    assert name in zoo.files() or normal_name(name) == name


@pytest.mark.parametrize("name", zoo.files())
def test_every_shipped_name_may_be_spelt_otherwise(name: str) -> None:
    assert resolved(name.upper().replace("-", "_")) == name


def test_no_two_shipped_networks_share_a_spelling() -> None:
    names = [normal_name(name) for name in zoo.files()]
    assert len(set(names)) == len(names)
    assert not set(names) & ALIASES.keys()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_candidate_is_a_network(family: str) -> None:
    for candidate in FAMILIES[family]:
        assert cnnaudit.load(f"zoo:{candidate}").nodes


@pytest.mark.parametrize(
    ("name", "candidates"),
    [
        ("inception", ["googlenet (GoogLeNet)", "inception-v3 (", "inception-v4 ("]),
        ("resnet", ["resnet-18 (ResNet-18)", "resnet-50@v1.5"]),
        ("VGG", ["vgg-a (VGG-11 (A))", "vgg-d (VGG-16 (D))", "vgg-e (VGG-19 (E))"]),
        ("mobilenet", ["mobilenet-v1 (", "mobilenet-v3-large ("]),
        ("mobilenet_v3", ["mobilenet-v3-small (", "mobilenet-v3-large ("]),
        ("squeezenet", ["squeezenet-1.0 (", "squeezenet-1.0-caffe (SqueezeNet 1.0, Caffe)"]),
        ("densenet", ["densenet-121 (", "densenet-201 ("]),
        ("shufflenet", ["shufflenet-v2@1.0"]),
    ],
)
def test_a_name_of_several_lists_them(name: str, candidates: list[str]) -> None:
    error = refusal(f"zoo:{name}")
    assert f"'{name}' could be several networks" in error.message
    assert error.help
    for candidate in candidates:
        assert f"zoo:{candidate}" in error.help


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("alxnet", "did you mean 'alexnet'?"),
        ("resnt50", "did you mean 'resnet-50'?"),
        ("xeption", "did you mean 'xception'?"),
        ("nasnet", "`cnnaudit zoo` lists them"),
        ("yolov8n", "`cnnaudit zoo` lists them"),
    ],
)
def test_an_unknown_name_is_compared_by_its_spelling(name: str, help: str) -> None:
    error = refusal(f"zoo:{name}")
    assert error.message == f"there is no network '{name}' in the zoo"
    assert error.help == help


@pytest.mark.parametrize("name", ["vgg12", "resnet50v2", "regnet_y_16gf", "efficientnet-b8"])
def test_another_size_is_never_taken_for_one_that_is_there(name: str) -> None:
    error = refusal(f"zoo:{name}")
    assert error.message == f"there is no network '{name}' in the zoo"
    assert error.help
    assert error.help.startswith("write one of these: zoo:")


def test_a_variant_may_follow_another_name() -> None:
    assert cnnaudit.load("zoo:resnet50@v1.5").path == "zoo:resnet-50@v1.5"
    error = refusal("zoo:efficientnet-b0@b1")
    assert "is the variant 'b0' already" in error.message
    assert error.help == "write `zoo:efficientnet@b1` or `zoo:efficientnet@b0`"


def test_the_names_hold_wherever_zoo_is_written(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    path.write_text("cnnaudit: 1\nextends: zoo:efficientnet-b0\n")
    assert run("report", str(path)).exit_code == 0
    assert run("diff", "zoo:resnet50", "zoo:resnet50v1.5").exit_code == 0
    assert run("zoo", "vgg16").stdout == run("zoo", "vgg-d").stdout
    adapted = run("adapt", "zoo:resnet50", "--classes", "10", "-o", "yaml").stdout
    assert "extends: zoo:resnet-50\n" in adapted


def test_the_report_says_which_network_it_is() -> None:
    document = json.loads(run("report", "zoo:efficientnet_b3", "-f", "json").stdout)
    assert document["networks"][0]["path"] == "zoo:efficientnet@b3"
