"""What a file is, by its first bytes."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from cnnaudit.sources.detect import HEAD_BYTES, is_model, recognised
from tests.support import ROOT, chain

ARCHITECTURE = chain("flatten", "{dense: 10}").encode()
REPORT = json.dumps({"cnnaudit": 1, "layers": [], "class_name": "Sequential"}).encode()
MODEL = (ROOT / "tests/oracle/keras/VGG16.config.json").read_bytes()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(ARCHITECTURE, True, id="an architecture"),
        pytest.param(b"\xef\xbb\xbf" + ARCHITECTURE, True, id="behind a byte order mark"),
        pytest.param(ARCHITECTURE.decode().encode("utf-16"), True, id="as UTF-16"),
        pytest.param(b"# what it is\n" + ARCHITECTURE, True, id="behind a comment"),
        pytest.param(b"{layers: [], 'cnnaudit': 1}", True, id="on one line"),
        pytest.param(REPORT, True, id="an architecture as JSON"),
        pytest.param(MODEL, True, id="a Keras model"),
        pytest.param(b'{"class_name": "Sequential"}', True, id="a small Keras model"),
        pytest.param(b"", False, id="nothing"),
        pytest.param(b"name: ci\non: push\n", False, id="other YAML"),
        pytest.param(b"uses: cnnaudit\n", False, id="other YAML that names it"),
        pytest.param(b'{"layers": 3}', False, id="other JSON"),
        pytest.param(b"\x00" * 100, False, id="bytes"),
        pytest.param(b"PK\x03\x04 and no archive", False, id="a broken zip"),
        pytest.param(b" " * HEAD_BYTES + ARCHITECTURE, False, id="too far down"),
    ],
)
def test_what_is_recognised(tmp_path: Path, content: bytes, expected: bool) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert recognised(path) is expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (("config.json", "metadata.json", "model.weights.h5"), True),
        (("config.json",), False),
        (("readme.txt",), False),
    ],
)
def test_an_archive_is_a_model_by_what_is_in_it(
    tmp_path: Path, members: tuple[str, ...], expected: bool
) -> None:
    path = tmp_path / "model.keras"
    with ZipFile(path, "w") as archive:
        for member in members:
            archive.writestr(member, "{}")
    assert recognised(path) is expected


def test_an_architecture_that_speaks_of_layers_is_no_model() -> None:
    assert is_model(MODEL)
    assert not is_model(REPORT)
    assert not is_model(ARCHITECTURE)


def test_a_file_that_is_gone_is_neither(tmp_path: Path) -> None:
    assert not recognised(tmp_path / "gone.yaml")
