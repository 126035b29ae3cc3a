"""Files as they are in a git revision: ``REV:path``, and what they refer to in that revision."""

from pathlib import Path, PurePosixPath
from typing import NamedTuple

from cnnaudit.errors import AuditError, input_error
from cnnaudit.gitprocess import answer, file_of
from cnnaudit.parsing.source import MAX_BYTES, Opened, decode, printable, repository_root


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
        data = file_of(self.repository, name, shown=shown, limit=limit)
        return Blob(data, shown, Revision(self.repository, self.revision, path.parent))

    def _shown(self, path: object) -> str:
        return printable(f"{self.revision}:{path}")


def read_revision(revision: str, path: str, limit: int = MAX_BYTES) -> Blob:
    """At most ``limit`` bytes of ``path``, relative to the working folder as in git.

    Raises ``AuditError`` where there is no repository, no such revision or no such file in it.
    """
    shown = printable(f"{revision}:{path}")
    if revision.startswith("-"):
        raise input_error("unreadable", "a revision does not start with '-'", shown)
    here = Path.cwd().resolve()
    top = repository_root(here)
    if top is None:
        # Git knows of other places, and says so where there is none.
        top = Path(answer(here, "rev-parse", "--show-toplevel", shown=shown).decode().strip())
    inside = PurePosixPath(here.relative_to(top.resolve()).as_posix())
    return Revision(top, revision, inside).read(path, limit)


def verify(revision: str) -> None:
    """Raise ``AuditError`` where git has no such commit, and say why a shallow clone has not."""
    shown = printable(revision)
    if revision.startswith("-"):
        raise input_error("unreadable", "a revision does not start with '-'", shown)
    here = Path.cwd()
    try:
        answer(here, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", shown=shown)
    except AuditError:
        # Where there is no repository at all, this says so.
        shallow = answer(here, "rev-parse", "--is-shallow-repository", shown=shown)
        help = "`git branch -a` and `git tag` list what there is"
        if shallow.strip() == b"true":
            help = (
                "this is a shallow clone, which lacks most revisions: check out with"
                " `fetch-depth: 0`, or `git fetch --unshallow`"
            )
        message = "git has no such revision here"
        raise input_error("unreadable", message, shown, help) from None
