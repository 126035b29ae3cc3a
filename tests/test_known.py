"""Answers that are kept."""

from pathlib import Path

from cnnaudit.known import Known
from cnnaudit.loading import load


def test_answers_are_kept_up_to_a_number() -> None:
    known: Known[str] = Known(2)
    assert known.keep("a", "A") == "A"
    assert known.keep("b", "B") == "B"
    assert (known.get("a"), known.get("b"), known.get("c")) == ("A", "B", None)
    known.keep("c", "C")
    assert (known.get("a"), known.get("b"), known.get("c")) == (None, None, "C")


def test_answers_have_sizes() -> None:
    known: Known[str] = Known(10)
    known.keep("small", "S", 4)
    assert known.keep("huge", "H", 11) == "H"
    assert (known.get("small"), known.get("huge")) == ("S", None)
    known.keep("large", "L", 7)
    assert (known.get("small"), known.get("large")) == (None, "L")


def test_a_file_that_others_extend_is_read_again_when_it_has_changed(tmp_path: Path) -> None:
    base, own = tmp_path / "base.yaml", tmp_path / "own.yaml"
    text = "cnnaudit: 1\ninput: 8x8x3\nlayers: [{conv: 4, kernel: 3}]\n"
    own.write_text("cnnaudit: 1\nextends: base.yaml\n")
    shapes = []
    for kernel in ("3", "5", "3"):
        base.write_text(text.replace("kernel: 3", f"kernel: {kernel}"))
        shapes.append(load(str(own)).nodes[-1].shape)
    assert shapes == [(6, 6, 4), (4, 4, 4), (6, 6, 4)]


def test_a_file_that_others_extend_is_read_again_when_its_own_base_has_changed(
    tmp_path: Path,
) -> None:
    text = "cnnaudit: 1\ninput: 8x8x3\nlayers: [{conv: 4, kernel: 3}]\n"
    (tmp_path / "middle.yaml").write_text("cnnaudit: 1\nextends: base.yaml\n")
    (tmp_path / "own.yaml").write_text("cnnaudit: 1\nextends: middle.yaml\n")
    shapes = []
    for filters in ("4", "6"):
        (tmp_path / "base.yaml").write_text(text.replace("conv: 4", f"conv: {filters}"))
        shapes.append(load(str(tmp_path / "own.yaml")).nodes[-1].shape)
    assert shapes == [(6, 6, 4), (6, 6, 6)]


def test_true_is_not_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "net.yaml"
    text = "cnnaudit: 1\ninput: 8x8x3\nvars: {n: VALUE}\nlayers: [{conv: 4, kernel: 3, WHAT: n}]\n"
    path.write_text(text.replace("VALUE", "true").replace("WHAT", "bias"))
    assert load(str(path)).nodes[-1].attributes["bias"] is True
    path.write_text(text.replace("VALUE", "1").replace("WHAT", "groups"))
    assert load(str(path)).nodes[-1].attributes["groups"] == 1
