"""Other values from the command line: ``@variant``, ``--set`` and ``--input``."""

from pathlib import Path

import pytest

from cnnaudit.calculator import Audit, audit
from cnnaudit.errors import AuditError, UsageError
from cnnaudit.loading import Overrides, load
from tests.reading import shapes, write

NET = """\
cnnaudit: 1
input: 8x8x3
classes: 10
vars: {w: 4, k: 3, half: w // 2}
variants: {n: {w: 2}, v1.5: {w: 16}}
layers:
  - {name: c, conv: w, kernel: k}
  - {name: h, conv: half, kernel: 1}
  - flatten
  - {name: d, dense: classes}
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, net=NET)
    write(tmp_path, two=NET.replace("input: 8x8x3", "input: {a: 8x8x3, b: 8x8x3}").replace(
        "{name: c, conv: w", "{from: a, name: c, conv: w"
    ))  # fmt: skip


def read(operand: str = "net.yaml", *, input: str = "", set: str = "") -> Audit:
    return audit(load(operand, Overrides([input] if input else [], [set] if set else [])))


@pytest.mark.parametrize(
    ("assignment", "layer", "shape"),
    [
        ("w=6", "c", (6, 6, 6)),
        ("w=6", "h", (6, 6, 3)),
        ("w=2*k", "c", (6, 6, 6)),
        ("half=1", "h", (6, 6, 1)),
        ("classes=7", "d", (7,)),
        ("classes=w", "d", (4,)),
        ("w=classes", "c", (6, 6, 10)),
    ],
)
def test_set(assignment: str, layer: str, shape: tuple[int, ...]) -> None:
    assert shapes(read(set=assignment))[layer] == shape


@pytest.mark.parametrize("assignment", ["w", "=3", "", "x=3"])
def test_set_needs_a_name_of_the_file(assignment: str) -> None:
    with pytest.raises(UsageError, match="--set"):
        audit(load("net.yaml", Overrides((), [assignment])))


def test_set_suggests_a_variable() -> None:
    write(Path.cwd(), net=NET.replace("half", "halves"))
    with pytest.raises(UsageError, match="did you mean 'halves'"):
        read(set="halvse=3")


@pytest.mark.parametrize("assignment", ["w=", "w=010", "classes=0", "classes=many", "classes=1.5"])
def test_a_wrong_value_names_the_option(assignment: str) -> None:
    with pytest.raises(AuditError) as caught:
        read(set=assignment)
    (found,) = caught.value.diagnostics
    assert found.path == f"--set {assignment.partition('=')[0]}"


def test_input() -> None:
    assert shapes(read(input="16x12x1"))["c"] == (14, 10, 4)


def test_one_of_several_inputs() -> None:
    audited = read("two.yaml", input="a=16x16x1")
    assert shapes(audited)["a"] == (16, 16, 1)
    assert shapes(audited)["b"] == (8, 8, 3)


@pytest.mark.parametrize("text", ["9x9x3", "c=9x9x3"])
def test_which_of_several_inputs_must_be_said(text: str) -> None:
    with pytest.raises(UsageError, match=r"--input.*a, b"):
        read("two.yaml", input=text)


@pytest.mark.parametrize("text", ["0x0x3", "9x9x", "big", "-1"])
def test_a_wrong_shape_names_the_option_or_the_size(text: str) -> None:
    with pytest.raises(AuditError) as caught:
        read(input=text)
    assert caught.value.diagnostics[0].path == "--input"


def test_variants() -> None:
    assert shapes(read("net.yaml@n"))["c"] == (6, 6, 2)
    assert shapes(read("net.yaml@n"))["h"] == (6, 6, 1)
    assert shapes(read("net.yaml@v1.5"))["c"] == (6, 6, 16)


def test_set_comes_after_the_variant() -> None:
    assert shapes(read("net.yaml@n", set="w=8"))["c"] == (6, 6, 8)


def test_an_unknown_variant_lists_the_known() -> None:
    with pytest.raises(AuditError) as caught:
        read("net.yaml@x")
    (found,) = caught.value.diagnostics
    assert "no variant 'x'" in found.message
    assert found.help == "it has n, v1.5"


def test_a_variant_must_not_be_empty() -> None:
    with pytest.raises(AuditError):
        read("net.yaml@")


def test_a_file_whose_name_holds_the_mark() -> None:
    Path("net.yaml").rename("net@home.yaml")
    assert shapes(read("net@home.yaml"))["c"] == (6, 6, 4)
    assert shapes(read("net@home.yaml@n"))["c"] == (6, 6, 2)
