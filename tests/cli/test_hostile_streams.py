"""Full disks, closed pipes and streams, Ctrl-C: every command ends quietly."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cnnaudit.cli.adapt import HINT
from cnnaudit.cli.app import COMMANDS, program
from cnnaudit.errors import ExitCode
from tests.support import ROOT, chain, run

#: Every command, in as many formats as print in ways of their own.
CALLS = [
    "report net.yaml",
    "report net.yaml -f json",
    "diff net.yaml other.yaml",
    "diff net.yaml other.yaml -f markdown",
    "check net.yaml",
    "check net.yaml -f sarif",
    "check net.yaml --show-config",
    "explain net.yaml",
    "explain CA304",
    "explain",
    "explain conv",
    "init --stdout",
    "sweep net.yaml --vary batch=1,2",
    "sweep net.yaml --vary batch=1,2 -f csv",
    "adapt net.yaml --input 16x16x3",
    "adapt net.yaml --input 16x16x3 -f yaml",
    "convert net.yaml",
    "rules",
    "zoo",
    "zoo alexnet",
    "schema",
]
#: Those that write files, with how they are asked to.
WRITING = {
    "report net.yaml": "-o json:",
    "diff net.yaml other.yaml": "-o markdown:",
    "check net.yaml": "-o sarif:",
    "explain net.yaml": "-o markdown:",
    "init --force": "-o ",
    "sweep net.yaml --vary batch=1,2": "-o csv:",
    "adapt net.yaml --input 16x16x3 --flat": "-o yaml:",
    "convert net.yaml": "-o yaml:",
    "rules": "-o json:",
    "zoo": "-o json:",
    "schema": "-o json:",
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CNNAUDIT_CACHE_DIR", str(tmp_path / ".cache"))
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    layers = ("{conv: 64, kernel: 3, activation: relu}", "flatten", "{dense: 10}")
    Path("net.yaml").write_text(chain(*layers))
    Path("other.yaml").write_text(chain(*layers[1:]))


def test_every_command_is_called() -> None:
    assert {call.split()[0] for call in CALLS} == COMMANDS.keys()
    assert {call.split()[0] for call in WRITING} == COMMANDS.keys()


def code_of(arguments: list[str]) -> object:
    with pytest.raises(SystemExit) as ended:
        app, name, left = program(arguments)
        app(left, prog_name=name)
    return ended.value.code


@pytest.mark.parametrize("call", CALLS)
def test_a_full_disk_under_standard_output(
    call: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert code_of(call.split()) == ExitCode.INPUT_ERROR
    said = capsys.readouterr().err.removeprefix(HINT)
    assert said == "cnnaudit: error: No space left on device\n"


@pytest.mark.parametrize("call", CALLS)
def test_a_reader_that_has_gone(
    call: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as pipe:
        monkeypatch.setattr(sys, "stdout", pipe)
        assert code_of(call.split()) == ExitCode.OK
    assert capsys.readouterr().err.removeprefix(HINT) == ""


@pytest.mark.parametrize(("call", "option"), WRITING.items())
def test_a_file_is_written_whole_or_not_at_all(call: str, option: str) -> None:
    Path("kept").write_text("what was there before")
    for place in ("/dev/full", "nowhere/x", "."):
        result = run(*f"{call} {option}{place}".split())
        assert result.exit_code == ExitCode.INPUT_ERROR, result.output
        assert "No space left" in result.stderr or f"{place} cannot be written" in result.stderr
    # A file that cannot be audited leaves what was there, and nothing beside it.
    Path("net.yaml").write_text("cnnaudit: 1\ninput: 8x8x3\nlayers: [\n")
    if "net.yaml" in call and not call.startswith("check"):
        assert run(*f"{call} {option}kept".split()).exit_code == ExitCode.INPUT_ERROR
    assert Path("kept").read_text() == "what was there before"
    assert {path.name for path in Path().iterdir()} <= {"net.yaml", "other.yaml", "kept", ".cache"}


# The program as a process -------------------------------------------------------------------------


def process(shell: str) -> subprocess.CompletedProcess[str]:
    """What a shell makes of it; ``$C`` is the program."""
    environment = {**os.environ, "C": f"{sys.executable} -m cnnaudit", "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["sh", "-c", shell], capture_output=True, check=False, text=True, env=environment
    )


@pytest.mark.parametrize(
    ("shell", "code", "says"),
    [
        ("$C --help > /dev/full", 2, "cnnaudit: error: No space left on device\n"),
        ("$C report net.yaml >&-", 0, ""),
        ("$C report missing.yaml 2>&-", 2, ""),
        ("$C report missing.yaml 2> /dev/full", 2, ""),
        ("$C report - <&-", 2, "cnnaudit: error: there is no standard input to read\n"),
    ],
)
def test_streams_that_lead_nowhere(shell: str, code: int, says: str) -> None:
    done = process(shell)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", says)


#: Runs the program, and presses Ctrl-C when it begins to import a module.
INTERRUPTED = """
import os, signal, sys

class Presses:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Presses())
sys.argv = ["cnnaudit", *{arguments!r}]
from cnnaudit.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("module", "call"),
    [
        ("typer", "report net.yaml"),
        ("cnnaudit.cli.sweep", "sweep net.yaml --vary batch=1,2"),
        ("cnnaudit.render.report.to_table", "report net.yaml"),
        ("cnnaudit.render.diff.to_table", "diff net.yaml other.yaml"),
        ("cnnaudit.render.check.to_text", "check net.yaml"),
        ("cnnaudit.render.explain.to_table", "explain net.yaml"),
        ("cnnaudit.reference.catalogue", "explain conv"),
        ("cnnaudit.reference.first_file", "init -o out.yaml"),
        ("cnnaudit.render.adapt.to_table", "adapt net.yaml --input 16x16x3"),
        ("cnnaudit.exporters.architecture", "convert net.yaml -o out.yaml"),
        ("cnnaudit.render.rules.to_table", "rules"),
        ("cnnaudit.render.zoo.to_table", "zoo"),
        ("cnnaudit.render.schema", "schema"),
    ],
)
def test_ctrl_c_in_every_command(module: str, call: str) -> None:
    code = INTERRUPTED.format(module=module, arguments=call.split())
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=False,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stdout, done.stderr) == (ExitCode.INTERRUPTED, "", "")
    assert not Path("out.yaml").exists()


def test_ctrl_c_is_not_for_a_job_in_the_background() -> None:
    """A shell starts it with the signal ignored, and so it stays."""
    code = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + INTERRUPTED.format(
        module="cnnaudit.cli.report", arguments=["report", "net.yaml", "-q"]
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], check=False, env=environment)
    assert done.returncode == ExitCode.OK


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for the workers in /proc")
def test_ctrl_c_while_others_work() -> None:
    """A terminal sends it to all processes at once."""
    text = Path("net.yaml").read_text()
    Path("many").mkdir()
    for number in range(600):
        Path(f"many/{number}.yaml").write_text(text)
    command = [sys.executable, "-m", "cnnaudit", "check", "many", "--jobs", "2", "--no-cache"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as running:
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
        while running.poll() is None and not children.read_text():
            time.sleep(0.001)
        os.killpg(running.pid, signal.SIGINT)
        out, err = running.communicate()
    assert (running.returncode, out, err) == (ExitCode.INTERRUPTED, b"", b"")
