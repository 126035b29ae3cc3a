"""``cnnaudit sweep``: outputs, parts and their merging, interruption, errors."""

import csv
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from cnnaudit.sweeping.run import sweep
from cnnaudit.sweeping.variants import QUANTITIES
from tests.support import ROOT, run

GRID = ["--vary", "width=1/10..1:1/10", "--vary", "input=32..227:39", "--vary", "batch=1,8"]
VARY = GRID[1::2]
SMALL = ["sweep", "zoo:alexnet", *GRID]


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open() as stream:
        return list(csv.DictReader(stream))


def test_every_format_holds_the_same_rows(tmp_path: Path) -> None:
    paths = {name: tmp_path / f"grid.{name}" for name in ("csv", "json", "npz", "svg", "plot")}
    outputs = [part for name, path in paths.items() for part in ("-o", f"{name}:{path}")]
    result = run(*SMALL, *outputs, "-q")
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    table = sweep("zoo:alexnet", VARY)
    from_csv = read_csv(paths["csv"])
    said = json.loads(paths["json"].read_text())
    with np.load(paths["npz"], allow_pickle=False) as archive:
        arrays = dict(archive)
    for name in QUANTITIES:
        expected = table.column(name).tolist()
        assert [int(row[name]) for row in from_csv] == expected
        assert [row[name] for row in said["rows"]] == expected
        assert arrays[name].tolist() == expected
    assert arrays["input"].tolist() == [list(shape) for shape in table.column("input")]
    assert arrays["width"].tolist() == [float(width) for width in table.column("width")]
    assert [row["width"] for row in from_csv] == [row["width"] for row in said["rows"]]
    assert said["outcome"]["status"] == "complete"
    assert [one["variants"] for one in said["outcome"]["invalid"]] == [20]
    assert "20 without a valid network" in result.stderr
    drawn = paths["svg"].read_text()
    ET.fromstring(drawn)
    assert "a line between them: other values vary too" in drawn
    assert "batch 1, 8</text>" in drawn
    assert "MACs" in paths["plot"].read_text()


def test_a_batch_alone_spreads_no_point(tmp_path: Path) -> None:
    grid = ("--vary", "width=1/4..1:1/4", "--vary", "batch=1,8")
    path = tmp_path / "grid.svg"
    result = run("sweep", "zoo:alexnet", *grid, "-f", "plot", "-o", f"svg:{path}")
    assert result.exit_code == 0
    assert "vary too" not in result.stdout + path.read_text()


@pytest.mark.parametrize("format", ["csv", "json", "npz"])
@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--where", "params<5M"],
        ["--sort", "-macs"],
        ["--sort", "macs", "--top", "7"],
        ["--pareto", "+input,macs", "--where", "params>=2M"],
        ["--where", "params<5"],
    ],
    ids=" ".join,
)
def test_merged_parts_are_the_whole_to_the_byte(
    format: str, options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(*SMALL, *options, "-q", "-o", f"{format}:whole").exit_code == 0
    parts = []
    for part in (2, 1, 3, 4, 5):
        code = run(*SMALL, *options, "-q", "--shard", f"{part}/5", "-o", f"{format}:{part}")
        assert code.exit_code == 0, "a part may hold invalid variants only"
        parts.append(str(part))
    merged = run("sweep", "--merge", *parts, "-q", "-o", f"{format}:merged")
    assert merged.exit_code == 0, merged.output
    assert (tmp_path / "merged").read_bytes() == (tmp_path / "whole").read_bytes()


@pytest.mark.parametrize(
    ("format", "old", "new"),
    [
        ("csv", b"\n1,", b"\n9,"),
        ("csv", b"\n1,", b"\n1,1,"),
        ("csv", b"\n1,", b"\nx,"),
        ("json", b'"params": ', b'"parms": '),
        ("json", b'{"variant": 1', b'{"variant": 9'),
        ("json", b'"digest": "', b'"digest": 1, "x": "'),
        ("json", b'"batch"', b'"\xe2\x80\xa8"'),
        ("json", b'{"variant": 1', b'{"variant": ' + b"[" * 100_000),
        ("npz", b"NUMPY", b"numpy"),
        ("npz", b"\1\0\0\0\0\0\0\0\2", b"\7\0\0\0\0\0\0\0\2"),
    ],
)
def test_a_damaged_part_is_refused(
    format: str, old: bytes, new: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are read after the rest has been accepted, and ended in an internal error."""
    monkeypatch.chdir(tmp_path)
    sweep = ("sweep", "zoo:lenet-5-rgb", "--vary", "batch=1,2", "--shard", "1/1", "-q")
    run(*sweep, "-o", f"{format}:part")
    data = Path("part").read_bytes()
    assert old in data
    Path("part").write_bytes(data.replace(old, new, 1))
    result = run("sweep", "--merge", "part", "-q", "-o", "csv:whole")
    assert result.exit_code == 2, result.output
    assert "part" in result.stderr
    assert not Path("whole").exists()


def test_parts_that_do_not_make_a_whole_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def part(shard: str, name: str, *more: str, grid: list[str] = GRID) -> None:
        run("sweep", "zoo:alexnet", *grid, "--shard", shard, *more, "-q", "-o", f"csv:{name}")

    part("1/3", "a")
    part("3/3", "c")
    part("2/3", "other", grid=["--vary", "width=1,2"])
    part("2/3", "filtered", "--where", "params<5M")
    part("2/4", "quarter")
    run(*SMALL, "-q", "-o", "csv:whole")
    Path("cut").write_text("\n".join(Path("a").read_text().splitlines()[:-1]) + "\n")
    cases = {
        ("a", "c"): "1 of 3 parts are missing: 2",
        ("a", "a", "c"): "a and a are the same part, 1/3",
        ("a", "other", "c"): "other is not a part of the same sweep as a: another grid",
        ("a", "filtered", "c"): "another --where",
        ("a", "quarter", "c"): "another number of parts",
        ("a", "whole", "c"): "whole is not a part of a sweep",
        ("a", "absent"): "absent cannot be read",
    }
    for parts, message in cases.items():
        result = run("sweep", "--merge", *parts)
        assert result.exit_code == 2
        assert message in result.stderr
    part("2/3", "b")
    result = run("sweep", "--merge", "cut", "b", "c")
    assert (result.exit_code, "interrupted before their end: cut" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["sweep", "zoo:alexnet"], "say what to vary"),
        (["sweep", "zoo:vgg-a", "--vary", "width=1,2"], "has no such variable (it has none"),
        ([*SMALL, "--sort", "depth"], "there is no 'depth'"),
        ([*SMALL, "--shard", "4/3"], "--shard takes PART/PARTS"),
        ([*SMALL, "--top", "0"], "--top takes"),
        ([*SMALL, "--set", "width=1"], "width is both fixed by --set and varied by --vary"),
        ([*SMALL, "-f", "npz"], "not for a terminal"),
        (["sweep", "zoo:efficientnet", "--vary", "params=1,2"], "the name of a column"),
        (["sweep", "--merge", "a", "--where", "params<3"], "--merge takes the parts alone"),
        (["sweep", "zoo:alexnet", "zoo:vgg-a", "--vary", "batch=1"], "takes one network"),
        ([*SMALL, "-o", "csv:absent/grid.csv"], "cannot be written"),
    ],
)
def test_what_cannot_work_is_said(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_a_grid_without_any_network_is_an_error() -> None:
    result = run("sweep", "zoo:alexnet", "--vary", "input=8,9", "-f", "csv")
    assert result.exit_code == 2
    assert "2 without a valid network" in result.stderr
    assert "none of the variants is a valid network" in result.stderr
    table = run("sweep", "zoo:alexnet", "--vary", "input=8").stdout
    assert "\n1 variant\n" in table


def test_an_interrupted_sweep_leaves_whole_files_that_say_so(tmp_path: Path) -> None:
    """A stop is asked for behind the second box; what was written until then can be read."""
    program = """
import os, signal, sys
from cnnaudit.__main__ import main
from cnnaudit.sweeping import run
run.MAX_BOX_SIZE = 8
measure_box, calls = run.measure_box, []
def counted(*arguments):
    calls.append(1)
    if len(calls) == 3:
        os.kill(os.getpid(), signal.SIGINT)
    return measure_box(*arguments)
run.measure_box = counted
main()
"""
    paths = {name: tmp_path / f"grid.{name}" for name in ("csv", "json", "npz")}
    outputs = [part for name, path in paths.items() for part in ("-o", f"{name}:{path}")]
    arguments = ["sweep", "zoo:alexnet", "--vary", "width=1/40..1:1/40", "-q", *outputs]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 130, done.stderr
    assert "interrupted: 16 of 40 variants" in done.stderr
    assert len(read_csv(paths["csv"])) == 16
    said = json.loads(paths["json"].read_text())
    assert (said["outcome"]["status"], len(said["rows"])) == ("interrupted", 16)
    with np.load(paths["npz"], allow_pickle=False) as archive:
        assert archive["params"].size == 16
    assert sorted(tmp_path.iterdir()) == sorted(paths.values())
