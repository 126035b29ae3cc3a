"""Whether a file is a Keras model, by its first bytes: what every file on the way is asked."""

import re
from pathlib import Path

#: The largest of keras.applications have 3 MB; a list of empty mappings costs 25 times its text in
#: memory.
MAX_BYTES = 8 * 1024 * 1024
#: What an archive keeps the model's settings in.
MEMBER = "config.json"

_ZIP = b"PK\x03\x04"
# Compiled where they are used: most runs meet no JSON at all.
_OURS = rb'"cnnaudit"\s*:\s*1'
_MODEL_KEYS = rb'"(?:modelTopology|model_config)"\s*:'
_CLASS = rb'"class_name"\s*:'
_LAYERS = rb'"layers"\s*:\s*\[|"Sequential"|"__keras_tensor__"'


def is_archive(head: bytes) -> bool:
    """Whether a file that starts like this is a zip."""
    return head.startswith(_ZIP)


def recognise(head: bytes) -> bool:
    """Whether a file that starts like this is a Keras model, or an archive that may hold one."""
    if is_archive(head):
        return True
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text.startswith(b"{") or re.search(_OURS, text):
        return False
    layers = re.search(_CLASS, text) and re.search(_LAYERS, text)
    return bool(re.search(_MODEL_KEYS, text) or layers)


def holds_model(path: Path) -> bool:
    """Whether an archive is a ``.keras`` file, and not any other zip."""
    from zipfile import BadZipFile, ZipFile  # noqa: PLC0415  brings much along for a rare case

    try:
        with ZipFile(path) as archive:
            return {MEMBER, "metadata.json"} <= set(archive.namelist())
    # The last is zipfile's word for an archive of a version or compression that it does not know.
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return False
