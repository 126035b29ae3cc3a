"""Detects Keras models: JSON of all versions, and ``.keras`` archives."""

import re

from cnnaudit.sources.detect import BinaryFile, head_text, is_archive

#: The member of an archive that holds the model's settings.
SETTINGS_MEMBER = "config.json"

# Compiled on use: most runs read no JSON.
_OURS = rb'"cnnaudit"\s*:\s*1'
_MODEL_KEYS = rb'"(?:modelTopology|model_config)"\s*:'
_CLASS = rb'"class_name"\s*:'
_LAYERS = rb'"layers"\s*:\s*\[|"Sequential"|"__keras_tensor__"'


def is_model(head: bytes) -> bool:
    """Whether a file that starts with ``head`` may hold a Keras model: its JSON, or any archive."""
    if is_archive(head):
        return True
    text = head_text(head).lstrip()
    if not text.startswith(b"{") or re.search(_OURS, text):
        return False
    layers = re.search(_CLASS, text) and re.search(_LAYERS, text)
    return bool(re.search(_MODEL_KEYS, text) or layers)


def is_model_archive(file: BinaryFile) -> bool:
    """Whether a file is JSON or a ``.keras`` archive, and not any other zip."""
    if not is_archive(file.head):
        return True
    from zipfile import BadZipFile, ZipFile  # noqa: PLC0415  brings much along for a rare case

    try:
        with file.opener() as stream, ZipFile(stream) as archive:
            return {SETTINGS_MEMBER, "metadata.json"} <= set(archive.namelist())
    # zipfile raises the last for an archive of an unknown version or compression.
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return False
