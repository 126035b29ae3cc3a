"""The ways into CI: the hook for pre-commit, the action, and the workflow that the README shows."""

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support import ROOT

ACTION = ROOT / ".github/actions/cnnaudit/action.yml"
USES = re.compile(r"^[\w.-]+/[\w./-]+@v?\w[\w.]*$")


def load(text: str) -> Any:
    return yaml.safe_load(text)


def steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = load(ACTION.read_text())["runs"]["steps"]
    return found


def shown(words: str) -> Any:
    """The YAML of the README that stands behind these words."""
    text = (ROOT / "README.md").read_text()
    (found,) = re.findall(rf"{re.escape(words)}:\n\n```yaml\n(.*?)```", text, re.DOTALL)
    return load(found)


def test_the_hook_calls_check() -> None:
    (hook,) = load((ROOT / ".pre-commit-hooks.yaml").read_text())
    assert hook["id"] == "cnnaudit"
    assert shlex.split(hook["entry"]) == ["cnnaudit", "check", "--skip-others"]
    assert (hook["language"], hook["types"], hook["require_serial"]) == ("python", ["yaml"], False)


def test_inputs_never_become_part_of_a_script() -> None:
    scripts = [step["run"] for step in steps() if "run" in step]
    assert scripts
    assert not any("${{" in script for script in scripts)


def test_every_input_is_described_and_used() -> None:
    inputs = load(ACTION.read_text())["inputs"]
    assert all(given["description"] for given in inputs.values())
    used = set(re.findall(r"\$\{\{ inputs\.([\w-]+) \}\}", ACTION.read_text()))
    assert used == set(inputs)


class Runner:
    """A stand-in for GitHub's runner: a Python that writes its arguments down, one a line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.summary = folder / "step-summary.md"
        python = folder / "cnnaudit/bin/python"
        python.parent.mkdir(parents=True)
        python.write_text(
            '#!/bin/sh\nprintf "%s\\n" "$@" > "$RUNNER_TEMP/arguments"\n'
            'echo verdict > "$RUNNER_TEMP/cnnaudit-summary.md"\nexit "$STATUS"\n'
        )
        python.chmod(0o755)

    def check(self, *, status: str = "0", **inputs: str) -> tuple[int, list[str]]:
        """Run the step as ``shell: bash`` does; the exit code, and what cnnaudit is called with."""
        given = {"PATHS": ".", "ARGS": "", "AGAINST": "", "SARIF": "", "STATUS": status}
        environment = {
            "PATH": "/usr/bin:/bin",
            "RUNNER_TEMP": str(self.folder),
            "GITHUB_STEP_SUMMARY": str(self.summary),
        }
        (script,) = [step["run"] for step in steps() if step.get("name") == "Check"]
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        done = subprocess.run(
            shell, env={**environment, **given, **inputs}, cwd=self.folder, check=False
        )
        return done.returncode, (self.folder / "arguments").read_text().splitlines()


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_the_action_calls_check(runner: Runner) -> None:
    code, arguments = runner.check()
    assert code == 0
    assert arguments[:7] == ["-I", "-m", "cnnaudit", "check", "-f", "github", "-o"]
    assert arguments[8:] == ["--", "."]


def test_inputs_become_arguments(runner: Runner) -> None:
    _, arguments = runner.check(
        PATHS="nets\nmore nets/a.yaml\n",
        ARGS="--fail-on\nwarning\n",
        AGAINST="HEAD~1",
        SARIF="a.sarif",
    )
    assert arguments[8:] == [
        *("--against=HEAD~1", "-o", "sarif:a.sarif", "--fail-on", "warning"),
        *("--", "nets", "more nets/a.yaml"),
    ]


@pytest.mark.parametrize("name", ["PATHS", "ARGS", "AGAINST", "SARIF"])
@pytest.mark.parametrize("text", ["$(touch pwned)", '"; touch pwned; "', "`touch pwned`", "* ~ \\"])
def test_an_input_is_one_word(runner: Runner, name: str, text: str) -> None:
    _, arguments = runner.check(**{name: text})
    assert sum(text in argument for argument in arguments) == 1
    assert not (runner.folder / "pwned").exists()


def test_a_path_is_no_option(runner: Runner) -> None:
    _, arguments = runner.check(PATHS="--no-cache")
    assert arguments[-2:] == ["--", "--no-cache"]


@pytest.mark.parametrize("status", [0, 1, 2, 3])
def test_the_step_ends_as_check_does(runner: Runner, status: int) -> None:
    runner.summary.write_text("before\n")
    code, _ = runner.check(status=str(status))
    assert code == status
    assert runner.summary.read_text() == "before\nverdict\n"


def test_the_workflow_is_complete() -> None:
    found = shown("`.github/workflows/architectures.yml`")
    # YAML 1.1 takes the key `on` for a boolean; GitHub does not.
    assert found[True] == "pull_request"
    (job,) = found["jobs"].values()
    assert job["permissions"] == {"contents": "read", "security-events": "write"}
    checkout, check, upload = job["steps"]
    assert checkout["with"]["fetch-depth"] == 0
    assert check["with"].keys() <= load(ACTION.read_text())["inputs"].keys()
    assert ACTION.parent.relative_to(ROOT).as_posix() in check["uses"]
    assert upload["with"]["sarif_file"] == check["with"]["sarif"]
    assert upload["if"], "findings fail the step before, and are uploaded all the same"
    for step in (*job["steps"], *(step for step in steps() if "uses" in step)):
        assert USES.match(step["uses"])


def test_the_hooks_configuration_names_the_hook() -> None:
    ((repository,),) = shown("`.pre-commit-config.yaml` file").values()
    assert [hook["id"] for hook in repository["hooks"]] == ["cnnaudit"]
