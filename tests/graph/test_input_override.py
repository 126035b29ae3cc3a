"""``--input`` and ``--vary input=``: the same numbers mean the same in every command."""

from pathlib import Path

import pytest

from cnnaudit.errors import UsageError
from cnnaudit.graph.input_override import channel_notes, full_sizes
from tests.reading import write
from tests.support import run

SQUARE = """\
cnnaudit: 1
name: square
input: 224x224x3
layers:
  - {name: c, conv: 4, kernel: 3, activation: relu}
  - {avg_pool: global, keep_dims: false}
"""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, net=SQUARE)


@pytest.mark.parametrize(
    ("sizes", "file_sizes", "full"),
    [
        ((160, 120, 1), (224, 224, 3), (160, 120, 1)),
        ((160, 120), (224, 224, 3), (160, 120, 3)),
        ((160,), (224, 224, 3), (160, 160, 3)),
        ((8000,), (16000, 1), (8000, 1)),
        ((8000, 2), (16000, 1), (8000, 2)),
        ((160,), (784,), (160,)),
        ((16, 64, 64), (16, 112, 112, 3), (16, 64, 64, 3)),
        ((160,), (None, None, 3), (160, 160, 3)),
    ],
)
def test_fewer_numbers_keep_the_channels(
    sizes: tuple[int, ...], file_sizes: tuple[int | None, ...], full: tuple[int, ...]
) -> None:
    assert full_sizes("--input", sizes, file_sizes, "input") == full


@pytest.mark.parametrize(
    ("sizes", "file_sizes", "instead"),
    [
        ((1, 224, 224, 3), (224, 224, 3), "write --input 224x224x3"),
        ((28, 28), (784,), "write --input 784"),
        ((64,), (16, 112, 112, 3), "write --input 16x112x112x3"),
        ((64, 64), (16, 112, 112, 3), "write --input 16x112x112x3"),
    ],
)
def test_another_number_of_axes_is_an_error_that_says_what_to_write(
    sizes: tuple[int, ...], file_sizes: tuple[int | None, ...], instead: str
) -> None:
    with pytest.raises(UsageError, match=instead):
        full_sizes("--input x", sizes, file_sizes, "input")


def test_a_note_says_whose_the_channels_are() -> None:
    shapes = {"a": (160, 160, 3), "b": (8, 8, 1)}
    assert list(channel_notes(["a=160x160", "b=8x8x1"], shapes)) == [
        "input a=160x160x3: the channels are the file's"
    ]
    assert list(channel_notes(["160"], {"input": (160, 160, 3)})) == [
        "input 160x160x3: the channels are the file's"
    ]


COMMANDS = (
    "report net.yaml",
    "explain net.yaml",
    "check net.yaml",
    "explain net.yaml c",
    "diff net.yaml net.yaml",
    "convert net.yaml",
    "adapt net.yaml -f yaml",
    "sweep net.yaml --vary batch=1,2",
)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("sizes", ["160x160", "160"])
def test_every_command_reads_the_numbers_alike(command: str, sizes: str) -> None:
    short = run(*command.split(), "--input", sizes)
    full = run(*command.split(), "--input", "160x160x3")
    assert (short.exit_code, short.stdout) == (full.exit_code, full.stdout)
    if not command.startswith("check"):  # whose files may have inputs of all kinds
        assert "cnnaudit: input 160x160x3: the channels are the file's\n" in short.stderr
    assert "the channels are the file's" not in full.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses_other_axes(command: str) -> None:
    result = run(*command.split(), "--input", "1x224x224x3")
    assert result.exit_code == 2
    assert result.stderr == (
        "cnnaudit: error: --input 1x224x224x3: the input of this network has 3 numbers"
        " (224x224x3), and here are 4: write --input 224x224x3\n"
    )


@pytest.mark.parametrize("sizes", ["160", "160x160", "160x160x3"])
@pytest.mark.parametrize(
    ("command", "shown"),
    [("sweep net.yaml", "160x160x3"), ("adapt net.yaml --fit params<=1M", "160 × 160 × 3")],
)
def test_vary_reads_the_numbers_alike(command: str, shown: str, sizes: str) -> None:
    assert shown in run(*command.split(), "--vary", f"input={sizes}").stdout
    result = run(*command.split(), "--vary", "input=1x224x224x3")
    assert result.exit_code == 2
    assert "(224x224x3), and here are 4: write --" in result.stderr
