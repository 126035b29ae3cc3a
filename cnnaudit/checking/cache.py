"""What a check of unchanged files came to, kept under the user's cache folder.

An entry is found by the content of the file, how it is named, the settings and the program; it
lists the other files that were read, with their content's hash, and holds only while those are the
same. Entries are JSON, written whole; one that cannot be read is none. Files with input errors are
not kept: what is wrong with them may be a file that is missing.
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

import cnnaudit
from cnnaudit.checking.outcome import Checked, Located
from cnnaudit.errors import AuditError
from cnnaudit.rules.rule import Level
from cnnaudit.sources.files import Resolver, SourceFile, decode

_DAY = 24 * 3600
_KEPT_DAYS = 30


class Recorder:
    """A library that notes what is read from it: the path, and the hash of the content."""

    def __init__(self, inner: Resolver, reads: dict[str, str]) -> None:
        self.inner = inner
        self.reads = reads

    def open(self, reference: str) -> SourceFile:
        """Read ``reference``, and note it."""
        opened = self.inner.open(reference)
        self.reads[opened.source.path] = digest(opened.source.text)
        return opened._replace(resolver=Recorder(opened.resolver, self.reads))


class Cache:
    """Entries below a folder; every failure to read or write one is a miss."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def key(self, opened: SourceFile, variant: str | None, settings: object) -> str:
        """The key of a file: its content, its name, the settings and the program."""
        parts = (program(), opened.source.path, variant, repr(settings), opened.source.text)
        return digest(json.dumps(parts))

    def get(self, key: str) -> Checked | None:
        """The entry of that key, as long as the files that it depends on are what they were."""
        try:
            entry = json.loads(self._path(key).read_bytes())
            unchanged = all(_hash(path) == known for path, known in entry["reads"].items())
            return _checked(entry["checked"]) if unchanged else None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None

    def put(self, key: str, checked: Checked, reads: Mapping[str, str]) -> None:
        """Keep an entry; concurrent runs write the same, and the last one stays."""
        import tempfile  # noqa: PLC0415  brings random along, which reading does without

        path = self._path(key)
        name = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump({"reads": reads, "checked": _plain(checked)}, stream)
            Path(name).replace(path)
        except (OSError, ValueError):
            if name is not None:
                with contextlib.suppress(OSError):
                    Path(name).unlink()

    def prune(self) -> None:
        """Once a day, remove what was written more than a month ago."""
        marker, now = self.folder / "pruned", time.time()
        with contextlib.suppress(OSError):
            if marker.exists() and now - marker.stat().st_mtime < _DAY:
                return
            self.folder.mkdir(parents=True, exist_ok=True)
            marker.touch()
            for path in self.folder.glob("*/*"):
                if now - path.stat().st_mtime > _KEPT_DAYS * _DAY:
                    path.unlink()

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.json"


def digest(text: str) -> str:
    """The SHA-256 of a text, as hexadecimal digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _hash(path: str) -> str:
    """The hash of a file's content now; empty where it cannot be read as a text."""
    try:
        return digest(decode(Path(path).read_bytes(), path).text)
    except (OSError, ValueError, AuditError):
        return ""


@cache
def program() -> str:
    """What tells one build of the program from another: the version, its files' sizes and times."""
    root = Path(cnnaudit.__file__).parent
    stats = [
        f"{entry.path} {entry.stat().st_size} {entry.stat().st_mtime_ns}"
        for folder, _, _ in os.walk(root)
        for entry in os.scandir(folder)
        if entry.name.endswith((".py", ".yaml"))
    ]
    return digest("\n".join([cnnaudit.__version__, sys.version, *sorted(stats)]))


def default_folder() -> Path | None:
    """``CNNAUDIT_CACHE_DIR``, or the place that the platform has for caches.

    None where there is none: the user of a container may have no home.
    """
    named = os.environ.get("CNNAUDIT_CACHE_DIR")
    if named:
        return Path(named)
    try:
        return _usual_folder()
    except RuntimeError:
        return None


def _usual_folder() -> Path:
    """The place that the platform has for caches; raises ``RuntimeError`` for a missing home."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home()) / "cnnaudit" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "cnnaudit"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "cnnaudit"


def _plain(checked: Checked) -> dict[str, Any]:
    found = [{**finding._asdict(), "level": finding.level.value} for finding in checked.findings]
    return {**checked._asdict(), "findings": found}


def _checked(entry: dict[str, Any]) -> Checked:
    findings = tuple(
        Located(**{**found, "level": Level(found["level"]), "notes": tuple(found["notes"])})
        for found in entry["findings"]
    )
    return Checked(**{**entry, "findings": findings, "notes": tuple(entry["notes"])})
