"""Realistic mistakes: each is reported at its place, with its line, and without a traceback.

``files/*.yaml`` are broken architectures. Comments at their top say what the program must print:
``# expect CODE LINE:COLUMN part of the message | part of a help line``, one a complaint, in order;
a place in another file is ``FILE:LINE:COLUMN``, a message cut at the front begins with ``…``.
"""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from typer.testing import Result

from tests.support import run

FILES = Path(__file__).parent / "files"
BROKEN = sorted(path.name for path in FILES.glob("*.yaml") if path.name != "good-base.yaml")

_EXPECT = re.compile(r"# expect (CA\d{3}) (?:(\S+\.yaml):)?(\d+):(\d+) (.*)")
_PRINTED = re.compile(r"^(\S.*?):(\d+):(\d+): error\[(CA\d{3})\]: (.*)$", re.M)


class Expected(NamedTuple):
    """What a file says about itself: ``path:line:column: error[code]``, and parts of the text."""

    head: str
    parts: tuple[str, ...]


class Complaint(NamedTuple):
    """One complaint as it is printed."""

    path: str
    line: int
    column: int
    code: str
    text: str

    @property
    def head(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: error[{self.code}]"


def expected(name: str) -> list[Expected]:
    lines = (FILES / name).read_text(encoding="utf-8").splitlines()
    found = []
    for match in filter(None, map(_EXPECT.fullmatch, lines)):
        code, path, line, column, rest = match.groups()
        parts = tuple(part.removeprefix("… ") for part in rest.split(" | "))
        found.append(Expected(f"{path or name}:{line}:{column}: error[{code}]", parts))
    return found


def printed(text: str) -> list[Complaint]:
    """The complaints on standard error: each begins with its place, what follows explains it."""
    starts = list(_PRINTED.finditer(text))
    ends = [match.start() for match in starts[1:]] + [len(text)]
    found = []
    for match, end in zip(starts, ends, strict=True):
        path, line, column, code, _ = match.groups()
        found.append(Complaint(path, int(line), int(column), code, text[match.start() : end]))
    return found


def check_excerpt(complaint: Complaint) -> None:
    """The source line is shown, and the caret stands under the column."""
    source = Path(complaint.path).read_text(encoding="utf-8").split("\n")
    line = source[complaint.line - 1].replace("\t", " ") if complaint.line <= len(source) else ""
    shown = re.search(rf"^  {complaint.line} \| (…?)(.*)\n +\| ( *)(\^+)$", complaint.text, re.M)
    if not line.strip():
        return  # the end of the text, where libyaml notices an open bracket
    assert shown, complaint.text
    cut, excerpt, indent, carets = shown.groups()
    assert excerpt in line
    column = len(indent) - len(cut)
    assert excerpt[column:] == line[complaint.column - 1 :][: len(excerpt) - column]
    assert len(indent + carets) <= len(cut + excerpt) or len(carets) == 1


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The broken files in a folder of their own, outside any repository."""
    shutil.copytree(FILES, tmp_path / "files")
    monkeypatch.chdir(tmp_path / "files")
    return tmp_path / "files"


def refused(*arguments: str, stdin: bytes | None = None) -> Result:
    """The result of a ``report`` that must fail because of its input."""
    result = run("report", *arguments, stdin=stdin)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert "internal error" not in result.stderr
    assert str(Path.cwd()) not in result.stderr
    return result


def test_the_base_of_the_broken_files_is_sound() -> None:
    assert run("report", "good-base.yaml").exit_code == 0


@pytest.mark.parametrize("name", BROKEN, ids=lambda name: name.removesuffix(".yaml"))
def test_a_mistake_is_explained(name: str) -> None:
    wanted = expected(name)
    assert wanted, "the file does not say what is expected"
    result = refused(name)
    found = printed(result.stderr)
    assert [one.head for one in found] == [one.head for one in wanted]
    for complaint, (_, parts) in zip(found, wanted, strict=True):
        for part in parts:
            assert part in complaint.text
        check_excerpt(complaint)
    if len(found) > 1:
        assert result.stderr.endswith(f"\n{len(found)} errors\n")


def test_every_mistake_has_a_name_that_is_said_once() -> None:
    assert len(BROKEN) >= 100


# What is no text, or no file ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "code", "message"),
    [
        (b"", "CA904", "the file is empty"),
        (b"\n \n", "CA904", "the file is empty"),
        (b"\xef\xbb\xbf", "CA904", "the file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "CA904", "this is an image"),
        (b"\x80\x04\x95K\0\0\0}", "CA922", "this is a Python pickle"),
        (b"cnnaudit: 1\nname: \0\n", "CA903", "U+0000"),
        (b"cnnaudit: 1\nname: \x1b[2J\n", "CA903", "U+001B"),
        ("cnnaudit: 1\nname: größe\n".encode("latin-1"), "CA902", "byte 0xf6"),
        ("cnnaudit: 1\n".encode("utf-16"), "CA902", "byte 0xff"),
        ("cnnaudit: 1\n".encode("utf-16-le"), "CA903", "U+0000"),
        (b"#" * (4 * 2**20 + 1), "CA910", "larger than 4 MiB"),
        (b"[" * 100_000, "CA910", "64 deep"),
    ],
    ids=["empty", "blank", "bom", "png", "pickle", "nul", "escape", "latin-1", "utf-16",
         "utf-16-le", "huge", "brackets"],
)  # fmt: skip
def test_bytes_that_are_no_architecture(folder: Path, data: bytes, code: str, message: str) -> None:
    (folder / "net.yaml").write_bytes(data)
    for result in (refused("net.yaml"), refused("-", stdin=data)):
        assert f"error[{code}]" in result.stderr
        assert message in result.stderr
        assert "\x1b" not in result.stderr
        assert "\0" not in result.stderr


def test_a_missing_file_suggests_its_neighbour() -> None:
    result = refused("good-bsae.yaml")
    assert result.stderr.startswith("good-bsae.yaml: error[CA901]: there is no such file\n")
    assert "help: did you mean 'good-base.yaml'?" in result.stderr


@pytest.mark.parametrize("operand", ["nowhere/net.yaml", "good-base.yaml/net.yaml", "net.yml"])
def test_other_missing_files(operand: str) -> None:
    assert "error[CA901]" in refused(operand).stderr


def test_a_folder_where_one_file_is_needed() -> None:
    result = run("diff", "good-base.yaml", ".")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert "folder" in result.stderr


def test_an_absolute_operand_is_named_relative(folder: Path) -> None:
    result = refused(str(folder / "half-a-filter.yaml"))
    assert result.stderr.startswith("half-a-filter.yaml:5:12: error[CA206]")


def test_standard_input_is_named() -> None:
    assert refused("-", stdin=b"cnnaudit: 1\n").stderr.startswith("<stdin>:1:1: error[CA908]")


def test_each_of_several_files_is_checked() -> None:
    result = run("report", "half-a-filter.yaml", "good-base.yaml", "yaml-tag.yaml")
    assert result.exit_code == 2
    assert [one.path for one in printed(result.stderr)] == ["half-a-filter.yaml", "yaml-tag.yaml"]
    assert "good-base" in result.stdout


def test_the_same_complaints_in_every_format() -> None:
    texts = {refused("several-errors.yaml", "-f", f).stderr for f in ("table", "json", "csv")}
    assert len(texts) == 1
