"""The program as a process: how it is left, and that it makes no garbage to search for."""

import subprocess
import sys
from pathlib import Path

import pytest

from cnnaudit.__main__ import COLLECTOR_THRESHOLD
from tests.support import ROOT, run, said

#: Runs a command with no search for garbage, then makes one, and prints how much it finds. What
#: loading the program leaves behind does not count.
PROBE = """
import gc, sys
sys.argv = ["cnnaudit", *{arguments!r}]
from cnnaudit.cli.app import main
gc.collect()
gc.disable()
try:
    main()
except SystemExit:
    pass
print(gc.collect(), file=sys.stderr)
"""


def left_behind(*arguments: str) -> int:
    """How many objects of a command nobody reaches any more, and keep each other alive."""
    return int(said(PROBE.format(arguments=list(arguments))))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("", ""), id="right"),
        pytest.param(("max_pool", "maxpol"), id="misspelt"),
        pytest.param(("{", ""), id="no YAML"),
        pytest.param(("max_pool: 2", "max_pool: 999"), id="impossible"),
    ],
)
def test_a_file_more_leaves_no_garbage_more(tmp_path: Path, change: tuple[str, str]) -> None:
    text = (ROOT / "configs/vgg/vgg-d.yaml").read_text()
    assert change[0] in text
    for number in range(60):
        (tmp_path / f"{number}.yaml").write_text(text.replace(*change) + f"# {number}\n")
    check = "check", "--jobs", "1", "--no-cache", "-f", "json"
    one = left_behind(*check, str(tmp_path / "0.yaml"))
    many = left_behind(*check, str(tmp_path))
    assert many <= one + 10
    assert one < COLLECTOR_THRESHOLD / 10_000


#: Runs a command in a process that says what is done at its end, and in which order.
LEAVING = """
import atexit, os, sys

def left(code, leave=os._exit):
    os.write(2, b"left")
    leave(code)

os._exit = left

class OpensSomething:
    def find_spec(self, name, path=None, target=None):
        if name == "cnnaudit.cli.app":
            atexit.register(os.write, 2, b"closed, ")

sys.meta_path.insert(0, OpensSomething())
sys.argv = ["cnnaudit", *{arguments!r}]
from cnnaudit.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("--version",), 0), (("--nonsense",), 2), (("report", "zoo:resnet-152", "-f", "json"), 0)],
)
def test_what_is_open_is_closed_and_then_the_process_is_left_as_it_is(
    arguments: tuple[str, ...], code: int
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LEAVING.format(arguments=list(arguments))],
        capture_output=True,
        check=False,
        text=True,
        cwd=ROOT,
    )
    done = run(*arguments)
    assert ended.returncode == done.exit_code == code
    assert ended.stdout == done.stdout
    assert ended.stderr == f"{done.stderr}closed, left"
