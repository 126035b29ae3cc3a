"""The scripts that make the goldens, run against the frameworks that are installed."""

import json
from pathlib import Path
from typing import Any

import pytest

import cnnaudit
from tests.support import ROOT, audit_text

pytestmark = pytest.mark.oracle


@pytest.mark.parametrize("name", ["MobileNetV2", "ResNet50_notop_160", "xfer_seq_frozen"])
def test_keras_still_says_what_the_golden_says(name: str, tmp_path: Path) -> None:
    pytest.importorskip("keras", exc_type=ImportError)
    from tests.oracle import make_keras

    make_keras.make(tmp_path, name)
    fresh: dict[str, Any] = json.loads((tmp_path / f"{name}.golden.json").read_text())
    kept = json.loads((ROOT / f"tests/oracle/keras/{name}.golden.json").read_text())
    for key in ("total_params", "trainable_params", "non_trainable_params", "macs_conv_dense"):
        assert fresh.get(key) == kept.get(key)
    totals = cnnaudit.audit(cnnaudit.load(str(tmp_path / f"{name}.config.json"))).totals
    assert totals.params == fresh["total_params"]


def test_a_network_counts_as_torch_counts_it() -> None:
    torch: Any = pytest.importorskip("torch", exc_type=ImportError)
    from tests.oracle.make_torchvision import golden

    model = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3, stride=2, padding=1, groups=1),
        torch.nn.BatchNorm2d(8),
        torch.nn.ReLU(),
        torch.nn.Conv2d(8, 16, 3, groups=4, bias=False),
        torch.nn.MaxPool2d(3, stride=2, ceil_mode=True),
        torch.nn.ConvTranspose2d(16, 4, 3, stride=2),
        torch.nn.Flatten(),
        torch.nn.Linear(4 * 11 * 11, 10),
    )
    found = golden("small", model, [3, 24, 24])
    audit = audit_text(
        """
        cnnaudit: 1
        framework: pytorch
        input: 24x24x3
        layers:
          - {conv: 8, kernel: 3, stride: 2, padding: 1, batch_norm: true, activation: relu}
          - {conv: 16, kernel: 3, groups: 4, bias: false}
          - {max_pool: 3, stride: 2, rounding: ceil}
          - {conv_transpose: 4, kernel: 3, stride: 2}
          - flatten
          - {dense: 10}
        """
    )
    assert audit.totals.params == found["total_params"]
    assert audit.totals.buffers == found["buffers"]
    assert audit.totals.macs == found["macs_conv_linear"]
    shapes = [record["output_shape"] for record in found["records"]]
    ours = [row.node.output_shape for row in audit.rows[1:]]
    assert [[*s[1:], s[0]] if len(s) > 1 else s for s in shapes] == [list(s) for s in ours]
