"""``adapt``: outputs, where they go, and what is refused."""

import json
from pathlib import Path

import pytest

import cnnaudit
from tests.support import ROOT, run

NET = """\
# A comment.
cnnaudit: 1
name: Net
input: 16x16x3
classes: 10
layers:
  - {name: c, conv: 8, kernel: 3}
  - flatten
  - {name: fc, dense: classes, activation: softmax}
"""
#: The note on the 4 filters of half the network.
NARROW = "cnnaudit: `check` will report what it does not in the stock: narrow-layer (c)\n"
HALF = ("adapt", "net.yaml", "--widths", "1/2")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.yaml").write_text(NET)


def test_the_file_is_written_and_the_difference_printed() -> None:
    result = run(*HALF, "-o", "half.yaml")
    assert result.exit_code == 0
    assert "Net, adapted (half.yaml)" in result.stdout
    assert "filters 8 → 4" in result.stdout
    assert result.stderr == NARROW
    diff = run("diff", "net.yaml", "half.yaml")
    assert diff.stdout == result.stdout


def test_a_factor_above_4_is_taken_if_forced() -> None:
    result = run("adapt", "net.yaml", "--widths", "5", "--force")
    assert "filters 8 → 40" in result.stdout


@pytest.mark.parametrize("option", ["--width", "--table-width"])
def test_the_table_has_the_columns_that_width_gives(option: str) -> None:
    result = run(*HALF, option, "60")
    assert max(map(len, result.stdout.splitlines())) <= 60


def test_without_an_output_nothing_is_written_and_that_is_said(tmp_path: Path) -> None:
    result = run(*HALF)
    assert "nothing is written" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["net.yaml"]


@pytest.mark.parametrize("arguments", [("-f", "yaml"), ("-o", "yaml")])
def test_the_file_on_standard_output(arguments: tuple[str, ...], tmp_path: Path) -> None:
    result = run(*HALF, *arguments)
    assert result.stderr == NARROW
    (tmp_path / "printed.yaml").write_text(result.stdout)
    assert "extends: net.yaml" in result.stdout
    assert cnnaudit.audit(cnnaudit.load("printed.yaml")).totals.params == 4 * 28 + 7850


def test_several_outputs_in_one_run(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "sub").mkdir()
    run(*HALF, "-o", "yaml:sub/half.yaml", "-o", "json:half.json", "-o", "markdown:half.md", "-q")
    assert "extends: ../net.yaml" in (tmp_path / "sub" / "half.yaml").read_text()
    document = json.loads((tmp_path / "half.json").read_text())
    assert document["command"] == "adapt"
    assert document["fit"] is None
    assert document["file"].startswith("cnnaudit: 1\n")
    assert document["delta"]["totals"]["params"]["b"] == 4 * 28 + 7850
    assert (tmp_path / "half.md").read_text().startswith("## Net → Net, adapted\n")


def test_a_fit_in_json_and_in_words() -> None:
    result = run(
        "adapt", "net.yaml", "--fit", "params<=8000", "--fit", "weight<=1MiB", "-f", "json"
    )
    fit = json.loads(result.stdout)["fit"]
    assert (fit["width"], fit["next_width"], fit["max_width"]) == ("1/2", "3/4", "1")
    assert fit["bounds"][0] == {
        "quantity": "params",
        "value": 7962,
        "max": 8000,
        "next_value": 11938,
        "binds": True,
    }
    assert fit["bounds"][1]["quantity"] == "weight_bytes"
    said = run("adapt", "net.yaml", "--fit", "params<=8000").stdout
    assert "width 1/2 is the largest that fits" in said
    assert "params 7,962 ≤ 8,000, 38 to spare: this binds" in said
    assert "the next width, 3/4, breaks params 11,938" in said


def test_a_grid_says_how_many_fit() -> None:
    grid = ("--vary", "width=1/4,1/2,1", "--vary", "input=2,16")
    result = run("adapt", "net.yaml", "--fit", "params<=8000", *grid, "-f", "markdown")
    assert "width=1/2, input=16 has the most parameters: 2 of 6 networks fit" in result.stdout
    assert "3 are no networks" in result.stdout


def test_a_flat_file_keeps_the_comments(tmp_path: Path) -> None:
    run(*HALF, "--flat", "-o", "flat.yaml")
    text = (tmp_path / "flat.yaml").read_text()
    assert text.startswith("# A comment.\n")
    assert "extends" not in text


def test_a_flat_file_writes_out_what_has_no_place(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("cnnaudit: 1\nextends: net.yaml\nname: More\n")
    result = run("adapt", "more.yaml", "--widths", "1/2", "--flat", "-o", "flat.yaml")
    said = "more.yaml has no place for every change, so all layers are written out"
    assert result.stderr == NARROW + f"cnnaudit: flat.yaml: {said}\n"
    (tmp_path / "net.yaml").unlink()
    found = cnnaudit.load("flat.yaml")
    assert cnnaudit.audit(found).totals.params == found.expect["params"] == 4 * 28 + 7850


def test_a_stock_out_of_reach_is_written_out_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "net.yaml").rename(tmp_path / "a" / "net.yaml")
    result = run("adapt", "a/net.yaml", "--widths", "1/2", "-o", "b/half.yaml", "-o", "c.yaml")
    assert result.exit_code == 0
    said = "a/net.yaml cannot be extended from where this is written, so it stands alone"
    assert result.stderr == NARROW + f"cnnaudit: b/half.yaml: {said}\n"
    assert (tmp_path / "b" / "half.yaml").read_text().startswith("# A comment.\n")
    assert "extends: a/net.yaml" in (tmp_path / "c.yaml").read_text()
    assert run("report", "b/half.yaml").exit_code == 0


def test_a_shipped_file_goes_by_its_name_where_its_path_is_out_of_reach(tmp_path: Path) -> None:
    path = ROOT / "configs" / "lenet" / "lenet-5-rgb.yaml"
    result = run("adapt", str(path), "--classes", "7", "-o", "seven.yaml")
    assert result.stderr == ""
    assert "extends: zoo:lenet-5-rgb\n" in (tmp_path / "seven.yaml").read_text()
    assert cnnaudit.load("seven.yaml").nodes[-1].output_shape == (7,)


@pytest.mark.parametrize("repository", [True, False])
def test_a_folder_that_is_not_there(repository: bool, tmp_path: Path) -> None:
    if repository:
        (tmp_path / ".git").mkdir()
    result = run(*HALF, "-o", "missing/half.yaml")
    assert result.exit_code == 2
    assert "missing/half.yaml cannot be written: No such file or directory" in result.stderr


def test_line_ends_stay_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_bytes(NET.replace("\n", "\r\n").encode())
    run(*HALF, "--flat", "-o", "flat.yaml")
    text = (tmp_path / "flat.yaml").read_bytes()
    assert b"description: widths times 1/2 up to even numbers\r\n" in text
    assert text.count(b"\n") == text.count(b"\r\n")


def test_repetitions_that_become_different_layers_are_written_out(tmp_path: Path) -> None:
    text = NET.replace("conv: 8, kernel: 3", "conv: 8, kernel: 5, padding: same, repeat: 2")
    (tmp_path / "net.yaml").write_text(text)
    refused = run("adapt", "net.yaml", "--factorize")
    assert refused.exit_code == 2
    assert "c.1 is a repetition: write it out, with --flat" in refused.stderr
    result = run("adapt", "net.yaml", "--factorize", "--flat", "-o", "flat.yaml", "-q")
    assert result.stderr.endswith(
        "cnnaudit: flat.yaml: net.yaml has no place for every change, so all layers are written"
        " out\n"
    )
    names = [node.name for node in cnnaudit.load("flat.yaml").nodes]
    assert names[1:5] == ["c_1_1", "c_1", "c_2_1", "c_2"]


def test_standard_input_can_only_stand_alone() -> None:
    assert run("adapt", "-", "--widths", "1/2", stdin=NET).exit_code == 0
    refused = run("adapt", "-", "--widths", "1/2", "-o", "half.yaml", stdin=NET)
    assert refused.exit_code == 2
    assert "--flat" in refused.stderr
    assert run("adapt", "-", "--widths", "1/2", "--flat", "-f", "yaml", stdin=NET).exit_code == 0


@pytest.mark.parametrize(
    "name", ["VGG16", "MobileNet", "MobileNetV2", "ResNet50", "EfficientNetB0"]
)
def test_a_keras_model_stands_alone(name: str) -> None:
    path = str(ROOT / f"tests/oracle/keras/{name}.config.json")
    refused = run("adapt", path, "--widths", "1/2")
    assert refused.exit_code == 2
    assert "which no file can extend: write the whole network, with --flat" in refused.stderr
    result = run("adapt", path, "--widths", "1/2", "--classes", "10", "--flat", "-o", "half.yaml")
    assert result.exit_code == 0, result.stderr
    stock, half = cnnaudit.load(path), cnnaudit.load("half.yaml")
    assert half.nodes[-1].output_shape == (10,)
    assert len(half.nodes) == len(stock.nodes)
    first = next(node for node in half.nodes if node.op == "conv")
    assert (
        first.output_shape[-1] * 2
        == next(n for n in stock.nodes if n.op == "conv").output_shape[-1]
    )


@pytest.mark.parametrize("target", ["net.yaml", "yaml:./net.yaml"])
def test_the_stock_is_never_overwritten(target: str, tmp_path: Path) -> None:
    result = run(*HALF, "-o", target)
    assert result.exit_code == 2
    assert "net.yaml is part of the stock network" in result.stderr
    assert (tmp_path / "net.yaml").read_text() == NET


def test_nor_is_what_the_stock_extends(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("cnnaudit: 1\nextends: net.yaml\n")
    result = run("adapt", "more.yaml", "--widths", "1/2", "-o", "net.yaml")
    assert result.exit_code == 2
    assert (tmp_path / "net.yaml").read_text() == NET


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "there is nothing to adapt"),
        (("--name", "Other"), "there is nothing to adapt"),
        (("--widths", "0"), "a width is more than 0"),
        (("--widths", "1/0"), "expected a number such as 1/2"),
        (("--widths", "1e999999999"), "expected a number such as 1/2"),
        (("--widths", "9" * 5000), "expected a number such as 1/2"),
        (("--fit", "params<=1M", "--max-width", "1e999999999"), "expected a number such as 1/2"),
        (("--fit", "params<=" + "9" * 5000), "expected a bound such as params<=1M"),
        (("--widths", "1/2", "--round", "7"), "there is no such rule (there are even, 8, none)"),
        (("--classes", "2", "--round", "8"), "no width is scaled"),
        (("--classes", "2", "--min-width", "8"), "no width is scaled"),
        (("--classes", "0"), "a network has 1 class or more"),
        (("--set", "classes=5"), "the number of classes is --classes here"),
        (("--set", "width=5"), "has no such variable"),
        (("--head", "max"), "there is no such head"),
        (("--head", "gap", "--widths", "1/2", "--fit", "params<=1"), "leave out --widths"),
        (("--widths", "9/2"), "--widths 9/2: more than 4 times the stock's widths: add --force"),
        (("--fit", "params<=1M", "--max-width", "5"), "--max-width 5: more than 4 times"),
        (("--fit", "params<=1M", "--vary", "width=1,5"), "--vary width 5: more than 4 times"),
        (
            ("--width", "1/2"),
            "expected the columns of tables, at least 20; --widths 1/2",
        ),
        (("--width", "2"), "--widths 2 scales filters and units"),
        (("--table-width", "wide"), "--width wide: expected the columns of tables, at least 20"),
        (("--vary", "width=1/2,1"), "--vary needs --fit"),
        (("--max-width", "2", "--widths", "1"), "--max-width is for --fit"),
        (("--fit", "params<=9", "--vary", "input=8", "--input", "8x8x3"), "both fixed and varied"),
        (("--fit", "params<=1"), "the smallest network"),
        (("--framework", "keros"), "did you mean 'keras'?"),
        (("--freeze", "d"), "--freeze d: it matches no layer"),
        (("--drop-lrn",), "no local response normalisation"),
        (("--factorize",), "no 5x5"),
        (("--input", "8x8x3", "-f", "csv"), "there is no format 'csv'"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_asked(arguments: tuple[str, ...], message: str) -> None:
    result = run("adapt", "net.yaml", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_an_impossible_input_points_at_the_layer() -> None:
    result = run("adapt", "net.yaml", "--input", "2x2x3")
    assert result.exit_code == 2
    assert "net.yaml:7:5: error[CA202]" in result.stderr
