"""What `adapt` writes passes `check` unless the stock did not, or a note says otherwise."""

from fractions import Fraction
from pathlib import Path

import pytest

import cnnaudit
from cnnaudit.adaptation.adapting import adapt_stock
from cnnaudit.adaptation.options import AdaptOptions
from cnnaudit.adaptation.output_file import standalone_file
from cnnaudit.adaptation.stock import read_stock
from cnnaudit.sources import zoo
from tests.adaptation.support import adapt_text

HALF = AdaptOptions(factor=Fraction(1, 2))
SILENCED = """\
# cnnaudit: ignore[dense-dominates] as the course builds it
cnnaudit: 1
input: 16x16x3
layers:
  - {name: c, conv: 16, kernel: 3, activation: relu}
  - flatten
  - {name: hidden, dense: 16, activation: relu}
  - {name: fc, dense: 10, activation: softmax}
"""


def recipes(name: str) -> list[AdaptOptions]:
    """Return other classes, other widths, and on an input of two axes a larger input with both."""
    shape = cnnaudit.load(f"zoo:{name}").inputs[0].output_shape
    options = [AdaptOptions(classes=10), HALF]
    if len(shape) > 1:
        larger = "x".join(map(str, (*(size + 64 for size in shape[:-1]), shape[-1])))
        options += [AdaptOptions(inputs=(larger,)), HALF._replace(inputs=(larger,), classes=10)]
    return options


def warnings(path: Path) -> set[tuple[str, str | None]]:
    """Return the findings of a file that fail a check: rule and layer."""
    findings = cnnaudit.check([str(path)]).findings
    return {(f.name, f.layer) for f in findings if f.level in ("error", "warning")}


@pytest.mark.parametrize("name", zoo.files())
def test_an_adapted_network_passes_check_if_its_stock_does(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    stock_warnings = warnings(zoo.files()[name])
    path = tmp_path / "adapted.yaml"
    for options in recipes(name):
        adapted = cnnaudit.adapt(f"zoo:{name}", options)
        path.write_text(adapted.text(tmp_path))
        added = {rule for rule, _ in warnings(path) - stock_warnings}
        notes = " ".join(adapted.notes)
        assert {rule for rule in added if rule not in notes} == set()


def test_a_comment_of_the_stock_is_repeated() -> None:
    adapted = adapt_text(SILENCED, AdaptOptions(classes=None, inputs=("20x20x3",)))
    text = adapted.patch.text("net.yaml")
    assert text.startswith("# cnnaudit: ignore[dense-dominates] as the stock does\ncnnaudit: 1\n")
    assert adapted.notes == ()


def test_a_comment_without_effect_is_not_repeated() -> None:
    adapted = adapt_text(SILENCED, AdaptOptions(head="gap"))
    assert adapted.patch.comments == ()


def test_what_only_the_adapted_network_has_is_noted() -> None:
    adapted = adapt_text(SILENCED, AdaptOptions(factor=Fraction(1, 8)))
    (note,) = adapted.notes
    assert note.startswith("`check` will report what it does not in the stock: ")
    assert "narrow-layer (c" in note


def test_a_finding_that_the_stock_shows_is_not_silenced() -> None:
    text = SILENCED.split("\n", 1)[1]
    adapted = adapt_text(text, AdaptOptions(inputs=("20x20x3",)))
    assert (adapted.patch.comments, adapted.notes) == ((), ())


def test_a_file_with_every_layer_written_out_has_the_comment_too(tmp_path: Path) -> None:
    stock = read_stock("zoo:efficientnet@b1")
    assert stock is not None
    text = standalone_file(adapt_stock(stock, AdaptOptions(classes=10)), None).text
    assert text.startswith("# cnnaudit: ignore[framework-refuses] as the stock does\n")
