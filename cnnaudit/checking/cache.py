"""The results of unchanged files, under the user's cache folder.

The key of an entry is the content of the file, its name, the settings and the program; an entry
lists the other files that were read, with their content's hash, and holds only while those are the
same. Entries are JSON; one that cannot be read counts as none. Files with input errors have no
entry: the error may be a file that is missing.
"""

import contextlib
import json
import os
import sys
import time
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from cnnaudit.checking.results import FileResult
from cnnaudit.errors import AuditError, Diagnostic, Region
from cnnaudit.sources.files import Resolver, SourceFile, decode
from cnnaudit.version import VERSION

_DAY = 24 * 3600
_MAX_AGE = 30 * _DAY


class Recorder:
    """A library that records the path and content hash of each file that is read from it."""

    def __init__(self, inner: Resolver, reads: dict[str, str]) -> None:
        self.inner = inner
        self.reads = reads

    def open(self, reference: str) -> SourceFile:
        """Read ``reference``, and record it."""
        opened = self.inner.open(reference)
        self.reads[opened.source.path] = digest(opened.source.text)
        return opened._replace(resolver=Recorder(opened.resolver, self.reads))


class Cache:
    """Entries below a folder; any failure to read or write one is a miss."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def key(self, opened: SourceFile, variant: str | None, settings: object) -> str:
        """The key of a file: its content, its name, the settings and the program."""
        parts = (program(), opened.source.path, variant, repr(settings), opened.source.text)
        return digest(json.dumps(parts))

    def get(self, key: str) -> FileResult | None:
        """The entry of that key, if the files that it depends on are unchanged."""
        try:
            entry = json.loads(self._path(key).read_bytes())
            unchanged = all(_hash(path) == read for path, read in entry["reads"].items())
            return _from_json(entry["result"]) if unchanged else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def put(self, key: str, result: FileResult, reads: Mapping[str, str]) -> None:
        """Write an entry; concurrent runs write the same content."""
        import tempfile  # noqa: PLC0415  loads random, which reading does without

        path = self._path(key)
        name = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump({"reads": reads, "result": _to_json(result)}, stream)
            Path(name).replace(path)
        except (OSError, ValueError):
            if name is not None:
                with contextlib.suppress(OSError):
                    Path(name).unlink()

    def prune(self) -> None:
        """Once a day, remove the entries that are older than a month."""
        marker, now = self.folder / "pruned", time.time()
        with contextlib.suppress(OSError):
            if marker.exists() and now - marker.stat().st_mtime < _DAY:
                return
            self.folder.mkdir(parents=True, exist_ok=True)
            marker.touch()
            for path in self.folder.glob("*/*"):
                if now - path.stat().st_mtime > _MAX_AGE:
                    path.unlink()

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"


def digest(text: str) -> str:
    """The SHA-256 of a text, as hexadecimal digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _hash(path: str) -> str:
    """The hash of a file's current content; empty if it cannot be read as text."""
    try:
        return digest(decode(Path(path).read_bytes(), path).text)
    except (OSError, ValueError, AuditError):
        return ""


@cache
def program() -> str:
    """A hash of this build of the program: the version, and the sizes and times of its files."""
    root = Path(__file__).parents[1]
    stats = [
        f"{entry.path} {entry.stat().st_size} {entry.stat().st_mtime_ns}"
        for folder, _, _ in os.walk(root)
        for entry in os.scandir(folder)
        if entry.name.endswith((".py", ".yaml"))
    ]
    return digest("\n".join([VERSION, sys.version, *sorted(stats)]))


def default_folder() -> Path | None:
    """``CNNAUDIT_CACHE_DIR``, or the platform's folder for caches.

    None if there is none: the user of a container may have no home.
    """
    configured = os.environ.get("CNNAUDIT_CACHE_DIR")
    if configured:
        return Path(configured)
    try:
        return _usual_folder()
    except RuntimeError:
        return None


def _usual_folder() -> Path:
    """The platform's folder for caches; raises ``RuntimeError`` for a missing home."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "cnnaudit" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "cnnaudit"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cnnaudit"


def _to_json(result: FileResult) -> dict[str, Any]:
    findings = [
        {
            **finding._asdict(),
            "region": finding.region and finding.region._asdict(),
        }
        for finding in result.findings
    ]
    return {**result._asdict(), "findings": findings}


def _from_json(entry: dict[str, Any]) -> FileResult:
    findings = tuple(map(_finding, entry["findings"]))
    return FileResult(**{**entry, "findings": findings, "notes": tuple(entry["notes"])})


def _finding(entry: dict[str, Any]) -> Diagnostic:
    region = Region(**entry["region"]) if entry["region"] is not None else None
    typed = {"region": region, "notes": tuple(entry["notes"])}
    return Diagnostic(**{**entry, **typed})
