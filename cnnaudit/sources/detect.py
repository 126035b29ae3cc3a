"""What a file is, by its first bytes: an architecture, another program's model, or neither."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path

#: How much of a file is looked at.
HEAD_BYTES = 64 * 1024
#: The largest model that is read. Those of keras.applications have up to 3 MB; a list of empty
#: mappings costs 25 times its text in memory.
MAX_MODEL_BYTES = 8 * 1024 * 1024
#: What an archive keeps the model's settings in.
MEMBER = "config.json"

#: What architectures and archived models are named.
_SUFFIXES = (".yaml", ".yml", ".keras")
_ZIP = b"PK\x03\x04"
# Compiled where they are used: a file that is named is one of ours, and most runs meet no JSON.
_MARKER = rb"""(?m)(?:^|[{,]\s*)["']?cnnaudit["']?\s*:"""
_OURS = rb'"cnnaudit"\s*:\s*1'
_MODEL_KEYS = rb'"(?:modelTopology|model_config)"\s*:'
_CLASS = rb'"class_name"\s*:'
_LAYERS = rb'"layers"\s*:\s*\[|"Sequential"|"__keras_tensor__"'


def read_head(path: Path) -> bytes | None:
    """The first bytes of a file; none of one that is gone, None of one that may not be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD_BYTES)
    except PermissionError:
        return None
    except OSError:
        return b""


def is_archive(head: bytes) -> bool:
    """Whether a file that starts like this is a zip."""
    return head.startswith(_ZIP)


def is_model(head: bytes) -> bool:
    """Whether a file that starts like this is a Keras model, or an archive that may hold one."""
    if is_archive(head):
        return True
    text = _plain(head).lstrip()
    if not text.startswith(b"{") or re.search(_OURS, text):
        return False
    layers = re.search(_CLASS, text) and re.search(_LAYERS, text)
    return bool(re.search(_MODEL_KEYS, text) or layers)


def _plain(head: bytes) -> bytes:
    """The text without its byte order mark, of UTF-16 too: reading it says what is wrong."""
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return head.decode("utf-16", "ignore").encode()
    return head.removeprefix(BOM_UTF8)


def holds_model(path: Path) -> bool:
    """Whether an archive is a ``.keras`` file, and not any other zip."""
    from zipfile import BadZipFile, ZipFile  # noqa: PLC0415  brings much along for a rare case

    try:
        with ZipFile(path) as archive:
            return {MEMBER, "metadata.json"} <= set(archive.namelist())
    # The last is zipfile's word for an archive of a version or compression that it does not know.
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def recognised(path: Path) -> bool:
    """Whether the content of a file says that it is an architecture, or a model.

    One that may not be read is what its name says, and not passed over: reading it says why.
    """
    head = read_head(path)
    if head is None:
        return path.suffix in _SUFFIXES
    if re.search(_MARKER, _plain(head)) is not None:
        return True
    return holds_model(path) if is_archive(head) else is_model(head)
