"""What the rules on cost and practice say of the networks that people analysed by hand."""

from pathlib import Path

import pytest

from cnnaudit.calculator import audit
from cnnaudit.errors import Diagnostics
from cnnaudit.graph.builder import build_graph
from cnnaudit.parsing.loader import load_architecture
from cnnaudit.parsing.overrides import with_variant
from cnnaudit.rules.catalogue import RULES
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.sources.files import open_path
from tests.support import ROOT

CONFIGS = ROOT / "configs"


def subject(path: Path, variant: str | None = None) -> AuditedNetwork:
    diagnostics = Diagnostics()
    document = load_architecture(open_path(path))
    if variant is not None:
        document = with_variant(document, variant, diagnostics, document.span)
    return AuditedNetwork(audit(build_graph(document, diagnostics)), document)


def says(rule: str, name: str, variant: str | None = None) -> list[tuple[str | None, str]]:
    """The layers and messages of a rule's findings in a network of the zoo."""
    check = RULES[rule].check
    assert check is not None
    (path,) = CONFIGS.rglob(f"{name}.yaml")
    found = check(subject(path, variant), RULES[rule].defaults)
    return [(finding.layer, "\n".join((finding.message, finding.help or ""))) for finding in found]


@pytest.mark.parametrize("name", ["alexnet-adapted", "alexnet-adapted-tflearn-code"])
def test_scaling_by_the_classes_leaves_4_filters(name: str) -> None:
    ((layer, message),) = says("narrow-layer", name)
    assert layer == "conv1"
    assert "4 filters keep 4 of the 363 values" in message
    ((layer, message),) = says("representational-bottleneck", name)
    assert layer == "conv1"


def test_94_percent_of_alexnet_sit_in_three_dense_layers() -> None:
    ((layer, message),) = says("dense-dominates", "alexnet")
    assert layer == "fc6"
    assert "3 dense layers hold 94 % of the parameters" in message
    ((layer, message),) = says("dense-dominates", "alexnet-270x480")
    assert "of 116,071,837, of which 95,424,512 here" in message
    assert says("dense-dominates", "alexnet-adapted")
    ((_, message),) = says("dense-dominates", "vgg-d")
    assert "89 %" in message


def test_25_million_parameters_are_too_many_for_50_000_images() -> None:
    ((_, message),) = says("oversized-for-data", "alexnet-cifar10")
    assert "24,787,038 trainable parameters for 50,000 images: 496 for each" in message
    for name in ("mlp-mnist", "mlp-init-study", "cnn-cifar10", "simple-cnn-cifar10"):
        assert not says("oversized-for-data", name)


def test_momentum_and_batch() -> None:
    ((_, message),) = says("momentum-range", "unet")
    assert "momentum 0.99 is outside 0.5 to 0.9" in message
    assert not says("momentum-range", "alexnet")
    ((_, message),) = says("batch-size", "unet")
    assert "a batch of 1 is less than 32" in message
    assert not says("batch-size", "alexnet")


def test_two_3x3_in_place_of_5x5() -> None:
    found = says("factorizable-kernel", "inception-flowers17")
    assert len(found) == 9
    assert all("two 3×3 in place of this 5×5 would save" in message for _, message in found)
    # VGG is built of nothing else.
    assert not says("factorizable-kernel", "vgg-d")


def test_depth_that_small_images_do_not_need() -> None:
    ((layer, message),) = says("unproductive-layers", "alexnet-cifar10")
    assert layer == "conv4"
    assert "sees 34×34 of an input of 32×32" in message
    assert not says("unproductive-layers", "alexnet")


def test_four_ways_to_draw_the_first_weights() -> None:
    study = "mlp-init-study"
    assert not says("initialisation-mismatch", study, "he")
    zeros = [message for _, message in says("initialisation-mismatch", study, "zeros")]
    assert any("never part" in message for message in zeros)
    assert any("the signal dies" in message for message in zeros)
    ((layer, message),) = says("initialisation-mismatch", study, "normal")
    assert layer is None
    assert "the signal vanishes" in message
    xavier = says("initialisation-mismatch", study, "xavier")
    assert [layer for layer, _ in xavier] == ["dense1", "dense2"]
    assert all("xavier weights in front of relu" in message for _, message in xavier)


def test_what_the_zoo_claims_holds() -> None:
    check = RULES["wrong-claim"].check
    assert check is not None
    for path in sorted(CONFIGS.rglob("*.yaml")):
        document = load_architecture(open_path(path))
        for variant in (None, *document.variants):
            assert list(check(subject(path, variant), {})) == [], (path.name, variant)
