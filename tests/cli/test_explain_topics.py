"""``explain TOPIC``: pages, lists, and what a word is taken for."""

import json
from pathlib import Path

import pytest

from cnnaudit.cli import explain_word
from cnnaudit.reference.catalogue import topic_entries
from cnnaudit.rules.catalogue import catalogue
from tests.support import run

NET = "cnnaudit: 1\ninput: 8x8x3\nlayers:\n  - {name: c, conv: 16, kernel: 3}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_without_a_word_all_topics_are_listed() -> None:
    text = " ".join(run("explain", "--width", "60").stdout.split())
    listed = json.loads(run("explain", "-f", "json").stdout)["topics"]
    pages = run("explain", "-f", "markdown").stdout
    assert len(listed) == len(topic_entries())
    for entry in topic_entries():
        assert entry.name in text
        assert f"- `{entry.name}`: {entry.summary}" in pages
        assert {"topic": entry.name, "group": entry.group, "summary": entry.summary} in listed


def test_a_topic_in_json() -> None:
    document = json.loads(run("explain", "max_pool", "-f", "json").stdout)
    (topic,) = document["topics"]
    assert (topic["topic"], topic["group"]) == ("max_pool", "operation")
    stride = topic["attributes"][1]
    assert (stride["name"], stride["required"]) == ("stride", False)
    assert stride["frameworks"]["caffe"] == "1"
    assert topic["example"].startswith("cnnaudit: 1\n")
    assert {"quantity", "axis", "symbols", "expression", "value"} == set(topic["formulas"][0])
    assert topic["see_also"]


def test_a_page_fits_the_width() -> None:
    for width in ("40", "80"):
        lines = run("explain", "max_pool", "--width", width).stdout.splitlines()
        assert max(len(line) for line in lines if "- {" not in line) <= int(width)
    wide = run("explain", "max_pool", "--width", "200").stdout
    assert max(map(len, wide.splitlines())) <= 100
    assert run("explain", "max_pool").stdout == wide


def test_a_page_as_markdown() -> None:
    text = run("explain", "conv", "-f", "markdown").stdout
    assert text.startswith("## `conv` (operation)\n")
    assert "| `filters` | output channels |" in text
    assert "```yaml\ncnnaudit: 1\n" in text


@pytest.mark.parametrize("word", [entry.name for entry in topic_entries()])
def test_every_topic_has_a_page(word: str) -> None:
    result = run("explain", word, "--width", "80")
    assert result.exit_code == 0, result.output
    assert f"{word} (" in result.stdout


def test_a_file_comes_before_a_topic_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "conv").write_text(NET)
    assert "Parameters" in run("explain", "conv").stdout
    assert run("explain", "./conv").stdout == run("explain", "conv").stdout


def test_a_folder_keeps_no_topic_away(tmp_path: Path) -> None:
    page = run("explain", "layers").stdout
    (tmp_path / "layers").mkdir()
    (tmp_path / "nets").mkdir()
    assert run("explain", "layers").stdout == page
    assert "this is a folder" in run("explain", "nets").stderr


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("dilatoin", "there is no topic, rule or file 'dilatoin': did you mean 'dilation'?"),
        ("alexnet", "there is no topic, rule or file 'alexnet': did you mean 'zoo:alexnet'?"),
        ("vgg16", "there is no topic, rule or file 'vgg16': did you mean 'zoo:vgg16'?"),
        ("qqqq", "`cnnaudit explain` lists the topics, `cnnaudit rules` the rules"),
        ("narow-layer", "there is no rule 'narow-layer' (did you mean 'narrow-layer'?)"),
        ("conv.yaml", "there is no such file"),
        ("./conv", "there is no such file"),
        ("zoo:conv", "there is no network 'conv' in the zoo"),
    ],
)
def test_a_word_that_names_nothing(word: str, message: str) -> None:
    result = run("explain", word)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize("format", ["table", "json", "markdown"])
def test_a_word_that_is_a_topic_and_a_rule_shows_both(
    format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = catalogue()
    monkeypatch.setattr(explain_word, "catalogue", lambda: {"conv": rules["narrow-layer"]})
    monkeypatch.setattr(explain_word, "rule_called", lambda _: rules["narrow-layer"])
    text = run("explain", "conv", "-f", format).stdout
    assert "Convolution." in text
    assert "CA304" in text


def test_a_topic_of_two_words(tmp_path: Path) -> None:
    page = run("explain", "exit-codes").stdout
    assert run("explain", "exit codes").stdout == page
    assert run("explain", "exit", "codes").stdout == page
    (tmp_path / "exit").write_text(NET)
    assert "has no layer 'codes'" in run("explain", "exit", "codes").stderr


def test_a_word_that_is_described_elsewhere() -> None:
    text = run("explain", "until").stdout
    assert text.startswith("'until' is described under 'backbone'.\n")
