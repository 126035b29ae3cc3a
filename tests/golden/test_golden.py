"""What users see, held against files; ``make goldens`` writes them anew."""

import os
from pathlib import Path

import pytest

from cnnaudit.cli.app import COMMANDS
from tests.support import ROOT, run

HERE = Path(__file__).parent
OVERWRITE = bool(os.environ.get("CNNAUDIT_OVERWRITE_GOLDENS"))

ALEXNET = "configs/alexnet/alexnet.yaml"
ADAPTED = "configs/alexnet/alexnet-adapted.yaml"
BLOCKS = "tests/golden/blocks.yaml"
BROKEN = "tests/golden/broken.yaml"

SCREENSHOTS = ["--input", "270x480x3", "--classes", "29"]

CASES = {
    "report-pipe.txt": ["report", ALEXNET],
    "report-80.txt": ["report", ALEXNET, "--width", "80"],
    "report-40.txt": ["report", ALEXNET, "--width", "40"],
    "report-200.txt": ["report", ALEXNET, "--width", "200"],
    "report-color.txt": ["report", "zoo:lenet-5-rgb", "--color", "always", "--width", "80"],
    "report-columns.txt": ["report", ALEXNET, "--columns", "layer,attributes,flops,source"],
    "report-field.txt": ["report", BLOCKS, "--view", "receptive-field", "--width", "120"],
    "report-signal.txt": ["report", BLOCKS, "--view", "signal", "--width", "120"],
    "report-expand.txt": ["report", "zoo:simple-cnn-cifar10", "--expand"],
    "report-blocks.txt": ["report", BLOCKS],
    "report-blocks-expand.txt": ["report", BLOCKS, "--expand"],
    "report-count.txt": ["report", BLOCKS, "--count", "fvcore,thop,calflops", "--width", "100"],
    "report-count.md": ["report", BLOCKS, "--count", "keras", "-f", "markdown"],
    "report-count.csv": ["report", BLOCKS, "--count", "all", "-f", "csv"],
    "report-memory.txt": [
        *(
            "report",
            BLOCKS,
            "--columns",
            "layer,weight_bytes,activation_bytes,saved_bytes,live_bytes",
        ),
        *("--batch", "32", "--dtype", "mixed", "--optimizer", "adam", "--in-place"),
        *("--fits", "1GiB"),
    ],
    "report.md": ["report", BLOCKS, "-f", "markdown"],
    "report.csv": ["report", BLOCKS, "-f", "csv"],
    "report.json": ["report", BLOCKS, "-f", "json"],
    "diff-pipe.txt": ["diff", ALEXNET, ADAPTED],
    "diff-100.txt": ["diff", ALEXNET, ADAPTED, "--width", "100"],
    "diff-80.txt": ["diff", ALEXNET, ADAPTED, "--width", "80"],
    "diff-only-changed.txt": ["diff", "zoo:vgg-a", "zoo:vgg-b", "--only-changed"],
    "diff-same.txt": ["diff", ALEXNET, ALEXNET, "--only-changed"],
    "diff-blocks.txt": ["diff", BLOCKS, f"{BLOCKS}@deep"],
    "diff.md": ["diff", BLOCKS, f"{BLOCKS}@deep", "-f", "markdown"],
    "diff.json": ["diff", BLOCKS, f"{BLOCKS}@deep", "-f", "json", "--only-changed"],
    "explain-80.txt": ["explain", "zoo:alexnet-270x480", "conv1", "--width", "80"],
    "explain-200.txt": ["explain", BLOCKS, "*", "--width", "200"],
    "explain.md": ["explain", "zoo:mobilenet-v2", "bottleneck2.1.depthwise", "-f", "markdown"],
    "topics-80.txt": ["explain", "--width", "80"],
    "topic-80.txt": ["explain", "max_pool", "--width", "80"],
    "topic-padding.txt": ["explain", "padding", "--width", "100"],
    "topic.md": ["explain", "branches", "-f", "markdown"],
    "topic.json": ["explain", "conv_transpose", "-f", "json"],
    "init.txt": ["init", "--stdout"],
    "story-80.txt": ["explain", "zoo:alexnet-270x480", "--width", "80"],
    "story-200.txt": ["explain", "zoo:resnet-50", "--width", "200"],
    "story.md": ["explain", BLOCKS, "-f", "markdown"],
    "waterfall-80.txt": ["diff", ALEXNET, ADAPTED, "--waterfall", "--width", "80"],
    "waterfall-200.txt": [
        *("diff", "zoo:googlenet", "zoo:inception-v3", "--waterfall", "--width", "200")
    ],
    "waterfall.md": ["diff", BLOCKS, f"{BLOCKS}@deep", "--waterfall", "-f", "markdown"],
    "sweep.txt": [
        *("sweep", ALEXNET, "--vary", "width=1/4..1:1/4", "--vary", "input=64..256:64"),
        *("--vary", "batch=1,32", "--where", "params<=40M", "--sort", "macs", "--top", "9"),
        *("--width", "100"),
    ],
    "sweep-plot.txt": [
        *("sweep", ALEXNET, "--vary", "width=1/20..1:1/20", "--vary", "input=227,270x480x3"),
        *("-f", "plot", "--width", "80"),
    ],
    "sweep.csv": ["sweep", BLOCKS, "--vary", "input=32..48:8", "--vary", "batch=1,2", "-f", "csv"],
    "sweep.json": ["sweep", BLOCKS, "--vary", "input=4,32..48:8", "-f", "json"],
    "adapt.txt": ["adapt", ALEXNET, *SCREENSHOTS, "--fit", "params<=110829,macs<=1G"],
    "adapt-80.txt": ["adapt", BLOCKS, "--widths", "1/2", "--width", "80"],
    "adapt.md": ["adapt", BLOCKS, "--fit", "params<=20K", "-f", "markdown"],
    "adapt.json": ["adapt", BLOCKS, "--fit", "params<=20K", "-f", "json"],
    "adapt-file.txt": ["adapt", "zoo:resnet-50", "--widths", "29/1000", "-f", "yaml"],
    "adapt-flat.txt": ["adapt", "zoo:vgg-b", "--widths", "1/3", "--flat", "-f", "yaml"],
    "errors.txt": ["report", BROKEN],
    "help.txt": ["--help"],
    **{f"help-{name}.txt": [name, "--help"] for name in COMMANDS},
}


@pytest.mark.parametrize("name", CASES)
def test_output(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")  # the width of help texts
    arguments = CASES[name]
    result = run(*arguments)
    text = result.stdout + result.stderr
    path = HERE / name
    if OVERWRITE:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
    if "--width" in arguments and "always" not in arguments:
        width = int(arguments[arguments.index("--width") + 1])
        assert max(map(len, result.stdout.splitlines())) <= width


def test_every_golden_file_has_its_case() -> None:
    files = {
        path.name for path in HERE.iterdir() if path.suffix in (".txt", ".md", ".csv", ".json")
    }
    assert files == set(CASES)
