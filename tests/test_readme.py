"""Every command and file that the README shows, run; ``make goldens`` writes its outputs."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cnnaudit.reference.catalogue import topics_named
from tests.support import ROOT, audit_text, chain, run

README = ROOT / "README.md"
OVERWRITE = bool(os.environ.get("CNNAUDIT_OVERWRITE_GOLDENS"))
FENCE = re.compile(r"```(\w+)\n(.*?)```\n", re.DOTALL)
SAVED_AS = re.compile(r"`([\w.-]+\.yaml)`:\s*\Z")


def blocks(language: str) -> list[re.Match[str]]:
    return [match for match in FENCE.finditer(README.read_text()) if match[1] == language]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that the README says to save."""
    monkeypatch.chdir(tmp_path)
    text = README.read_text()
    saved = 0
    for match in blocks("yaml"):
        before = text[: match.start()].rstrip()
        if name := SAVED_AS.search(before):
            (tmp_path / name[1]).write_text(match[2])
            saved += 1
    assert saved == 3


def output(command: str) -> str:
    """What a command of the README prints, errors included."""
    program, *arguments = shlex.split(command)
    assert program == "cnnaudit"
    result = run(*arguments)
    assert result.exit_code in (0, 1, 2), result.output
    return result.stdout + result.stderr


def test_every_command_prints_what_is_shown(files: None) -> None:
    text = README.read_text()
    shown = blocks("console")
    assert len(shown) >= 5
    for match in shown:
        command = match[2].splitlines()[0].removeprefix("$ ")
        expected = f"```console\n$ {command}\n{output(command)}```\n"
        if OVERWRITE:
            text = text.replace(match[0], expected)
        else:
            assert match[0] == expected
    if OVERWRITE:
        README.write_text(text)


def test_the_gate_fails(files: None) -> None:
    (gate,) = [m[2] for m in blocks("console") if "--max-increase" in m[2]]
    arguments = shlex.split(gate.splitlines()[0].removeprefix("$ "))
    assert run(*arguments[1:]).exit_code == 1


def test_the_python_example_runs() -> None:
    (example,) = blocks("python")
    subprocess.run([sys.executable, "-c", example[2]], check=True, cwd=ROOT, capture_output=True)


def test_the_make_targets_exist() -> None:
    (commands,) = blocks("sh")
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make ([\w-]+)", commands[2], re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_every_operation_is_named() -> None:
    from cnnaudit.ops.registry import OPS

    text = README.read_text()
    assert [name for name in OPS if f"`{name}`" not in text] == []


def test_every_preset_is_named() -> None:
    from cnnaudit.counting.count import PRESETS

    text = README.read_text()
    assert [name for name in PRESETS if f"`{name}`" not in text] == []


def test_every_topic_that_is_named_exists() -> None:
    words = re.findall(r"`(?:cnnaudit )?explain ([\w-]+)`", README.read_text())
    assert len(words) >= 12
    for word in words:
        assert topics_named(word).topics, word


def test_every_layer_of_a_paper_is_read() -> None:
    """The right column of the table that turns a paper's words into layers, as one network."""
    table = README.read_text().split("| a paper says | the file says |")[1].split("\n\n")[0]
    layers = [layer for layer in re.findall(r"`(\{.*?\})`", table) if not layer.startswith("{add")]
    assert len(layers) >= 5
    first, pool, average, dense, repeated = layers
    assert audit_text(chain(first, pool, repeated, average, dense)).complete
    assert "{add: [conv1, previous]}" in table
    sums = ("{conv: 8, kernel: 1}", "{conv: 8, kernel: 1}", "{add: [conv1, previous]}")
    assert audit_text(chain(*sums)).complete


def test_it_stays_a_readme() -> None:
    assert len(README.read_text().splitlines()) < 350


def test_the_files_that_extending_names_exist() -> None:
    """Every path of the section on extending is there, and every toy test runs in this suite."""
    text = README.read_text("utf-8")
    section = text[text.index("## Extending it") :]
    paths = re.findall(r"`((?:cnnaudit|tests)/[\w./]*)`", section)
    assert len(paths) >= 10
    for path in paths:
        assert (ROOT / path).exists(), path
    for table in ("FORMATS", "IMPORTERS", "EXPORTERS"):
        assert f"`{table}`" in section
