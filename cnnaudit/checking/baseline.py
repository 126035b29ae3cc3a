"""Findings that are known and excused: a file keyed by path, layer and rule, never by line."""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cnnaudit.checking.outcome import Checked, Located
from cnnaudit.errors import UsageError
from cnnaudit.sources.files import display_path, exists

VERSION = 1


class Key(NamedTuple):
    """What is excused: a rule's findings at a layer of a file (None: at the file as a whole).

    ``path`` is relative to the baseline's folder, with forward slashes.
    """

    path: str
    layer: str | None
    rule: str


#: Whether a rule was asked what it finds in a file.
Looked = Callable[[Checked, str], bool]


class Baseline(NamedTuple):
    """The keys of a baseline file, and where it is."""

    file: Path
    keys: frozenset[Key]

    def key(self, finding: Located) -> Key:
        """The key under which a finding would be excused."""
        return Key(relative(self.file, finding.path), finding.layer, finding.name)

    def sifted(self, checked: Checked) -> Checked:
        """A file's check without the findings that are excused. Input errors never are."""
        if checked.totals is None:
            return checked
        kept = tuple(f for f in checked.findings if self.key(f) not in self.keys)
        silenced = len(checked.findings) - len(kept)
        return checked._replace(findings=kept, suppressed=checked.suppressed + silenced)

    def stale(self, files: Sequence[Checked], looked: Looked) -> list[Key]:
        """What no longer occurs, sorted: where it was looked for, or in files that are gone."""
        seen = {relative(self.file, file.path): file for file in files if file.totals is not None}
        found = {self.key(finding) for file in files for finding in file.findings}
        folder = self.file.parent
        return sorted(
            (
                key
                for key in self.keys - found
                if (key.path in seen and looked(seen[key.path], key.rule))
                or not exists(folder / key.path.partition("@")[0])
            ),
            key=_order,
        )


def relative(file: Path, path: str) -> str:
    """A path as messages show it, relative to the baseline's folder."""
    return Path(display_path(Path(path).absolute(), file.absolute().parent)).as_posix()


def read(file: Path) -> Baseline:
    """The baseline in a file; raises ``UsageError`` where it cannot be read."""
    shown = display_path(file)
    try:
        tree: Any = json.loads(file.read_bytes())
    except OSError as error:
        message = f"the baseline {shown} cannot be read: {error.strerror}"
        raise UsageError(f"{message}; `--write-baseline` makes one") from None
    except (ValueError, RecursionError):
        raise UsageError(f"the baseline {shown} is not JSON") from None
    entries = tree.get("findings") if isinstance(tree, dict) else None
    if not isinstance(entries, list) or tree.get("version") != VERSION:
        raise UsageError(f"the baseline {shown} is not of version {VERSION}: write it anew")
    return Baseline(file, frozenset(_key(entry, shown) for entry in entries))


def _key(entry: Any, shown: str) -> Key:
    if isinstance(entry, dict):
        path, layer, rule = (entry.get(name) for name in Key._fields)
        if isinstance(path, str) and isinstance(rule, str) and isinstance(layer, str | None):
            return Key(path, layer, rule)
    raise UsageError(f"the baseline {shown} holds an entry without path, layer and rule")


def rewritten(old: Baseline, files: Sequence[Checked], looked: Looked) -> frozenset[Key]:
    """The keys of what is found now, and of what was not looked for."""
    found = {old.key(f) for file in files if file.totals is not None for f in file.findings}
    return frozenset(found | (old.keys - set(old.stale(files, looked))))


def text(keys: Iterable[Key]) -> str:
    """A baseline as JSON, an entry a line, so that a review shows what comes and goes."""
    rows = [json.dumps(key._asdict()) for key in sorted(keys, key=_order)]
    listed = ",\n    ".join(rows)
    inner = f"[\n    {listed}\n  ]" if rows else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {inner}\n}}\n'


def _order(key: Key) -> tuple[str, str, str]:
    return key.path, key.layer or "", key.rule
