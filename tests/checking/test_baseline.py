"""The baseline: what it excuses, and what of it no longer holds."""

import json
from pathlib import Path

import pytest

from cnnaudit.checking import baseline
from cnnaudit.checking.baseline import Baseline, Key, read, rewritten
from cnnaudit.checking.results import FileResult
from cnnaudit.errors import Diagnostic, Region, UsageError


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def found(path: str, layer: str | None, rule: str, line: int = 1) -> Diagnostic:
    return Diagnostic("CA304", rule, "warning", "narrow", path, Region(line, 1, line, 2), layer)


def every(_file: FileResult, _rule: str) -> bool:
    """Every rule was asked."""
    return True


def checked(path: str, *findings: Diagnostic) -> FileResult:
    return FileResult(path, "net", {"params": 1}, findings)


def test_a_finding_is_excused_whatever_its_line() -> None:
    known = Baseline(Path("known.json"), frozenset({Key("a.yaml", "conv1", "narrow-layer")}))
    file = checked(
        "a.yaml",
        found("a.yaml", "conv1", "narrow-layer", 7),
        found("a.yaml", "conv1", "narrow-layer", 90),
        found("a.yaml", "conv2", "narrow-layer"),
        found("a.yaml", "conv1", "dead-branch"),
    )
    sifted = known.apply(file)
    assert [(f.layer, f.name) for f in sifted.findings] == [
        ("conv2", "narrow-layer"),
        ("conv1", "dead-branch"),
    ]
    assert sifted.suppressed == 2


def test_input_errors_are_never_excused() -> None:
    known = Baseline(Path("known.json"), frozenset({Key("a.yaml", None, "yaml-syntax")}))
    file = FileResult("a.yaml", None, None, (found("a.yaml", None, "yaml-syntax"),))
    assert known.apply(file) == file


def test_paths_are_relative_to_the_baseline(tmp_path: Path) -> None:
    known = Baseline(Path("ci/known.json"), frozenset())
    assert known.key(found("nets/a.yaml", None, "x")).path == "../nets/a.yaml"


def test_stale_is_what_was_looked_at_and_not_found(tmp_path: Path) -> None:
    for name in ("a.yaml", "other.yaml"):
        Path(name).touch()
    keys = frozenset(Key(path, None, "x") for path in ("a.yaml", "gone.yaml", "other.yaml"))
    known = Baseline(Path("known.json"), keys)
    stale = known.stale([checked("a.yaml")], every)
    # Nobody looked at the other file; the one that is gone cannot have a finding.
    assert [key.path for key in stale] == ["a.yaml", "gone.yaml"]
    (gone,) = known.stale([checked("a.yaml", found("a.yaml", None, "x"))], every)
    assert gone.path == "gone.yaml"
    assert known.stale([checked("a.yaml")], lambda _file, rule: rule != "x") == [gone]
    now = rewritten(known, [checked("a.yaml", found("a.yaml", "conv1", "y"))], every)
    assert now == {Key("a.yaml", "conv1", "y"), Key("other.yaml", None, "x")}


def test_a_baseline_reads_back_what_was_written(tmp_path: Path) -> None:
    keys = frozenset(
        {Key("a.yaml", None, "x"), Key("a.yaml", "conv1", "y"), Key("b.yaml", "", "z")}
    )
    path = tmp_path / "known.json"
    path.write_text(baseline.text(keys))
    assert read(path).keys == keys
    assert baseline.text(frozenset()) == '{\n  "version": 1,\n  "findings": []\n}\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nonsense", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "not of version 1"),
        ('{"version": 2, "findings": []}', "not of version 1"),
        ('{"version": 1, "findings": [{"path": 3}]}', "an entry without path, layer and rule"),
        ('{"version": 1, "findings": [3]}', "an entry without path, layer and rule"),
    ],
)
def test_what_is_no_baseline(text: str, says: str) -> None:
    path = Path("known.json")
    path.write_text(text)
    with pytest.raises(UsageError, match=says):
        read(path)


def test_a_missing_baseline_says_how_to_make_one() -> None:
    with pytest.raises(UsageError, match="--write-baseline"):
        read(Path("known.json"))


def test_entries_have_a_line_each_and_are_sorted() -> None:
    lines = baseline.text([Key("b", None, "x"), Key("a", None, "x")]).splitlines()
    rows = [json.loads(line.strip().rstrip(",")) for line in lines if '"rule"' in line]
    assert [row["path"] for row in rows] == ["a", "b"]
