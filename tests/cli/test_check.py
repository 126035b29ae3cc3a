"""``check``: exit codes in every format, configuration, baseline, and regressions against git."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from cnnaudit.render.check.formats import FORMATS
from tests.support import ROOT, run

CLEAN = """\
cnnaudit: 1
framework: keras
input: 32x32x3
classes: 10
layers:
  - {name: conv1, conv: 16, kernel: 3, padding: same, activation: relu}
  - {name: pool, avg_pool: global, keep_dims: false}
  - {name: fc, dense: classes, activation: softmax}
"""
NARROW = CLEAN.replace("conv: 16, kernel: 3", "conv: 4, kernel: 3")
BROKEN = "cnnaudit: 1\ninput: 32x32x3\nlayers: [{conv: 16, kernl: 3}]\n"
#: Rules that these small networks are not about.
ONLY = ("--select", "narrow-layer,regression,over-budget,wrong-claim,CA93")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNAUDIT_CACHE_DIR", str(tmp_path / ".cache"))
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    Path("clean.yaml").write_text(CLEAN)
    Path("narrow.yaml").write_text(NARROW)


def findings(*arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("check", *ONLY, *arguments, "-f", "json").stdout)[
        "findings"
    ]
    return found


def git(*arguments: str) -> None:
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com"]
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


def committed() -> None:
    git("init", "-q", "-b", "main")
    git("add", "-A", ".")
    git("commit", "-q", "-m", "first")


# Exit codes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["auto", *FORMATS])
def test_exit_codes_are_the_same_in_every_format(format: str) -> None:
    Path("broken.yaml").write_text(BROKEN)
    Path("empty").mkdir()
    for arguments, code in [
        (["clean.yaml"], 0),
        (["narrow.yaml"], 1),
        (["narrow.yaml", "--fail-on", "error"], 0),
        (["clean.yaml", "broken.yaml"], 2),
        (["narrow.yaml", "broken.yaml"], 2),
        (["missing.yaml"], 2),
        (["empty"], 3),
    ]:
        result = run("check", *ONLY, *arguments, "-f", format)
        assert result.exit_code == code, (arguments, result.output)
        assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--select", "narow-layer"], "did you mean 'narrow-layer'?"),
        (["--ignore", "unknown-key"], "what is wrong with a file is always said"),
        (["--fail-on", "warn"], "--fail-on takes error, warning, note"),
        (["--budget", "parms=1"], "did you mean 'params'?"),
        (["--budget", "params=many"], "expected a bound such as params=5M"),
        (["--max-increase", "params=5%"], "needs --against"),
        (["--max-increase", f"params={'9' * 5000}", "--against", "x"], "expected a limit such as"),
        (["--baseline", "missing.json"], "--write-baseline"),
        (["-f", "xml"], "there is no format"),
        (["--config", "missing.yaml"], "there is no such file"),
        (["--against", ""], "--against is empty"),
        (["--against", "missing.json"], "cannot be read"),
        (["--against", "clean.yaml"], "expected a report"),
    ],
)
def test_usage_errors(arguments: list[str], says: str) -> None:
    result = run("check", "clean.yaml", *arguments)
    assert result.exit_code == 2
    assert says in result.output


def test_the_format_follows_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "narrow.yaml:6:5: warning[CA304]" in run("check", *ONLY, "narrow.yaml").stdout
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert "::warning file=narrow.yaml,line=6" in run("check", *ONLY, "narrow.yaml").stdout


def test_several_outputs_in_one_run() -> None:
    run("check", *ONLY, ".", "-o", "json:a.json", "-o", "sarif:a.sarif", "-o", "junit:a.xml")
    assert json.loads(Path("a.json").read_text())["summary"]["warnings"] == 1
    assert len(json.loads(Path("a.sarif").read_text())["runs"][0]["results"]) == 1
    assert "narrow-layer" in Path("a.xml").read_text()


def test_the_findings_of_a_folder() -> None:
    Path("notes.yaml").write_text("hello: world\n")
    (found,) = findings(".")
    assert (found["path"], found["layer"], found["line"]) == ("narrow.yaml", "conv1", 6)
    assert found["end_column"] > found["column"] == 5


def test_a_file_that_is_no_architecture() -> None:
    Path("notes.yaml").write_text("hello: world\n")
    assert run("check", "notes.yaml").exit_code == 2
    assert run("check", "notes.yaml", "--skip-others").exit_code == 0
    assert run("check", *ONLY, "notes.yaml", "narrow.yaml", "--skip-others").exit_code == 1


def test_a_machine_that_asks_gets_an_answer_where_all_is_skipped() -> None:
    """Standard output was empty, which is no JSON, no SARIF and no XML."""
    Path("notes.yaml").write_text("hello: world\n")
    answer = json.loads(run("check", "notes.yaml", "--skip-others", "-f", "json").stdout)
    assert answer["summary"]["files"] == 0


def test_other_operands() -> None:
    committed()
    for operand in ("zoo:alexnet", "HEAD:clean.yaml", "zoo:mobilenet-v1@0.5"):
        result = run("check", operand, "--select", "wrong-claim")
        assert result.exit_code == 0, result.output


VARIANTS = "vars: {w: 16}\nvariants: {tiny: {w: 2}, odd: {w: 3/2}}\nlayers:"


def test_variants_are_checked_too() -> None:
    text = CLEAN.replace(
        "layers:", "vars: {w: 16}\nvariants: {tiny: {w: 2}, odd: {w: 3/2}}\nlayers:"
    )
    Path("v.yaml").write_text(text.replace("conv: 16", "conv: w"))
    result = run("check", "v.yaml")
    assert result.exit_code == 2
    assert "not a whole number" in result.output
    assert "note: in the variant 'odd'" in result.output
    Path("v.yaml").write_text(text.replace("conv: 16", "conv: w").replace(", odd: {w: 3/2}", ""))
    (found,) = findings("v.yaml")
    assert "in the variant 'tiny'" in found["notes"]


def test_every_wrong_number_of_a_comment_is_found() -> None:
    Path("claims.yaml").write_text(f"# summary: 600 parameters, 618 gradients, 1 MACs\n{CLEAN}")
    found = [f for f in findings("claims.yaml") if f["name"] == "wrong-claim"]
    assert [(f["line"], f["column"], f["end_column"]) for f in found] == [(1, 12, 26), (1, 43, 49)]


def test_a_finding_of_a_variant_is_in_its_file() -> None:
    text = CLEAN.replace(
        "layers:", "vars: {w: 16}\nvariants: {tiny: {w: 2}, wide: {w: 32}}\nlayers:"
    )
    comment = "  # cnnaudit: ignore[narrow-layer] two are enough"
    narrow = text.replace("conv: 16", "conv: w")
    Path("v.yaml").write_text(narrow)
    (found,) = findings("v.yaml@tiny")
    assert (found["path"], found["line"]) == ("v.yaml", 8)
    assert found["notes"] == ["in the variant 'tiny'"]
    assert (
        "::warning file=v.yaml,line=8" in run("check", *ONLY, "v.yaml@tiny", "-f", "github").stdout
    )
    # A comment for one variant is not unused because another does not need it.
    Path("v.yaml").write_text(narrow.replace("activation: relu}", f"activation: relu}}{comment}"))
    assert findings("v.yaml@tiny") == findings("v.yaml@wide") == findings("v.yaml") == []


# Settings -----------------------------------------------------------------------------------------


def test_the_configuration_beside_a_file() -> None:
    Path(".cnnaudit.yaml").write_text("rules: {narrow-layer: {floor: 3}}\n")
    assert findings(".") == []
    Path(".cnnaudit.yaml").write_text("exclude: [narrow.yaml]\n")
    assert findings(".") == []
    Path(".cnnaudit.yaml").write_text("budgets: {max_params: 10}\nlevels: {narrow-layer: note}\n")
    assert {f["name"]: f["level"] for f in findings("narrow.yaml")} == {
        "over-budget": "error",
        "narrow-layer": "note",
    }
    Path(".cnnaudit.yaml").write_text("budgts: {}\n")
    result = run("check", ".")
    assert result.exit_code == 2
    assert ".cnnaudit.yaml:1:1: error[CA905]" in result.output
    assert "did you mean 'budgets'?" in result.output


def test_show_config_reads_back_as_a_configuration() -> None:
    Path(".cnnaudit.yaml").write_text("extends: strict\nrules: {narrow-layer: {floor: 3}}\n")
    shown = run("check", ".", "--show-config").stdout
    assert "# from .cnnaudit.yaml" in shown
    settings = yaml.safe_load(shown)
    assert settings["fail_on"] == "note"
    assert settings["rules"]["narrow-layer"] == {"floor": 3}
    Path("again.yaml").write_text(shown)
    again = run("check", ".", "--config", "again.yaml", "--show-config").stdout
    assert yaml.safe_load(again) == settings


def test_a_budget_on_the_command_line() -> None:
    (found,) = findings("clean.yaml", "--budget", "params=100")
    assert "more than the 100 that the configuration allows" in found["message"]


# Baseline -----------------------------------------------------------------------------------------


def test_a_baseline_excuses_what_was_there() -> None:
    base = ("--baseline", "known.json")
    assert run("check", *ONLY, ".", *base, "--write-baseline").exit_code == 0
    assert run("check", *ONLY, ".", *base).exit_code == 0
    assert "1 suppressed" in run("check", *ONLY, ".", *base).stdout
    Path("narrow.yaml").write_text("# moved down\n" + NARROW)
    assert findings(".", *base) == []
    Path("new.yaml").write_text(NARROW)
    assert [f["path"] for f in findings(".", *base)] == ["new.yaml"]
    Path("narrow.yaml").write_text(CLEAN)
    (stale, _) = findings(".", *base)
    assert (stale["name"], stale["path"]) == ("stale-baseline", "known.json")
    run("check", *ONLY, ".", *base, "--prune-baseline")
    assert json.loads(Path("known.json").read_text())["findings"] == []


def test_a_baseline_keeps_what_nobody_looked_for() -> None:
    committed()
    Path("narrow.yaml").write_text(NARROW.replace("dense: classes", "dense: 10*classes"))
    grown = ("--against", "HEAD", "--max-increase", "params=0")
    base = ("--baseline", "known.json")
    assert run("check", ".", *base, "--write-baseline", *grown).exit_code == 0
    full = Path("known.json").read_text()
    assert '"regression"' in full
    # Neither a rule that is not selected nor a comparison that is not made is stale.
    for arguments in ([], ["--select", "class-mismatch,CA93"], ["--ignore", "CA3"]):
        found = json.loads(run("check", ".", *base, *arguments, "-f", "json").stdout)["findings"]
        assert [finding for finding in found if finding["name"] == "stale-baseline"] == []
        for change in ("--prune-baseline", "--write-baseline"):
            run("check", ".", *base, *arguments, change)
            assert Path("known.json").read_text() == full


def test_each_file_has_the_baseline_and_the_level_of_its_configuration() -> None:
    for name in ("teaching", "strict"):
        Path(name).mkdir()
        Path(name, "net.yaml").write_text(NARROW)
    Path("teaching/.cnnaudit.yaml").write_text("fail_on: error\n")
    Path("strict/.cnnaudit.yaml").write_text("fail_on: note\nbaseline: known.json\n")
    assert run("check", *ONLY, "teaching").exit_code == 0
    assert run("check", *ONLY, "teaching", "--fail-on", "warning").exit_code == 1
    assert run("check", *ONLY, "strict").exit_code == 2, "the baseline is missing"
    run("check", *ONLY, "strict", "teaching", "--write-baseline")
    for place in ("strict/known.json", "teaching/.cnnaudit-baseline.json"):
        (entry,) = json.loads(Path(place).read_text())["findings"]
        assert entry == {"path": "net.yaml", "layer": "conv1", "rule": "narrow-layer"}
    assert run("check", *ONLY, "strict", "teaching", "--fail-on", "note").exit_code == 0
    Path("strict/known.json").write_text('{"version": 1, "findings": []}')
    files = json.loads(run("check", *ONLY, "strict", "teaching", "-f", "json").stdout)["files"]
    assert [(f["path"], f["fail_on"], f["failures"]) for f in files] == [
        ("strict/net.yaml", "note", 1),
        ("teaching/net.yaml", "error", 0),
    ]


def test_a_baseline_without_a_name_is_found_again() -> None:
    result = run("check", *ONLY, ".", "--write-baseline")
    assert result.exit_code == 0
    assert result.stderr == "cnnaudit: wrote .cnnaudit-baseline.json\n"
    assert Path(".cnnaudit-baseline.json").exists()
    assert run("check", *ONLY, ".").exit_code == 0
    Path(".cnnaudit-baseline.json").unlink()
    assert run("check", *ONLY, ".").exit_code == 1


# Regressions --------------------------------------------------------------------------------------


def test_a_network_that_grew_since_a_revision() -> None:
    committed()
    wide = CLEAN.replace("conv: 16", "conv: 32")
    Path("clean.yaml").write_text(wide)
    assert len(findings("clean.yaml", "--against", "HEAD")) == 3, "params, macs, activations"
    (found,) = findings("clean.yaml", "--against", "HEAD", "--max-increase", "params=5%")
    assert (found["name"], found["path"]) == ("regression", "clean.yaml")
    assert "params grew from 618 to 1,226, by 608 (98.4 %)" in found["message"]
    assert findings("clean.yaml", "--against", "HEAD", "--max-increase", "params=99%") == []


def test_a_file_that_was_not_there_says_so() -> None:
    committed()
    Path("new.yaml").write_text(CLEAN)
    result = run("check", *ONLY, "new.yaml", "--against", "HEAD")
    assert result.exit_code == 0
    assert "not in HEAD: there is nothing to compare it with" in result.output


def test_a_file_whose_base_was_not_there_says_so() -> None:
    Path("adapted.yaml").write_text("cnnaudit: 1\nextends: base.yaml\n")
    committed()
    Path("base.yaml").write_text(CLEAN)
    result = run("check", *ONLY, "adapted.yaml", "--against", "HEAD")
    assert result.exit_code == 0
    assert "could not be audited at HEAD: HEAD:base.yaml: not in git" in result.output


def test_a_shallow_clone_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed()
    git("commit", "-q", "--allow-empty", "-m", "second")
    git("tag", "later")
    git("clone", "-q", "--depth=1", f"file://{tmp_path}", "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    result = run("check", ".", "--against", "HEAD~1")
    assert result.exit_code == 2
    assert "this is a shallow clone" in result.output
    assert "fetch-depth: 0" in result.output


def test_a_saved_report_is_compared_with() -> None:
    run("report", "clean.yaml", "-q", "-o", "json:saved.json")
    Path("clean.yaml").write_text(CLEAN.replace("conv: 16", "conv: 32"))
    found = findings("clean.yaml", "--against", "saved.json")[0]
    assert "(since saved.json)" in found["message"]
    markdown = run("check", *ONLY, ".", "--against", "saved.json", "-f", "markdown").stdout
    assert "1,226" in markdown
    assert "618" in markdown


@pytest.mark.parametrize("value", ["-1", "true", "null", "0.5", '"1"', "9" * 5000])
def test_a_saved_report_whose_totals_are_none(value: str) -> None:
    """What is no count is no total to compare with: nothing had grown, or everything."""
    run("report", "clean.yaml", "-q", "-o", "json:saved.json")
    saved = Path("saved.json").read_text().replace('"params": 618', f'"params": {value}')
    Path("saved.json").write_text(saved)
    result = run("check", "clean.yaml", "--against", "saved.json")
    assert result.exit_code == 2
    assert "expected a report" in result.stderr


def test_a_file_is_checked_once_however_it_is_named() -> None:
    Path("sub").mkdir()
    named = (
        "./narrow.yaml",
        "narrow.yaml",
        "sub/../narrow.yaml",
        str(Path("narrow.yaml").resolve()),
    )
    result = json.loads(run("check", *ONLY, *named, ".", "-f", "json").stdout)
    assert [file["path"] for file in result["files"]] == ["clean.yaml", "narrow.yaml"]


def test_virtual_environments_are_left_alone() -> None:
    inside = Path("venv/lib/site-packages/cnnaudit/configs")
    inside.mkdir(parents=True)
    (inside / "net.yaml").write_text(BROKEN)
    Path("venv/pyvenv.cfg").touch()
    assert run("check", ".", "--select", "wrong-claim").exit_code == 0
    assert run("check", "venv/lib").exit_code == 2, "what is named is checked"


# Many files ---------------------------------------------------------------------------------------


def test_processes_and_cache_change_nothing() -> None:
    Path("many").mkdir()
    for number in range(160):
        text = NARROW if number % 7 == 0 else CLEAN
        Path(f"many/{number:03}.yaml").write_text(text)
    Path("many/000.yaml").write_text(BROKEN)
    alone = run("check", "many", "--jobs", "1", "--no-cache", "-f", "json")
    several = run("check", "many", "--jobs", "2", "--no-cache", "-f", "json")
    filled = run("check", "many", "--jobs", "2", "-f", "json")
    warm = run("check", "many", "--jobs", "1", "-f", "json")
    assert alone.exit_code == several.exit_code == filled.exit_code == warm.exit_code == 2
    assert alone.stdout == several.stdout == filled.stdout == warm.stdout


def test_pre_commit_runs_the_hook() -> None:
    git("init", "-q", "-b", "main")
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    program = f"{sys.executable} -m {hook['entry']}"
    local = {**hook, "language": "system", "entry": program}
    Path(".pre-commit-config.yaml").write_text(
        json.dumps({"repos": [{"repo": "local", "hooks": [local]}]})
    )
    Path("notes.yaml").write_text("hello: world\n")
    git("add", "clean.yaml", "notes.yaml", ".pre-commit-config.yaml")
    call = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"]
    environment = {**os.environ, "PRE_COMMIT_HOME": str(Path("store").absolute())}

    def precommit() -> subprocess.CompletedProcess[str]:
        return subprocess.run(call, capture_output=True, text=True, check=False, env=environment)

    first = precommit()
    assert first.returncode == 0, first.stdout + first.stderr
    git("add", "narrow.yaml")
    second = precommit()
    assert second.returncode == 1
    assert "narrow.yaml:6:5: warning[CA304] narrow-layer" in second.stdout
    git("rm", "-q", "--cached", "narrow.yaml", "clean.yaml")
    assert precommit().returncode == 0
