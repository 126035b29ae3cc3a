"""Detects text files of other programs by what a ``FileSample`` holds of them."""

import re

from cnnaudit.sources.foreign_sample import FileSample

#: Keys of an architecture at the start of a line: such a file lacks ``cnnaudit: 1``.
_OUR_KEYS = r"""(?m)^(?:\{\s*)?["']?(?:layers|extends|changes|classes|blocks)["']?\s*:"""
#: The layers that Darknet's files have as sections.
_DARKNET_SECTIONS = r"(?m)^\[(?:net|network|convolutional|connected|maxpool|shortcut|route|yolo)\]"
_PYTHON_LINES = (
    r"(?m)\A\s*[rR]?\"\"\"|^(?:from [\w.]+ import |import [\w.]+(?: as \w+)?\s*(?:#.*)?$"
    r"|class \w+[(:]"
    r"|(?:async )?def \w+\(|#!.*python|(?:model|self)\.\w+\(|\w+ = [\w.]+\()"
)
#: A row of an Ultralytics model: from, repetitions, class, arguments.
_ULTRALYTICS_ROW = r"(?m)^\s*-\s*\[\s*(?:-?\d+|\[[-\d, ]+\])\s*,\s*\d+\s*,\s*[\w.]+\s*,"


def _has(sample: FileSample, *patterns: str) -> bool:
    """Whether every pattern occurs in the text."""
    return bool(sample.text) and all(re.search(pattern, sample.text) for pattern in patterns)


def _lacks_our_keys(sample: FileSample) -> bool:
    return not _has(sample, _OUR_KEYS)


# Models -------------------------------------------------------------------------------------------


def is_caffe_network(sample: FileSample) -> bool:
    """Text of protobuf with layers, as Caffe reads it."""
    layers = r"(?m)^\s*layers?\s*:?\s*[{<]"
    return _has(sample, layers, r"\b(?:type|bottom|top|name)\s*:\s*[\"'A-Z]")


def is_caffe_solver(sample: FileSample) -> bool:
    """Text of protobuf that names a network and says how to train it."""
    network = r"(?m)^\s*(?:net|train_net|test_net)\s*:\s*[\"']"
    return _has(sample, network, r"(?m)^\s*(?:base_lr|lr_policy|max_iter)\s*:")


def is_graph_text(sample: FileSample) -> bool:
    """Text of protobuf with nodes, as TensorFlow and ONNX write it."""
    return _has(sample, r"(?m)^\s*node\s*\{", r"\bop(?:_type)?\s*:\s*\"")


def is_checkpoint_list(sample: FileSample) -> bool:
    """The file ``checkpoint`` beside those of TensorFlow."""
    return _has(sample, r"^\s*model_checkpoint_path\s*:\s*\"")


def is_darknet_network(sample: FileSample) -> bool:
    """Sections in brackets that are called as Darknet's layers."""
    return _has(sample, _DARKNET_SECTIONS)


def is_ncnn_network(sample: FileSample) -> bool:
    """The number that begins ncnn's ``.param``."""
    return _has(sample, r"^77675\d\d\b")


def is_ultralytics_network(sample: FileSample) -> bool:
    """YAML with rows of layers under ``backbone`` and ``head``."""
    return _has(sample, r"(?m)^(?:backbone|head)\s*:", _ULTRALYTICS_ROW)


def is_openvino_network(sample: FileSample) -> bool:
    """XML of a ``net`` with ``layers``."""
    return _has(sample, r"<net\s[^>]*\bname\s*=", r"<layers>")


def is_mxnet_network(sample: FileSample) -> bool:
    """JSON of a graph of MXNet, whose parameters are nodes too."""
    return _has(sample, r"^\s*\{", r'"nodes"\s*:', r'"op"\s*:\s*"null"')


def is_keras_yaml(sample: FileSample) -> bool:
    """YAML of ``model.to_yaml()``, which Keras had up to version 2.5."""
    return _has(sample, r"(?m)^class_name\s*:", r"(?m)^config\s*:")


def is_keras_json(sample: FileSample) -> bool:
    """JSON of ``model.to_json()``."""
    return _has(sample, r"^\s*\{", r'"class_name"\s*:', r'"config"\s*:')


def is_quoted_keras_json(sample: FileSample) -> bool:
    """JSON of a model that was written as JSON a second time, as one text."""
    return _has(sample, r'^\s*"\{', r'\\"class_name\\"\s*:')


def is_hugging_face_settings(sample: FileSample) -> bool:
    """JSON of ``transformers`` or ``timm``: the name of a network and some of its sizes."""
    return _has(sample, r"^\s*\{", r'"(?:model_type|architectures|architecture)"\s*:')


def is_detectron_settings(sample: FileSample) -> bool:
    """YAML of detectron2 and its relatives."""
    return _has(sample, r"(?m)^MODEL\s*:", r"(?m)^\s+(?:META_ARCHITECTURE|BACKBONE|NAME)\s*:")


def is_keras_summary(sample: FileSample) -> bool:
    """What ``model.summary()`` prints, and its relatives for PyTorch."""
    return _has(sample, r"Layer \(type", r"Output Shape", r"Param #")


def is_printed_module(sample: FileSample) -> bool:
    """What ``print(model)`` shows of a PyTorch module."""
    return _has(sample, r"^\s*\w+\(\n", r"(?m)^\s+\([\w.]+\): \w+\(")


# Others -------------------------------------------------------------------------------------------


def is_notebook(sample: FileSample) -> bool:
    """JSON with the cells of a notebook."""
    return _has(sample, r"^\s*\{", r'"(?:nbformat|cell_type)"\s*:')


def is_python(sample: FileSample) -> bool:
    """Lines that only Python has."""
    return _has(sample, _PYTHON_LINES) and _lacks_our_keys(sample)


def is_own_output(sample: FileSample) -> bool:
    """JSON that this program wrote about networks."""
    return _has(sample, r"^\s*\{", r'"schema_version"\s*:', r'"name"\s*:\s*"cnnaudit"')


def is_other_json(sample: FileSample) -> bool:
    """JSON without the two keys that an architecture has."""
    start = r'^\s*(?:\{\s*(?:\}|"(?:[^"\\]|\\.)*"\s*:)|\[\s*[{"\]])'
    return _has(sample, start) and not _has(sample, r'"layers"\s*:', r'"input"\s*:')


def is_unresolved_merge(sample: FileSample) -> bool:
    """The marks that git leaves in a file if two changes contradict each other."""
    return _has(sample, r"(?m)^<{7} ", r"(?m)^={7}$")


def is_large_file_pointer(sample: FileSample) -> bool:
    """What git holds in place of a file of Git LFS."""
    return _has(sample, r"^version https://git-lfs\.github\.com/")


def is_web_page(sample: FileSample) -> bool:
    """HTML."""
    return _has(sample, r"(?i)^\s*(?:<!--.*?-->\s*)?<(?:!doctype html|html)\b")


def is_other_xml(sample: FileSample) -> bool:
    """XML, vector graphics included."""
    return _has(sample, r"^\s*<(?:\?xml|svg|net)\b")


def is_latex(sample: FileSample) -> bool:
    """LaTeX."""
    return _has(sample, r"(?m)^\s*\\(?:documentclass|begin|usepackage)\b")


def is_settings_table(sample: FileSample) -> bool:
    """INI or TOML: sections in brackets, and assignments."""
    return _has(sample, r"(?m)^\[[^\[\]\n,:]+\]\s*$", r"(?m)^[\w.\-]+\s*=") and _lacks_our_keys(
        sample
    )


def is_markdown(sample: FileSample) -> bool:
    """A heading, and a second sign of Markdown: a comment of YAML begins like a heading."""
    second = r"(?m)^(?:```|#{2,6} \S|\|[\s:|-]+\|$)|\]\(\S+\)"
    return _has(sample, r"(?m)^#{1,2} \S", second) and _lacks_our_keys(sample)


def is_separated_values(sample: FileSample) -> bool:
    """Lines of text with as many commas, semicolons or tabs in each, quoted ones aside."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in sample.text.splitlines()[:4]]
    # The head may cut the last line.
    rows = lines[:3] if len(lines) > 3 else lines
    if len(rows) < 2 or re.match(r"[-#{\[]|\w+:\s", rows[0]):
        return False
    return any(rows[0].count(sign) and len({r.count(sign) for r in rows}) == 1 for sign in ",;\t")
