"""Detects binary files of other programs by what a ``FileSample`` holds of them."""

import re

from cnnaudit.sources.foreign_sample import FileSample, member_start

#: Where HDF5 may begin: at the start, or after a block of the user's.
_HDF5, _HDF5_STARTS = b"\x89HDF\r\n\x1a\n", (0, 512, 1024, 2048, 4096)
#: The number that begins what ``torch.save`` wrote before 1.6, as a pickle.
_TORCH_PICKLE = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19."
#: The last eight bytes of a table of TensorFlow's, as checkpoints are.
_TABLE_FOOTER = b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"
#: The largest header that the format of safetensors allows.
_MAX_HEADER = 100_000_000
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf", b"Rar!")


def is_hdf5(sample: FileSample) -> bool:
    """The signature of HDF5, at one of the places where it may stand."""
    return any(sample.head.startswith(_HDF5, start) for start in _HDF5_STARTS)


def is_hdf5_model(sample: FileSample) -> bool:
    """HDF5 that names the settings of a Keras model near its start."""
    return is_hdf5(sample) and b"model_config" in sample.head


def is_hdf5_weights(sample: FileSample) -> bool:
    """HDF5 that lists the weights of Keras layers near its start."""
    marks = (b"layer_names", b"weight_names", b"_layer_checkpoint_dependencies")
    return is_hdf5(sample) and any(mark in sample.head for mark in marks)


def is_matlab(sample: FileSample) -> bool:
    """The text that begins MATLAB's files; those of version 7.3 are HDF5 after it."""
    return sample.head.startswith(b"MATLAB ") and b"MAT-file" in sample.head[:128]


def is_numpy(sample: FileSample) -> bool:
    """The signature of ``.npy``."""
    return sample.head.startswith(b"\x93NUMPY")


def is_gguf(sample: FileSample) -> bool:
    """The signature of GGUF, or of the GGML files before it."""
    return sample.head.startswith((b"GGUF", b"tjgg", b"lmgg", b"fmgg"))


def is_safetensors(sample: FileSample) -> bool:
    """Eight bytes with the length of the JSON that follows them."""
    length = int.from_bytes(sample.head[:8], "little")
    return 2 <= length <= _MAX_HEADER and sample.head[8:10] in (b'{"', b"{}")


def is_tflite(sample: FileSample) -> bool:
    """The identifier of a TensorFlow Lite flatbuffer."""
    return sample.head[4:8] == b"TFL3"


def is_executorch(sample: FileSample) -> bool:
    """The identifier of an ExecuTorch flatbuffer."""
    return re.fullmatch(rb"ET\d\d", sample.head[4:8]) is not None


def is_onnx_runtime(sample: FileSample) -> bool:
    """The identifier of a flatbuffer of ONNX Runtime."""
    return sample.head[4:8] == b"ORTM"


def is_darknet_weights(sample: FileSample) -> bool:
    """Three numbers: the version, of which 0.1 and 0.2 have been written."""
    words = [int.from_bytes(sample.head[at : at + 4], "little") for at in (0, 4, 8)]
    return len(sample.head) >= 16 and words[0] == 0 and words[1] in (1, 2) and words[2] <= 9


def is_torch_pickle(sample: FileSample) -> bool:
    """What ``torch.save`` wrote before version 1.6."""
    return sample.head.startswith(_TORCH_PICKLE)


def is_pickle(sample: FileSample) -> bool:
    """A pickle of protocol 2 to 5."""
    head = sample.head
    if len(head) < 3 or head[0] != 0x80:
        return False
    return head[1] in (2, 3) or (head[1] in (4, 5) and head[2] == 0x95)


def is_tensorflow_checkpoint(sample: FileSample) -> bool:
    """The footer of a table: the ``.index`` of a checkpoint, or one of TensorFlow 1."""
    return sample.tail.endswith(_TABLE_FOOTER)


def is_pdf(sample: FileSample) -> bool:
    """The signature of PDF."""
    return sample.head.startswith(b"%PDF")


def is_image(sample: FileSample) -> bool:
    """The signatures of PNG, JPEG, GIF, BMP, TIFF and WebP."""
    head = sample.head
    return not sample.text and (head.startswith(_IMAGES) or head[8:12] == b"WEBP")


def is_compressed(sample: FileSample) -> bool:
    """The signatures of gzip, bzip2, xz, Zstandard, 7z and RAR, and of tar."""
    return sample.head.startswith(_COMPRESSED) or sample.head[257:262] == b"ustar"


# Zip archives -------------------------------------------------------------------------------------


def is_keras_archive(sample: FileSample) -> bool:
    """The two members that every ``.keras`` file has."""
    return {"config.json", "metadata.json"} <= set(sample.members)


def is_torch_export(sample: FileSample) -> bool:
    """A program of ``torch.export``: as archives since 2.8, or as before."""
    program = _has_member(sample, "serialized_exported_program.json")
    return program or _has_member(sample, "archive_format")


def is_torch_script(sample: FileSample) -> bool:
    """A TorchScript archive: it holds code, and a pickle of constants."""
    code = any("code/" in member for member in sample.members)
    return code or _has_member(sample, "constants.pkl")


def is_torch_module(sample: FileSample) -> bool:
    """What ``torch.save(model)`` writes: its pickle begins with the class of the model."""
    first = re.match(rb"\x80\x02c([\w.]+)\n", _torch_data(sample))
    return first is not None and first[1] not in (b"collections", b"torch._utils")


def is_torch_archive(sample: FileSample) -> bool:
    """What ``torch.save`` writes since version 1.6."""
    return _has_member(sample, "data.pkl")


def is_numpy_archive(sample: FileSample) -> bool:
    """A zip of ``.npy`` files alone."""
    return bool(sample.members) and all(member.endswith(".npy") for member in sample.members)


def is_core_ml_archive(sample: FileSample) -> bool:
    """A zipped ``.mlpackage``."""
    return any(member.endswith(".mlmodel") for member in sample.members)


def is_saved_model_archive(sample: FileSample) -> bool:
    """A zipped SavedModel of TensorFlow."""
    return _has_member(sample, "saved_model.pb")


def is_office_document(sample: FileSample) -> bool:
    """A document of an office suite."""
    return _has_member(sample, "[Content_Types].xml") or sample.members[:1] == ("mimetype",)


def is_other_archive(sample: FileSample) -> bool:
    """A zip without the settings of a Keras model, which its importer needs."""
    return bool(sample.members) and "config.json" not in sample.members


def _has_member(sample: FileSample, name: str) -> bool:
    return any(member.rpartition("/")[2] == name for member in sample.members)


def _torch_data(sample: FileSample) -> bytes:
    names = (member for member in sample.members if member.rpartition("/")[2] == "data.pkl")
    return member_start(sample.head, next(names, "data.pkl"))


# Protobuf messages --------------------------------------------------------------------------------


def is_onnx(sample: FileSample) -> bool:
    """A ``ModelProto``: the version of the format (1), and a graph (7), in any order."""
    by_number = {field.number: field for field in sample.fields}
    if not {1, 7} <= by_number.keys():
        return False
    return 0 < (by_number[1].value or 0) < 100 and by_number[7].value is None


def is_saved_model(sample: FileSample) -> bool:
    """A ``SavedModel``: the version 1, and meta graphs (2)."""
    fields = sample.fields
    if len(fields) < 2 or {field.number for field in fields} != {1, 2}:
        return False
    return fields[0].value == 1 and fields[1].content.startswith((b"\n", b"\x12"))


def is_core_ml(sample: FileSample) -> bool:
    """A Core ML ``Model``: the version (1), a description (2), and a kind of model (200 on)."""
    numbers = [field.number for field in sample.fields]
    return numbers[:2] == [1, 2] and max(numbers) >= 200 and not sample.fields[0].content


def is_graph_def(sample: FileSample) -> bool:
    """A ``GraphDef``: nodes (1) with a name and the name of an operation."""
    first = sample.fields[0] if sample.fields else None
    return first is not None and first.number == 1 and _is_node(first.content)


def is_meta_graph(sample: FileSample) -> bool:
    """A ``MetaGraphDef``, the ``.meta`` of a checkpoint: information (1), a ``GraphDef`` (2)."""
    fields = sample.fields
    if [field.number for field in fields[:2]] != [1, 2] or _is_words(fields[0].content):
        return False
    graph = fields[1].content
    return graph[:1] == b"\n" and _is_node(graph[2 if len(graph) > 1 and graph[1] < 0x80 else 3 :])


def is_caffe_weights(sample: FileSample) -> bool:
    """A ``NetParameter``: a name (1), and layers with blobs (100, or 2 in old files)."""
    fields = sample.fields
    if not fields or any(field.number == 1 and not _is_words(field.content) for field in fields):
        return False
    new = any(field.number == 100 and field.content[:1] == b"\n" for field in fields)
    old = any(field.number == 2 and field.content[:1] in b"\x12\x1a\x22" for field in fields[1:])
    return new or (old and fields[0].number == 1)


def _is_node(content: bytes) -> bool:
    """Whether a message begins with a name (1) and the name of an operation (2)."""
    return re.match(rb"\n.[\w./\-]+\x12.[A-Z_]\w*", content, re.DOTALL) is not None


def _is_words(content: bytes) -> bool:
    return content.isascii() and content.decode().isprintable()
