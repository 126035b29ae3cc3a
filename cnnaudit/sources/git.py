"""Files of a git revision, ``REV:path``, and the files of the revision they refer to.

Git runs as a process: one per command, and one that reads all files of a repository.
"""

import atexit
import contextlib
import os
import subprocess
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from cnnaudit.errors import AuditError, input_error
from cnnaudit.sources.files import (
    MAX_BYTES,
    SourceFile,
    decode_architecture,
    printable,
    repository_root,
)

_SECONDS = 60


class Blob(NamedTuple):
    """The bytes of a file of a revision, its name in messages, and its resolver."""

    data: bytes
    shown: str
    resolver: "Revision"

    def opened(self) -> SourceFile:
        """The file as a text."""
        return SourceFile(decode_architecture(self.data, self.shown), self.resolver)


class Revision:
    """The tree of one revision below ``folder``, a path from the top of the repository."""

    def __init__(self, repository: Path, revision: str, folder: PurePosixPath) -> None:
        self.repository = repository
        self.revision = revision
        self.folder = folder

    def open(self, reference: str) -> SourceFile:
        """Read ``reference`` relative to this folder, from the same revision."""
        return self.read(reference, MAX_BYTES).opened()

    def read(self, reference: str, limit: int) -> Blob:
        """At most ``limit`` bytes of ``reference``."""
        parts: list[str] = []
        for part in (self.folder / reference).parts:
            if part == "..":
                if not parts:
                    message = f"'{reference}' is outside the repository"
                    raise input_error("outside-repository", message, self._shown(reference))
                parts.pop()
            else:
                parts.append(part)
        if reference.startswith("/"):
            message = f"'{reference}' is outside the repository"
            raise input_error("outside-repository", message, self._shown(reference))
        path = PurePosixPath(*parts)
        shown = self._shown(path)
        name = f"{self.revision}:{path}"
        data = read_object(self.repository, name, shown=shown, limit=limit)
        return Blob(data, shown, Revision(self.repository, self.revision, path.parent))

    def _shown(self, path: object) -> str:
        return printable(f"{self.revision}:{path}")


def read_revision(revision: str, path: str, limit: int = MAX_BYTES) -> Blob:
    """At most ``limit`` bytes of ``path``, relative to the working folder as in git.

    Raises ``AuditError`` if there is no repository, revision or file of that name.
    """
    shown = printable(f"{revision}:{path}")
    if revision.startswith("-"):
        raise input_error("unreadable", "a revision does not start with '-'", shown)
    here = Path.cwd().resolve()
    top = repository_root(here)
    if top is None:
        # Git also finds repositories by environment variables, or fails with a reason.
        top = Path(run_git(here, "rev-parse", "--show-toplevel", shown=shown).decode().strip())
    inside = PurePosixPath(here.relative_to(top.resolve()).as_posix())
    return Revision(top, revision, inside).read(path, limit)


def verify(revision: str) -> None:
    """Raise ``AuditError`` if git has no such commit, with help for shallow clones."""
    shown = printable(revision)
    if revision.startswith("-"):
        raise input_error("unreadable", "a revision does not start with '-'", shown)
    here = Path.cwd()
    try:
        run_git(here, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", shown=shown)
    except AuditError:
        # Raises if there is no repository at all.
        shallow = run_git(here, "rev-parse", "--is-shallow-repository", shown=shown)
        help = "`git branch -a` and `git tag` list what there is"
        if shallow.strip() == b"true":
            help = (
                "this is a shallow clone, which lacks most revisions: check out with"
                " `fetch-depth: 0`, or `git fetch --unshallow`"
            )
        message = "git has no such revision here"
        raise input_error("unreadable", message, shown, help) from None


# The processes ------------------------------------------------------------------------------------


def run_git(folder: Path, *arguments: str, shown: str, limit: int = MAX_BYTES) -> bytes:
    """The output of git in ``folder``, at most ``limit`` bytes; ``AuditError`` if it fails."""
    command = ["git", "-C", str(folder), *arguments]
    try:
        process = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)
    except FileNotFoundError:
        raise input_error("unreadable", "git is not installed", shown) from None
    except subprocess.TimeoutExpired:
        raise input_error("unreadable", "git did not answer within a minute", shown) from None
    if process.returncode != 0:
        lines = process.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = lines[0].removeprefix("fatal: ") if lines else "git failed"
        raise input_error("unreadable", f"not in git: {printable(reason)}", shown)
    return _limited(process.stdout, shown, limit)


class GitObjectReader:
    """``git cat-file --batch`` in one repository: a process that reads file after file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            ["git", "-C", str(folder), "cat-file", "--batch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def file(self, name: str) -> bytes | None:
        """The content of ``REV:path``; None if it is no file or git does not answer."""
        requests, answers = self._process.stdin, self._process.stdout
        assert requests is not None
        assert answers is not None
        if "\n" in name:
            return None
        try:
            requests.write(os.fsencode(name) + b"\n")
            requests.flush()
            # "OID TYPE SIZE", or the name again and what is wrong with it.
            *_, kind, size = [b"", b"", *answers.readline().split()]
            if not size.isdigit():
                return None
            data = answers.read(int(size))
            answers.read(1)
        except (OSError, ValueError):
            return None
        return data if kind == b"blob" else None

    def close(self) -> None:
        """End the process."""
        with contextlib.suppress(OSError, ValueError):
            self._process.communicate()


#: The repository that was read last, by the process that reads: one that was forked has its own.
_open: dict[int, GitObjectReader] = {}


def read_object(folder: Path, name: str, *, shown: str, limit: int) -> bytes:
    """``REV:path`` of the repository at ``folder``; raises ``AuditError`` if it cannot be read."""
    try:
        data = _objects(folder).file(name)
    except OSError:
        data = None
    if data is None:
        # The message of git is the reason.
        _refuse_folder(folder, name, shown)
        return run_git(folder, "show", name, shown=shown, limit=limit)
    return _limited(data, shown, limit)


def _refuse_folder(folder: Path, name: str, shown: str) -> None:
    """Raise ``AuditError`` for a folder, which git would list."""
    if run_git(folder, "cat-file", "-t", name, shown=shown).strip() == b"tree":
        raise input_error("unreadable", "this is a folder, and one file is needed", shown)


def _objects(folder: Path) -> GitObjectReader:
    here = os.getpid()
    if here in _open and _open[here].folder != folder:
        _open.pop(here).close()
    if here not in _open:
        _open[here] = GitObjectReader(folder)
        atexit.register(_open[here].close)
    return _open[here]


def _limited(data: bytes, shown: str, limit: int) -> bytes:
    if len(data) > limit:
        raise input_error("over-limit", f"the file is larger than {limit // 2**20} MiB", shown)
    return data
