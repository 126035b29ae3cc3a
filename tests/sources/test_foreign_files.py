"""Files of other programs are named by their content, and never unpickled or unpacked."""

import io
import json
import pickle
import struct
import zipfile
from pathlib import Path

import pytest

from cnnaudit.errors import AuditError, Diagnostic
from cnnaudit.loading import expand, load
from cnnaudit.sources.detect import BinaryFile, file_in_memory
from cnnaudit.sources.foreign_files import format_of
from tests.support import ROOT, chain, run

STATE_DICT = b"\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01."
MODULE = b"\x80\x02c__main__\nNet\nq\x00)\x81q\x01."


def archive(*names: str, **contents: bytes) -> bytes:
    """A zip with members of these names; ``data`` is the content of its first ``data.pkl``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            is_data = name.endswith("data.pkl")
            file.writestr(name, contents.get("data", b"") if is_data else b"")
    return buffer.getvalue()


def number(field: int, value: int) -> bytes:
    """A field of a protobuf message that holds a small number."""
    return bytes([field << 3, value])


def message(field: int, content: bytes) -> bytes:
    """A field of a protobuf message that holds bytes."""
    tag = (field << 3) | 2
    return _varint(tag) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    digits = []
    while value >= 0x80:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*digits, value])


NODE = message(1, b"x") + message(2, b"Placeholder")
ONNX = (
    number(1, 8) + message(2, b"pytorch") + message(7, message(1, NODE)) + message(8, b"\x10\x11")
)
CORE_ML = number(1, 4) + message(2, message(1, b"image")) + message(500, b"\n\0")
SAVED_MODEL = number(1, 1) + message(2, message(1, message(4, b"serve")))
META_GRAPH = message(1, message(2, b"\n\x03Add")) + message(2, message(1, NODE))
CAFFE = message(1, b"VGG") + message(100, message(1, b"conv1") + message(2, b"Convolution"))
OLD_CAFFE = message(1, b"VGG") + message(2, message(3, b"conv1") + message(4, b"conv1"))
SAFETENSORS = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()

PROTOTXT = """name: "LeNet"
layer {
  name: "conv1"
  type: "Convolution"
}
"""
SOLVER = 'net: "train.prototxt"\nbase_lr: 0.01\nlr_policy: "step"\n'
ULTRALYTICS = "nc: 80\nbackbone:\n  - [-1, 1, Conv, [64, 3, 2]]\nhead:\n  - [-1, 1, Detect, [nc]]\n"
OPENVINO = '<?xml version="1.0"?>\n<net name="m" version="11">\n<layers>\n</layers></net>\n'
PRINTED = "Net(\n  (conv1): Conv2d(3, 6, kernel_size=(5, 5), stride=(1, 1))\n)\n"
SUMMARY = 'Model: "sequential"\nLayer (type)      Output Shape      Param #\n'
NOTEBOOK = json.dumps({"cells": [{"cell_type": "code", "source": []}], "nbformat": 4})
KERAS = json.dumps({"class_name": "Sequential", "config": {"layers": []}})

#: Files of every format, and how messages call them.
FILES = [
    (b"\x89HDF\r\n\x1a\n" + b"\0" * 90, "an HDF5 file"),
    (b"\0" * 512 + b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"\x89HDF\r\n\x1a\n" + b"\0" * 90 + b"model_config", "a Keras model in HDF5"),
    (b"\x89HDF\r\n\x1a\n" + b"\0" * 90 + b"layer_names", "a file of Keras weights in HDF5"),
    (b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + b" " * 90, "a MATLAB file"),
    (archive("net/data.pkl", "net/data/0", data=STATE_DICT), "a PyTorch checkpoint (a state dict)"),
    (archive("net/data.pkl", data=b"\x80\x02}q\0."), "a PyTorch checkpoint (a state dict)"),
    (archive("net/data.pkl", "net/data/0", data=MODULE), "a pickled PyTorch model"),
    (archive("net/data.pkl", "net/code/net.py", "net/constants.pkl"), "a TorchScript archive"),
    (archive("net/archive_format", "net/models/model.json"), "a PyTorch program (torch.export)"),
    (archive("serialized_exported_program.json"), "a PyTorch program (torch.export)"),
    (b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M", "a PyTorch checkpoint (before 1.6)"),
    *((pickle.dumps([1], protocol), "a Python pickle") for protocol in (2, 3, 4, 5)),
    (b"\x93NUMPY\x01\x00v\x00{'descr': '<f4'}", "a NumPy array"),
    (archive("a.npy", "b.npy"), "a NumPy archive"),
    (b"\x1c\0\0\0TFL3" + b"\0" * 30, "a TensorFlow Lite model"),
    (b"\x1c\0\0\0ET12" + b"\0" * 30, "an ExecuTorch program"),
    (b"\x1c\0\0\0ORTM" + b"\0" * 30, "a model of ONNX Runtime (.ort)"),
    (SAVED_MODEL, "a TensorFlow SavedModel"),
    (message(1, NODE) * 3, "a graph of TensorFlow (GraphDef)"),
    (META_GRAPH, "a graph of TensorFlow (.meta)"),
    (b"\0" * 40 + b"\x57\xfb\x80\x8b\x24\x75\x47\xdb", "a TensorFlow checkpoint"),
    (b'model_checkpoint_path: "model-1"\n', "the list of TensorFlow checkpoints"),
    (b'node {\n  name: "x"\n  op: "Placeholder"\n}\n', "a graph as text (pbtxt)"),
    (ONNX, "an ONNX model"),
    (CORE_ML, "a Core ML model"),
    (archive("Manifest.json", "Data/com.apple.CoreML/model.mlmodel"), "a Core ML package"),
    (struct.pack("<Q", len(SAFETENSORS)) + SAFETENSORS + b"\0" * 4, "a safetensors file"),
    (b"GGUF\x03\0\0\0", "a GGUF model"),
    (CAFFE, "a Caffe model (caffemodel)"),
    (OLD_CAFFE, "a Caffe model (caffemodel)"),
    (PROTOTXT.encode(), "a Caffe network (prototxt)"),
    (SOLVER.encode(), "a Caffe solver"),
    (b"[net]\nwidth=416\n[convolutional]\nfilters=32\n", "a Darknet network (cfg)"),
    (struct.pack("<iiiq", 0, 2, 5, 32013312) + b"\0" * 9, "a file of Darknet weights"),
    (ULTRALYTICS.encode(), "an Ultralytics model"),
    (b"7767517\n1 1\nInput data 0 1 data\n", "an ncnn network"),
    (OPENVINO.encode(), "an OpenVINO model"),
    (b'{"nodes": [{"op": "null", "name": "data"}], "arg_nodes": [0]}', "an MXNet network"),
    (
        b'{"architectures": ["ResNetForImageClassification"]}',
        "a configuration of transformers or timm",
    ),
    (b"MODEL:\n  META_ARCHITECTURE: RCNN\n", "a detectron2 configuration"),
    (b"backend: tensorflow\nclass_name: Sequential\nconfig: {}\n", "a Keras model as YAML"),
    (json.dumps(KERAS).encode(), "a Keras model as JSON inside a JSON text"),
    (KERAS.encode(), "a Keras model"),
    (archive("metadata.json", "config.json", "model.weights.h5"), "a Keras model"),
    (b"import torch.nn as nn\n\nclass Net(nn.Module):\n    pass\n", "Python source"),
    (NOTEBOOK.encode(), "a Jupyter notebook"),
    (PRINTED.encode(), "a printed PyTorch model"),
    (SUMMARY.encode(), "the summary of a model"),
    (b"\x89PNG\r\n\x1a\n" + b"\0" * 20, "an image"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "an image"),
    (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
    (b"\x1f\x8b\x08\0\0\0\0\0", "a compressed file"),
    (archive("readme.txt"), "a zip archive"),
    (archive("[Content_Types].xml", "word/document.xml"), "an office document"),
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "a pointer of Git LFS"),
    (b"<!DOCTYPE html>\n<html><body></body></html>\n", "a web page (HTML)"),
    (b'<?xml version="1.0"?>\n<svg></svg>\n', "an XML file"),
    (b'{"learning_rate": 0.1}', "a JSON file"),
    (b'{"schema_version": 1, "tool": {"name": "cnnaudit"}}', "an output of cnnaudit"),
    (b"<<<<<<< HEAD\na: 1\n=======\na: 2\n>>>>>>> b\n", "a file with an unresolved merge"),
    (b"[project]\nname = 'x'\n", "an INI or TOML file"),
    (b"\\documentclass{article}\n", "a LaTeX file"),
    (b"# Networks\n\nSee [the zoo](zoo.md).\n\n## More\n", "a Markdown file"),
    (b"layer,filters,kernel\nconv1,6,5\nconv2,16,5\n", "a table of values (CSV)"),
]

#: What is no foreign file: it has its own errors.
OTHERS = [
    b"",
    b"name: ci\non: push\n",
    b"input: 28x28x1\nlayers:\n  - {conv: 6, kernel: 5}\n",
    b"# A network\n## Its layers\nlayers:\n  - {conv: 6, kernel: 5}\n",
    b"{input: 28x28x1, layers: [flatten]}",
    b'{"input": "28x28x1", "layers": ["flatten"]}',
    b"backbone: {file: zoo:vgg-d}\nlayers: [flatten]\n",
    b"- conv: 6\n- flatten\n",
    b"conv1, conv2\n",
    "cnnaudit: 1\n".encode("utf-16"),
    b"\x00\x01\x02\x03" * 10,
    b"PK\x03\x04 and no archive",
]


def name_of(data: bytes) -> str | None:
    format = format_of(file_in_memory(data, "file"))
    return format.name if format else None


def refusal(path: Path, data: bytes) -> Diagnostic:
    path.write_bytes(data)
    with pytest.raises(AuditError) as raised:
        load(str(path))
    return raised.value.diagnostics[0]


@pytest.mark.parametrize(("data", "name"), FILES)
def test_every_format_is_named(data: bytes, name: str) -> None:
    assert name_of(data) == name


@pytest.mark.parametrize("data", OTHERS)
def test_what_is_none_of_them_has_no_name(data: bytes) -> None:
    assert name_of(data) is None


@pytest.mark.parametrize("path", sorted(ROOT.glob("configs/*/*.yaml")), ids=lambda path: path.stem)
def test_no_architecture_is_taken_for_another_file(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    assert name_of(b"".join(line for line in lines if not line.startswith(b"cnnaudit"))) is None


@pytest.mark.parametrize(("data", "name"), FILES)
def test_a_file_that_is_cut_off_is_no_failure(data: bytes, name: str) -> None:
    for end in range(0, len(data), 7):
        name_of(data[:end])


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (ONNX, "CA922", "an ONNX model, which cannot be read yet"),
        (b"\x89HDF\r\n\x1a\n" + b"model_config", "CA922", "a Keras model in HDF5"),
        (
            archive("n/data.pkl", data=STATE_DICT),
            "CA922",
            "which holds weights and no architecture",
        ),
        (b"import keras\n", "CA904", "Python source"),
    ],
)
def test_the_error_says_what_it_is_and_what_to_do(
    data: bytes, code: str, words: str, tmp_path: Path
) -> None:
    error = refusal(tmp_path / "net.yaml", data)
    assert error.code == code
    assert words in error.message
    assert error.help


def test_the_name_of_the_file_says_nothing(tmp_path: Path) -> None:
    assert "safetensors" not in refusal(tmp_path / "net.safetensors", ONNX).message


def test_a_keras_model_is_still_read_and_a_broken_one_still_explained(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_bytes((ROOT / "tests/oracle/keras/MobileNet.config.json").read_bytes())
    assert load(str(path)).nodes
    whole = archive("metadata.json", "config.json", "model.weights.h5")
    assert "a broken archive" in refusal(tmp_path / "m.keras", whole[: len(whole) // 2]).message


@pytest.mark.parametrize("key", ["extends: FILE", "layers: [relu]\nbackbone: {file: FILE}"])
def test_files_that_others_build_on_are_named_too(key: str, tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(ONNX)
    net = f"cnnaudit: 1\n{key.replace('FILE', 'net.onnx')}\n".encode()
    assert "an ONNX model" in refusal(tmp_path / "net.yaml", net).message


def test_a_large_file_is_named_and_not_read(tmp_path: Path) -> None:
    path = tmp_path / "net.pt"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("net/data/0", b"\0" * 5_000_000)
        file.writestr("net/data.pkl", STATE_DICT)
        file.writestr("net/constants.pkl", b"")
    with pytest.raises(AuditError, match="a TorchScript archive"):
        load(str(path))


def test_the_bytes_that_are_read_are_bounded() -> None:
    class Counter(io.BytesIO):
        total = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            Counter.total += len(data)
            return data

    data = message(1, NODE) * 200_000
    format_of(BinaryFile("graph.pb", data[:65536], lambda: Counter(data)))
    assert Counter.total < 200_000


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.mkdir, (str(tmp_path / "sprung"),)

    refusal(tmp_path / "model.pkl", pickle.dumps(Trap()))
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("member", ["saved_model.pb", "Data/com.apple.CoreML/model.mlmodel"])
def test_a_folder_that_is_a_model_is_named(member: str, tmp_path: Path) -> None:
    (tmp_path / member).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / member).write_bytes(b"")
    with pytest.raises(AuditError, match="this folder is a"):
        expand([str(tmp_path)])


@pytest.mark.parametrize(
    "command",
    [
        ["report"],
        ["check", "--no-cache"],
        ["explain"],
        ["diff", "zoo:alexnet"],
        ["adapt", "--classes", "2"],
    ],
)
def test_every_command_names_them(command: list[str], tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(ONNX)
    result = run(*command, str(path))
    assert result.exit_code in (1, 2)
    assert "an ONNX model" in result.stdout + result.stderr


def test_a_folder_passes_them_over(tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(ONNX)
    (tmp_path / "net.yaml").write_text(chain("flatten", "{dense: 10}"))
    assert expand([str(tmp_path)]) == [str(tmp_path / "net.yaml")]
