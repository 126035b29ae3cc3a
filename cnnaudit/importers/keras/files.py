"""Reads a model's settings from JSON of Keras 1.2 to 3, of tf.js, or in a ``.keras`` archive.

Only the member ``config.json`` of an archive is read, never the weights.
"""

import json
import zipfile
import zlib
from collections.abc import Mapping
from fractions import Fraction
from typing import IO, Any

from cnnaudit.errors import AuditError, Source, Span, error_diagnostic, input_error
from cnnaudit.importers.keras.detect import SETTINGS_MEMBER
from cnnaudit.sources.detect import BinaryFile, is_archive
from cnnaudit.sources.files import text_of

#: The largest settings that are read. keras.applications have up to 3 MB; a list of empty mappings
#: takes 25 times its text in memory.
MAX_MODEL_BYTES = 8 * 1024 * 1024

#: The most wrappings around a model: ``modelTopology`` around ``model_config`` and so on.
_MAX_WRAPPINGS = 4

Json = Mapping[str, Any]


def read_model(file: BinaryFile) -> Json:
    """The model of a file, as ``{"class_name": …, "config": …}``.

    Raises ``AuditError`` if there is none, or for one that is larger than the budget.
    """
    shown = file.shown
    with file.open() as stream:
        archived = is_archive(file.head)
        data = _member(stream, shown) if archived else stream.read(MAX_MODEL_BYTES + 1)
    return _model(_parse(_text(data, shown), shown), shown)


def _member(stream: IO[bytes], shown: str) -> bytes:
    """The settings in an archive, read up to the budget: a larger member is refused later."""
    try:
        with zipfile.ZipFile(stream) as archive, archive.open(SETTINGS_MEMBER) as member:
            return member.read(MAX_MODEL_BYTES + 1)
    except KeyError:
        message = f"the archive has no {SETTINGS_MEMBER}: it is not a .keras file"
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
        diagnostic = error_diagnostic("foreign-syntax", f"not valid JSON: {error.msg}", shown, span)
        raise AuditError((diagnostic,)) from None
    except RecursionError:
        raise input_error("over-limit", "the JSON is nested too deep", shown) from None
    except ValueError as error:  # a whole number of thousands of digits
        raise input_error("foreign-syntax", f"not valid JSON: {error}", shown) from None


def _decimal(text: str) -> Fraction | None:
    """A decimal exactly as written; None for one beyond the range of floats."""
    value = float(text)
    return Fraction(repr(value)) if abs(value) < float("inf") else None


def _no_number(_text: str) -> None:
    """``NaN`` and ``Infinity``, which Python writes although JSON has neither, become None."""


def _model(tree: Any, shown: str) -> Json:
    """The model inside its wrappings: ``modelTopology`` in tf.js, ``model_config`` in HDF5.

    Some versions of Keras wrote ``model_config`` as JSON text within the JSON.
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
