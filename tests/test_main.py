"""The program as a process: garbage is searched for so rarely because there is none."""

from pathlib import Path

import pytest

from cnnaudit.__main__ import SEARCH_AFTER
from tests.support import ROOT, said

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
    assert one < SEARCH_AFTER / 1000
