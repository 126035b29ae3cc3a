"""Names a file that no importer reads by its first bytes, and says what to do instead.

It is loaded once a file is no architecture. Whoever adds an importer changes the format's line to
``_READABLE``: the importer takes the file before, and only a file that is built on gets here.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from cnnaudit.errors import input_error
from cnnaudit.sources import foreign_binary as binary
from cnnaudit.sources import foreign_text as text
from cnnaudit.sources.detect import BinaryFile
from cnnaudit.sources.files import display_path, exists
from cnnaudit.sources.foreign_sample import FileSample, sample_file


class ForeignFormat(NamedTuple):
    """A kind of file: what messages call it, whether it can be read, and what to do instead."""

    name: str
    status: str
    help: str
    matches: Callable[[FileSample], bool]
    code: str = "foreign-model"


_READABLE = "which is read by itself, and cannot be built on"
_CONVERT = "convert it first (`cnnaudit convert FILE -o model.yaml`), and name the YAML file"
_NOT_YET = "which cannot be read yet"
_WEIGHTS = "which holds weights and no architecture"
_CODE = "which is code: nothing is executed here"
_DATA = "which is no network"

_WRITE = "write its layers as YAML: `cnnaudit zoo resnet-18` prints an example"
_FROM_KERAS = (
    "save the Keras model that it was made from, with `model.save('model.keras')`, or write its"
    " layers as YAML"
)
_SAVE_KERAS = (
    "load it in Keras and save it again with `model.save('model.keras')`, or write what"
    " `model.to_json()` returns to a file"
)
_KERAS_SETTINGS = (
    "write what `model.to_json()` returns to a file, or save the whole model with"
    " `model.save('model.keras')`"
)
_UNPACK = "unpack it, and name the file in it that holds the network"
_FROM_CODE = (
    "for a Keras model, run it and write what `model.to_json()` returns to a file; for any other,"
    " write the layers as YAML (`cnnaudit zoo resnet-18` prints an example)"
)

_OTHER = "not-an-architecture"

#: The formats, in the order in which they are tried.
FORMATS = (
    # Binary files with a signature
    ForeignFormat("a MATLAB file", _NOT_YET, _WRITE, binary.is_matlab),
    ForeignFormat("a Keras model in HDF5", "which is not read", _SAVE_KERAS, binary.is_hdf5_model),
    ForeignFormat(
        "a file of Keras weights in HDF5", _WEIGHTS, _KERAS_SETTINGS, binary.is_hdf5_weights
    ),
    ForeignFormat(
        "an HDF5 file",
        "which is not read",
        f"if it is a Keras model, {_SAVE_KERAS}",
        binary.is_hdf5,
    ),
    ForeignFormat(
        "a NumPy array", "which holds numbers and no architecture", _WRITE, binary.is_numpy
    ),
    ForeignFormat("a GGUF model", _NOT_YET, _WRITE, binary.is_gguf),
    ForeignFormat("a safetensors file", _WEIGHTS, _WRITE, binary.is_safetensors),
    ForeignFormat("a TensorFlow Lite model", _NOT_YET, _FROM_KERAS, binary.is_tflite),
    ForeignFormat("an ExecuTorch program", _NOT_YET, _WRITE, binary.is_executorch),
    ForeignFormat("a model of ONNX Runtime (.ort)", _NOT_YET, _WRITE, binary.is_onnx_runtime),
    ForeignFormat("a PDF document", _DATA, _WRITE, binary.is_pdf, _OTHER),
    ForeignFormat("an image", _DATA, _WRITE, binary.is_image, _OTHER),
    ForeignFormat(
        "a compressed file", "which is not unpacked here", _UNPACK, binary.is_compressed, _OTHER
    ),
    # Zip archives
    ForeignFormat("a Keras model", _READABLE, _CONVERT, binary.is_keras_archive),
    ForeignFormat("a PyTorch program (torch.export)", _NOT_YET, _WRITE, binary.is_torch_export),
    ForeignFormat("a TorchScript archive", _NOT_YET, _WRITE, binary.is_torch_script),
    ForeignFormat(
        "a pickled PyTorch model",
        "whose architecture is in its source code alone; nothing is unpickled here",
        _WRITE,
        binary.is_torch_module,
    ),
    ForeignFormat("a PyTorch checkpoint (a state dict)", _WEIGHTS, _WRITE, binary.is_torch_archive),
    ForeignFormat(
        "a NumPy archive", "which holds arrays and no architecture", _WRITE, binary.is_numpy_archive
    ),
    ForeignFormat("a Core ML package", _NOT_YET, _FROM_KERAS, binary.is_core_ml_archive),
    ForeignFormat("a TensorFlow SavedModel", _NOT_YET, _SAVE_KERAS, binary.is_saved_model_archive),
    ForeignFormat("an office document", _DATA, _WRITE, binary.is_office_document, _OTHER),
    ForeignFormat(
        "a zip archive", "and no Keras model is in it", _UNPACK, binary.is_other_archive, _OTHER
    ),
    # Pickles, and what has no signature
    ForeignFormat("a PyTorch checkpoint (before 1.6)", _WEIGHTS, _WRITE, binary.is_torch_pickle),
    ForeignFormat(
        "a Python pickle",
        "which is code in disguise: nothing is unpickled here",
        _FROM_CODE,
        binary.is_pickle,
    ),
    ForeignFormat(
        "a TensorFlow checkpoint", _WEIGHTS, _FROM_KERAS, binary.is_tensorflow_checkpoint
    ),
    ForeignFormat(
        "a file of Darknet weights",
        _WEIGHTS,
        "the architecture is in its `.cfg`; write its layers as YAML",
        binary.is_darknet_weights,
    ),
    ForeignFormat("an ONNX model", _NOT_YET, _WRITE, binary.is_onnx),
    ForeignFormat("a Core ML model", _NOT_YET, _FROM_KERAS, binary.is_core_ml),
    ForeignFormat("a TensorFlow SavedModel", _NOT_YET, _SAVE_KERAS, binary.is_saved_model),
    ForeignFormat("a graph of TensorFlow (GraphDef)", _NOT_YET, _FROM_KERAS, binary.is_graph_def),
    ForeignFormat("a graph of TensorFlow (.meta)", _NOT_YET, _FROM_KERAS, binary.is_meta_graph),
    ForeignFormat(
        "a Caffe model (caffemodel)",
        _NOT_YET,
        "the architecture is in its `.prototxt`, too; write its layers as YAML",
        binary.is_caffe_weights,
    ),
    # Texts
    ForeignFormat(
        "a file with an unresolved merge",
        "which holds two versions of itself",
        "keep one of the two sides, and remove git's marks",
        text.is_unresolved_merge,
        _OTHER,
    ),
    ForeignFormat(
        "a pointer of Git LFS",
        "and the file itself has not been fetched",
        "fetch it: `git lfs pull`",
        text.is_large_file_pointer,
        _OTHER,
    ),
    ForeignFormat(
        "a web page (HTML)",
        _DATA,
        "download the file itself: on GitHub, the link is called Raw",
        text.is_web_page,
        _OTHER,
    ),
    ForeignFormat("an OpenVINO model", _NOT_YET, _WRITE, text.is_openvino_network),
    ForeignFormat("an XML file", _DATA, _WRITE, text.is_other_xml, _OTHER),
    ForeignFormat("an ncnn network", _NOT_YET, _WRITE, text.is_ncnn_network),
    ForeignFormat("a Caffe network (prototxt)", _NOT_YET, _WRITE, text.is_caffe_network),
    ForeignFormat(
        "a Caffe solver",
        "which says how a network is trained",
        "the network is in the file that its `net` names",
        text.is_caffe_solver,
    ),
    ForeignFormat("a graph as text (pbtxt)", _NOT_YET, _FROM_KERAS, text.is_graph_text),
    ForeignFormat(
        "the list of TensorFlow checkpoints", _WEIGHTS, _FROM_KERAS, text.is_checkpoint_list
    ),
    ForeignFormat("a Darknet network (cfg)", _NOT_YET, _WRITE, text.is_darknet_network),
    ForeignFormat("an Ultralytics model", _NOT_YET, _WRITE, text.is_ultralytics_network),
    ForeignFormat("a detectron2 configuration", _NOT_YET, _WRITE, text.is_detectron_settings),
    ForeignFormat("a Jupyter notebook", _CODE, _FROM_CODE, text.is_notebook, _OTHER),
    ForeignFormat(
        "a Keras model as JSON inside a JSON text",
        "which was written twice",
        "write what `model.to_json()` returns as it is, without `json.dump`",
        text.is_quoted_keras_json,
    ),
    ForeignFormat("a Keras model", _READABLE, _CONVERT, text.is_keras_json),
    ForeignFormat(
        "a Keras model as YAML", "which is not read", _KERAS_SETTINGS, text.is_keras_yaml
    ),
    ForeignFormat("an MXNet network", _NOT_YET, _WRITE, text.is_mxnet_network),
    ForeignFormat(
        "a configuration of transformers or timm",
        "which names a network and holds no layers",
        f"{_WRITE}; `cnnaudit zoo` lists what is shipped",
        text.is_hugging_face_settings,
    ),
    ForeignFormat(
        "an output of cnnaudit",
        "and no network",
        "name the file that it was made from: its `path`",
        text.is_own_output,
        _OTHER,
    ),
    ForeignFormat("a JSON file", "and no Keras model", _KERAS_SETTINGS, text.is_other_json, _OTHER),
    ForeignFormat(
        "the summary of a model",
        "which says not all of its layers' settings",
        _FROM_CODE,
        text.is_keras_summary,
        _OTHER,
    ),
    ForeignFormat(
        "a printed PyTorch model",
        "which does not say how its layers are connected",
        _WRITE,
        text.is_printed_module,
        _OTHER,
    ),
    ForeignFormat("Python source", _CODE, _FROM_CODE, text.is_python, _OTHER),
    ForeignFormat("a LaTeX file", _DATA, _WRITE, text.is_latex, _OTHER),
    ForeignFormat("an INI or TOML file", _DATA, _WRITE, text.is_settings_table, _OTHER),
    ForeignFormat("a Markdown file", _DATA, _WRITE, text.is_markdown, _OTHER),
    ForeignFormat("a table of values (CSV)", _DATA, _WRITE, text.is_separated_values, _OTHER),
)

#: Folders that are models: a file below them that tells which, and the format of the folder.
_FOLDERS = {
    "saved_model.pb": ("a TensorFlow SavedModel", _SAVE_KERAS),
    "Data/com.apple.CoreML": ("a Core ML package (.mlpackage)", _FROM_KERAS),
}


def format_of(file: BinaryFile) -> ForeignFormat | None:
    """The format of a file; None if it is none that has a name here."""
    sample = sample_file(file)
    return next((format for format in FORMATS if format.matches(sample)), None)


def refuse_foreign(file: BinaryFile, is_readable: bool = False) -> None:
    """Raise ``AuditError`` that names the format of a file, if it has a name here.

    ``is_readable`` tells that an importer will try the file: then none that are read are refused.
    """
    format = format_of(file)
    if format is not None and not (is_readable and format.status == _READABLE):
        message = f"this is {format.name}, {format.status}"
        raise input_error(format.code, message, file.shown, format.help)


def refuse_folder(folder: Path) -> None:
    """Raise ``AuditError`` that names the format of a folder that is a model itself."""
    for member, (name, help) in _FOLDERS.items():
        if exists(folder / member):
            message = f"this folder is {name}, {_NOT_YET}"
            raise input_error("foreign-model", message, display_path(folder), help)
