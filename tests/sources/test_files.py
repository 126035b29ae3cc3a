"""Bytes become text: encodings, sizes, and files that may not be read."""

import os
from pathlib import Path

import pytest

from cnnaudit.errors import AuditError, Diagnostic
from cnnaudit.sources.files import (
    MAX_BYTES,
    FileResolver,
    decode,
    open_path,
    printable,
    repository_root,
)
from tests.support import nobody


def refusal(path: Path) -> Diagnostic:
    with pytest.raises(AuditError) as caught:
        open_path(path)
    (found,) = caught.value.diagnostics
    return found


def undecodable(data: bytes) -> Diagnostic:
    with pytest.raises(AuditError) as caught:
        decode(data, "net.yaml")
    (found,) = caught.value.diagnostics
    return found


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert decode(b"\xef\xbb\xbfcnnaudit: 1", "net.yaml").text == "cnnaudit: 1"


@pytest.mark.parametrize("code", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_unicode_codes_are_refused(code: str) -> None:
    data = "cnnaudit: 1\nname: größe\n".encode(code)
    found = undecodable(data)
    assert found.code == "CA902"
    assert found.help


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(("before", "place"), [("cnnaudit: 1\nname: ", (2, 9)), ("# ", (1, 5))])
def test_latin_1_is_refused_where_it_differs(
    mark: bytes, before: str, place: tuple[int, int]
) -> None:
    data = mark + f"{before}gr\xf6\xdfe\n".encode("latin-1")
    found = undecodable(data)
    assert found.code == "CA902"
    assert f"0xf6 at offset {data.index(0xF6)}" in found.message
    assert found.span is not None
    assert (found.span.line, found.span.column) == place


@pytest.mark.parametrize(("data", "line"), [(b"\xff", 1), (b"\n\xff", 2), (b"a\r\nb\r\n\xc3", 3)])
def test_the_line_of_a_bad_byte(data: bytes, line: int) -> None:
    span = undecodable(data).span
    assert span is not None
    assert span.line == line


def test_four_mebibytes() -> None:
    assert decode(b"#" * MAX_BYTES, "net.yaml").text
    found = undecodable(b"#" * (MAX_BYTES + 1))
    assert found.code == "CA910"
    assert "4 MiB" in found.message


def test_a_missing_file_suggests_its_neighbour(tmp_path: Path) -> None:
    Path("alexnet.yaml").touch()
    found = refusal(Path("alxnet.yaml"))
    assert (found.code, found.path) == ("CA901", "alxnet.yaml")
    assert found.help == "did you mean 'alexnet.yaml'?"


def test_a_missing_folder_suggests_nothing() -> None:
    assert refusal(Path("nowhere/net.yaml")).help is None


@pytest.mark.parametrize("name", [".", "folder.yaml"])
def test_a_folder_is_no_file(name: str) -> None:
    Path("folder.yaml").mkdir()
    assert "folder" in refusal(Path(name)).message


def test_a_pipe_is_no_file() -> None:
    os.mkfifo("pipe.yaml")
    assert "not a regular file" in refusal(Path("pipe.yaml")).message


def test_a_file_without_permission(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    Path("net.yaml").touch()
    with nobody():
        assert open_path(Path("net.yaml")).source.text == ""
    Path("net.yaml").chmod(0)
    with nobody():
        assert "Permission denied" in refusal(Path("net.yaml")).message


@pytest.mark.parametrize("name", ["a" * 5000, "a\0b"])
def test_a_name_that_no_file_can_have(name: str) -> None:
    assert refusal(Path(name)).code == "CA901"


def test_no_message_has_an_absolute_path(tmp_path: Path) -> None:
    found = refusal(tmp_path / "net.yaml")
    assert found.path == "net.yaml"
    assert str(tmp_path) not in found.message


def test_references_are_relative_to_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    (tmp_path / "a" / "base.yaml").write_text("base")
    opened = FileResolver(folder, tmp_path).open("../base.yaml")
    assert opened.source.text == "base"
    assert opened.source.path == "a/base.yaml"


@pytest.mark.parametrize("reference", ["../secret.yaml", "x/../../secret.yaml", "/etc/hostname"])
def test_references_do_not_leave_the_root(tmp_path: Path, reference: str) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    (tmp_path / "secret.yaml").write_text("secret")
    with pytest.raises(AuditError, match="outside the repository") as caught:
        FileResolver(root, root).open(reference)
    assert caught.value.diagnostics[0].code == "CA911"


def test_a_link_does_not_leave_the_root(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    (tmp_path / "secret.yaml").write_text("secret")
    (root / "link.yaml").symlink_to("../secret.yaml")
    with pytest.raises(AuditError, match="outside the repository"):
        FileResolver(root, root).open("link.yaml")


def test_the_root_is_where_git_is_else_the_folder(tmp_path: Path) -> None:
    inside = tmp_path / "repository" / "a" / "b"
    inside.mkdir(parents=True)
    (tmp_path / "repository" / ".git").mkdir()
    (tmp_path / "repository" / "base.yaml").write_text("base")
    (inside / "net.yaml").touch()
    assert repository_root(inside) == tmp_path / "repository"
    opened = open_path(inside / "net.yaml")
    assert opened.resolver.open("../../base.yaml").source.text == "base"

    (tmp_path / "repository" / ".git").rmdir()
    with pytest.raises(AuditError, match="outside the repository"):
        open_path(inside / "net.yaml").resolver.open("../../base.yaml")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("plain ü", "plain ü"), ("a\x1b[31m", "a\\x1b[31m"), ("a\nb", "a\\nb"), ("\u202e", "\\u202e")],
)
def test_nothing_steers_a_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown
