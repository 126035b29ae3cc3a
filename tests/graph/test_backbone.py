"""``backbone``: what of the other network comes along, what is frozen, and what cannot be."""

from pathlib import Path

import pytest

import cnnaudit
from cnnaudit.calculator import Audit
from cnnaudit.errors import AuditError, Diagnostic

BASE = """
cnnaudit: 1
input: 16x16x3
classes: 10
layers:
  - {name: conv1, conv: 4, kernel: 3, padding: same, batch_norm: true, activation: relu}
  - {name: side, conv: 8, kernel: 1, from: conv1}
  - {name: conv2, conv: 6, kernel: 3, padding: same, from: conv1}
  - {head: aux, auxiliary: true, layers: [{conv: 2, kernel: 1}]}
  - {name: pool, max_pool: 2}
  - {name: flat, flatten: }
  - {name: fc, dense: 5}
  - {name: logits, dense: classes}
"""


@pytest.fixture(autouse=True)
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("base.yaml").write_text(BASE)


def audited(backbone: str, layers: str = "- {name: top, dense: 2}", more: str = "") -> Audit:
    text = f"cnnaudit: 1\nbackbone: {backbone}\n{more}\nlayers:\n  {layers}\n"
    Path("net.yaml").write_text(text)
    return cnnaudit.audit(cnnaudit.load("net.yaml"))


def refused(backbone: str, layers: str = "- {dense: 2}", more: str = "") -> Diagnostic:
    with pytest.raises(AuditError) as caught:
        audited(backbone, layers, more)
    return caught.value.diagnostics[0]


def names(audit: Audit) -> list[str]:
    return [node.name for node in audit.graph.nodes]


def test_the_layers_go_on_from_the_output_of_the_whole_network() -> None:
    audit = audited("{file: base.yaml}")
    assert names(audit)[0] == "input"
    assert names(audit)[-2:] == ["backbone.logits", "top"]
    assert "backbone.aux.conv1" not in names(audit)
    assert (
        audit.totals.params == cnnaudit.audit(cnnaudit.load("base.yaml")).totals.params + 22 - 8 * 5
    )


def test_until_leaves_out_what_its_output_does_not_need() -> None:
    audit = audited("{file: base.yaml, until: conv2}", "- {name: top, conv: 2, kernel: 1}")
    assert names(audit) == [
        "input",
        "backbone.conv1",
        "backbone.conv1.batch_norm",
        "backbone.conv1.activation",
        "backbone.conv2",
        "top",
    ]
    assert audit.graph.nodes[-1].inputs == (4,)


def test_frozen_parameters_are_non_trainable() -> None:
    trained = audited("{file: base.yaml, until: flat}").totals
    frozen = audited("{file: base.yaml, until: flat, trainable: false}").totals
    assert trained.params == frozen.params
    assert trained.non_trainable_params == 8  # the running statistics
    assert frozen.trainable_params == 8 * 8 * 6 * 2 + 2
    assert trained.macs == frozen.macs


def test_a_pattern_freezes_some_layers() -> None:
    audit = audited("{file: base.yaml, until: flat, freeze: conv*}")
    frozen = {row.node.name for row in audit.rows if not row.node.trainable}
    assert frozen >= {"backbone.conv1", "backbone.conv2"}
    assert audit.totals.trainable_params == 8 * 8 * 6 * 2 + 2


def test_its_input_can_have_another_size() -> None:
    audit = audited("{file: base.yaml, until: flat}", more="input: 32x32x3")
    assert audit.graph.inputs[0].output_shape == (32, 32, 3)
    assert audit.totals.params > audited("{file: base.yaml, until: flat}").totals.params


def test_convolutions_that_are_frozen_take_any_size() -> None:
    audit = audited("{file: base.yaml, until: flat, trainable: false}", more="input: 32x32x3")
    assert audit.totals.non_trainable_params == 4 * 28 + 16 + 6 * 37


def test_dense_layers_that_are_frozen_do_not_fit_another_size() -> None:
    found = refused("{file: base.yaml, until: fc, trainable: false}", more="input: 32x32x3")
    assert found.code == "CA109"
    assert "'fc' are 384 × 5, made for an input 16 × 16 × 3" in found.message
    assert "1536 × 5" in found.message
    assert audited("{file: base.yaml, until: fc}", more="input: 32x32x3").totals.params


def test_a_layer_that_is_not_there() -> None:
    found = refused("{file: base.yaml, until: conv3}")
    assert found.help == "did you mean 'conv2'?"
    assert refused("{file: base.yaml, freeze: cnov*}").code == "CA104"


@pytest.mark.parametrize(
    ("backbone", "message"),
    [
        ("{file: none.yaml}", "there is no such file"),
        ("{fil: base.yaml}", "expected a backbone as a mapping with a `file`"),
        ("base.yaml", "expected a backbone as a mapping with a `file`"),
        ("{file: base.yaml, untill: conv1}", "a backbone has no key 'untill'"),
        ("{file: net.yaml}", "files build on each other in a circle"),
        ("{file: /etc/passwd}", "outside the repository"),
        ("{file: zoo:alxnet}", "there is no network 'alxnet' in the zoo"),
    ],
)
def test_what_is_wrong_with_a_backbone_is_all_that_is_said(backbone: str, message: str) -> None:
    with pytest.raises(AuditError) as caught:
        audited(backbone)
    (found,) = caught.value.diagnostics
    assert message in found.message


def test_an_adapted_network_keeps_the_backbone_and_may_freeze_it() -> None:
    audited("{file: base.yaml, until: flat}")
    Path("adapted.yaml").write_text(
        "cnnaudit: 1\nextends: net.yaml\n"
        "backbone: {file: base.yaml, until: flat, trainable: false}\n"
    )
    adapted = cnnaudit.audit(cnnaudit.load("adapted.yaml"))
    assert adapted.totals.trainable_params == 8 * 8 * 6 * 2 + 2


def test_the_zoo_can_be_a_backbone() -> None:
    audit = audited(
        "{file: zoo:lenet-5-rgb, until: pool2, trainable: false}", "- flatten\n  - {dense: 3}"
    )
    assert audit.totals.trainable_params == 400 * 3 + 3
