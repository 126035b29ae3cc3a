"""Asking git: one command and its answer, or many files of a repository from one process."""

import atexit
import contextlib
import os
import subprocess
from pathlib import Path

from cnnaudit.errors import input_error
from cnnaudit.parsing.source import MAX_BYTES, printable

_SECONDS = 60


def answer(folder: Path, *arguments: str, shown: str, limit: int = MAX_BYTES) -> bytes:
    """What git prints in ``folder``, at most ``limit`` bytes; ``AuditError`` where it fails."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)
    except FileNotFoundError:
        raise input_error("unreadable", "git is not installed", shown) from None
    except subprocess.TimeoutExpired:
        raise input_error("unreadable", "git did not answer within a minute", shown) from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[0].removeprefix("fatal: ") if said else "git failed"
        raise input_error("unreadable", f"not in git: {printable(reason)}", shown)
    return _limited(done.stdout, shown, limit)


class Objects:
    """``git cat-file --batch`` in one repository: a process that is asked for file after file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            ["git", "-C", str(folder), "cat-file", "--batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def file(self, name: str) -> bytes | None:
        """The content of ``REV:path``; None where that is no file, or git does not answer."""
        asked, told = self._process.stdin, self._process.stdout
        assert asked is not None
        assert told is not None
        if "\n" in name:
            return None
        try:
            asked.write(os.fsencode(name) + b"\n")
            asked.flush()
            # "OID TYPE SIZE", or the name again and what is wrong with it.
            *_, kind, size = [b"", b"", *told.readline().split()]
            if not size.isdigit():
                return None
            data = told.read(int(size))
            told.read(1)
        except (OSError, ValueError):
            return None
        return data if kind == b"blob" else None

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(OSError, ValueError):
            self._process.communicate()


#: The repository that was read last, by the process that reads: one that was forked has its own.
_open: dict[int, Objects] = {}


def file_of(folder: Path, name: str, *, shown: str, limit: int) -> bytes:
    """``REV:path`` of the repository at ``folder``; ``AuditError`` says why it cannot be had."""
    try:
        data = _objects(folder).file(name)
    except OSError:
        data = None
    if data is None:
        # Nothing to be quick about: git itself says what is wrong.
        _refuse_folder(folder, name, shown)
        return answer(folder, "show", name, shown=shown, limit=limit)
    return _limited(data, shown, limit)


def _refuse_folder(folder: Path, name: str, shown: str) -> None:
    """Git would list it."""
    if answer(folder, "cat-file", "-t", name, shown=shown).strip() == b"tree":
        raise input_error("unreadable", "this is a folder, and one file is needed", shown)


def _objects(folder: Path) -> Objects:
    here = os.getpid()
    if here in _open and _open[here].folder != folder:
        _open.pop(here).close()
    if here not in _open:
        _open[here] = Objects(folder)
        atexit.register(_open[here].close)
    return _open[here]


def _limited(data: bytes, shown: str, limit: int) -> bytes:
    if len(data) > limit:
        raise input_error("over-limit", f"the file is larger than {limit // 2**20} MiB", shown)
    return data
