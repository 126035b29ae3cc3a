"""Where findings stand: in the file that is checked, with a line of reasonable length."""

from pathlib import Path

from cnnaudit.checking.check_file import check_file
from cnnaudit.checking.settings import CheckSettings
from cnnaudit.errors import Diagnostic
from cnnaudit.loading import find

NARROW = "{name: a, conv: 4, kernel: 11}"


def only_finding(path: Path) -> Diagnostic:
    settings = CheckSettings(select=("narrow-layer",))
    (finding,) = check_file(*find(str(path)), path.name, settings).findings
    return finding


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_finding_stands_at_its_layer(tmp_path: Path) -> None:
    text = f"cnnaudit: 1\ninput: 32x32x3\nlayers:\n  - {NARROW}\n"
    region = only_finding(written(tmp_path, "net.yaml", text)).region
    assert region is not None
    assert (region.line, region.column, region.text) == (4, 5, f"  - {NARROW}")


def test_an_inherited_layer_is_found_at_extends(tmp_path: Path) -> None:
    text = f"cnnaudit: 1\ninput: 32x32x3\nlayers:\n  - {NARROW}\n"
    written(tmp_path, "base.yaml", text)
    finding = only_finding(written(tmp_path, "net.yaml", "cnnaudit: 1\nextends: base.yaml\n"))
    assert finding.region is not None
    assert finding.region.text == "extends: base.yaml"
    (note,) = finding.notes
    assert note.startswith("a is written at ")
    assert note.endswith("base.yaml:4")


def test_a_long_line_is_not_part_of_a_result(tmp_path: Path) -> None:
    padding = " " * 2000
    text = f"cnnaudit: 1\ninput: 32x32x3\nlayers:\n  - {NARROW}{padding}# long\n"
    region = only_finding(written(tmp_path, "net.yaml", text)).region
    assert region is not None
    assert (region.line, region.text) == (4, None)
