"""EfficientNets, against Keras' own models without the input normalisation those begin with."""

import pytest

import cnnaudit
from cnnaudit.calculator import Audit
from tests.zoo.golden import compare_with_keras, golden

#: Mean and variance of three channels, and a counter.
NORMALISATION = 7
#: Input, total and trainable parameters (the normalisation among the total) and MACs:
#: keras.applications.EfficientNetB0 to B7, Keras 3.15.1.
B = {
    "b0": (224, 5_330_571, 5_288_548, 385_814_752),
    "b1": (240, 7_856_239, 7_794_184, 686_802_832),
    "b2": (260, 9_177_569, 9_109_994, 993_561_872),
    "b3": (300, 12_320_535, 12_233_232, 1_827_141_392),
    "b4": (380, 19_466_823, 19_341_616, 4_393_771_024),
    "b5": (456, 30_562_527, 30_389_784, 10_266_384_752),
    "b6": (528, 43_265_143, 43_040_704, 19_067_593_536),
    "b7": (600, 66_658_687, 66_347_960, 37_745_884_192),
}


def audited(name: str) -> Audit:
    return cnnaudit.audit(cnnaudit.load(f"zoo:{name}"))


def test_b0_is_keras_layer_by_layer() -> None:
    recording = golden("keras", "EfficientNetB0")
    recording["total_params"] -= NORMALISATION
    compare_with_keras(audited("efficientnet"), recording)


@pytest.mark.parametrize("variant", B)
def test_the_scaled_networks(variant: str) -> None:
    result = audited(f"efficientnet@{variant}")
    size, total, trainable, macs = B[variant]
    (entry,) = result.graph.inputs
    assert entry.output_shape == (size, size, 3)
    totals = result.totals
    assert totals.params + totals.buffers == total - NORMALISATION
    assert (totals.params, totals.macs) == (trainable, macs)
    claims = result.graph.expect
    assert (claims["params"], claims["macs"]) == (trainable, macs)


def test_v2_s() -> None:
    """keras.applications.EfficientNetV2S, Keras 3.15.1, and torchvision 0.28.0 at 384."""
    totals = audited("efficientnet-v2-s").totals
    assert (totals.params, totals.buffers) == (21_458_488, 153_872)
    assert totals.macs == 8_365_617_152
