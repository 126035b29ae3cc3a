"""Files as they are in a git revision: ``REV:path``, and what they refer to in that revision."""

import subprocess
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from cnnaudit.errors import AuditError, file_error
from cnnaudit.parsing.source import MAX_BYTES, Opened, decode, printable


class Blob(NamedTuple):
    """The bytes of a file of a revision, how messages name it, and what it may refer to."""

    data: bytes
    shown: str
    library: "Revision"

    def opened(self) -> Opened:
        """The file as a text."""
        return Opened(decode(self.data, self.shown), self.library)


class Revision:
    """The tree of one revision below ``folder``, a path from the top of the repository."""

    def __init__(self, repository: Path, revision: str, folder: PurePosixPath) -> None:
        self.repository = repository
        self.revision = revision
        self.folder = folder

    def open(self, reference: str) -> Opened:
        """Read ``reference`` relative to this folder, from the same revision."""
        return self.read(reference, MAX_BYTES).opened()

    def read(self, reference: str, limit: int) -> Blob:
        """At most ``limit`` bytes of ``reference``."""
        parts: list[str] = []
        for part in (self.folder / reference).parts:
            if part == "..":
                if not parts:
                    message = f"'{reference}' is outside the repository"
                    raise file_error("outside-repository", message, self._shown(reference))
                parts.pop()
            else:
                parts.append(part)
        if reference.startswith("/"):
            message = f"'{reference}' is outside the repository"
            raise file_error("outside-repository", message, self._shown(reference))
        path = PurePosixPath(*parts)
        shown = self._shown(path)
        data = _git(self.repository, "show", f"{self.revision}:{path}", shown=shown, limit=limit)
        return Blob(data, shown, Revision(self.repository, self.revision, path.parent))

    def _shown(self, path: object) -> str:
        return printable(f"{self.revision}:{path}")


def read_revision(revision: str, path: str, limit: int = MAX_BYTES) -> Blob:
    """At most ``limit`` bytes of ``path``, relative to the working folder as in git.

    Raises ``AuditError`` where there is no repository, no such revision or no such file in it.
    """
    shown = printable(f"{revision}:{path}")
    if revision.startswith("-"):
        raise file_error("unreadable", "a revision does not start with '-'", shown)
    here = Path.cwd()
    top = Path(_git(here, "rev-parse", "--show-toplevel", shown=shown).decode().strip())
    inside = PurePosixPath(here.resolve().relative_to(top.resolve()).as_posix())
    return Revision(top, revision, inside).read(path, limit)


def verify(revision: str) -> None:
    """Raise ``AuditError`` where git has no such commit, and say why a shallow clone has not."""
    shown = printable(revision)
    if revision.startswith("-"):
        raise file_error("unreadable", "a revision does not start with '-'", shown)
    here = Path.cwd()
    try:
        _git(here, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", shown=shown)
    except AuditError:
        # Where there is no repository at all, this says so.
        answer = _git(here, "rev-parse", "--is-shallow-repository", shown=shown)
        help = "`git branch -a` and `git tag` list what there is"
        if answer.strip() == b"true":
            help = (
                "this is a shallow clone, which lacks most revisions: check out with"
                " `fetch-depth: 0`, or `git fetch --unshallow`"
            )
        message = "git has no such revision here"
        raise file_error("unreadable", message, shown, help) from None


def _git(folder: Path, *arguments: str, shown: str, limit: int = MAX_BYTES) -> bytes:
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    except FileNotFoundError:
        raise file_error("unreadable", "git is not installed", shown) from None
    except subprocess.TimeoutExpired:
        raise file_error("unreadable", "git did not answer within a minute", shown) from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[0].removeprefix("fatal: ") if said else "git failed"
        raise file_error("unreadable", f"not in git: {printable(reason)}", shown)
    if len(done.stdout) > limit:
        raise file_error("over-limit", f"the file is larger than {limit // 2**20} MiB", shown)
    return done.stdout
