"""Bytes become a model's settings: JSON of Keras 1.2 to 3, of tf.js, or in a ``.keras`` archive.

Of an archive only the member ``config.json`` is read; weights are never touched.
"""

import json
import zipfile
import zlib
from collections.abc import Mapping
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from cnnaudit.errors import AuditError, Diagnostic, Source, Span, input_error
from cnnaudit.parsing.sniff import MAX_MODEL_BYTES, MEMBER, is_archive
from cnnaudit.parsing.source import text_of

#: ``modelTopology`` holds a ``model_config`` that holds the model.
_MAX_WRAPPINGS = 4

Json = Mapping[str, Any]


def contents(path: Path, shown: str) -> bytes:
    """The bytes of a file that is worth reading: the settings alone, of an archive."""
    try:
        with path.open("rb") as stream:
            head = stream.read(4)
            stream.seek(0)
            return _member(stream, shown) if is_archive(head) else stream.read(MAX_MODEL_BYTES + 1)
    except OSError as error:
        raise input_error("unreadable", f"cannot be read: {error.strerror}", shown) from None


def read_model(data: bytes, shown: str) -> Json:
    """The model that a file holds, as ``{"class_name": …, "config": …}``.

    Raises ``AuditError`` for anything that is not one, or too large to look at.
    """
    if is_archive(data):
        data = _member(BytesIO(data), shown)
    return _model(_parse(_text(data, shown), shown), shown)


def _member(stream: IO[bytes], shown: str) -> bytes:
    """The settings in an archive, as far as the budget goes: what unpacks to more is refused."""
    try:
        with zipfile.ZipFile(stream) as archive, archive.open(MEMBER) as member:
            return member.read(MAX_MODEL_BYTES + 1)
    except KeyError:
        message = f"the archive has no {MEMBER}: it is not a .keras file"
        raise input_error("foreign-syntax", message, shown) from None
    # What zipfile raises for a broken archive, an unknown compression or a password.
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise input_error("foreign-syntax", f"a broken archive: {error}", shown) from None


def _text(data: bytes, shown: str) -> str:
    if len(data) > MAX_MODEL_BYTES:
        message = f"the model's settings are larger than {MAX_MODEL_BYTES // 2**20} MiB"
        raise input_error("over-limit", message, shown)
    return text_of(data, shown).text


def _parse(text: str, shown: str) -> Any:
    try:
        return json.loads(text, parse_float=_decimal, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        span = Span(Source(shown, text), error.lineno, error.colno, error.lineno, error.colno + 1)
        found = Diagnostic("foreign-syntax", f"not valid JSON: {error.msg}", shown, span)
        raise AuditError((found,)) from None
    except RecursionError:
        raise input_error("over-limit", "the JSON is nested too deep", shown) from None
    except ValueError as error:  # a whole number of thousands of digits
        raise input_error("foreign-syntax", f"not valid JSON: {error}", shown) from None


def _decimal(text: str) -> Fraction | None:
    """A decimal as it is written, exactly; None for one beyond the range of floats."""
    value = float(text)
    return Fraction(repr(value)) if abs(value) < float("inf") else None


def _no_number(_text: str) -> None:
    """``NaN`` and ``Infinity``, which Python writes and JSON does not have."""


def _model(tree: Any, shown: str) -> Json:
    """The model inside what surrounds it: ``modelTopology`` in tf.js, ``model_config`` in HDF5.

    Keras wrote ``model_config`` as a text inside the text at times.
    """
    for _ in range(_MAX_WRAPPINGS):
        if not isinstance(tree, dict):
            break
        inner = tree.get("modelTopology", tree.get("model_config"))
        if inner is None:
            if isinstance(tree.get("class_name"), str) and "config" in tree:
                return tree
            break
        tree = _parse(inner, shown) if isinstance(inner, str) else inner
    message = "this is not a model: it has no `class_name` and `config`"
    help = "write it with `model.to_json()` or `model.save('model.keras')`"
    raise input_error("foreign-model", message, shown, help)
