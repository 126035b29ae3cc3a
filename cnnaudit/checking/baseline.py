"""Baselines: findings that are known and excused, in files keyed by path, layer and rule."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cnnaudit.checking.results import CheckResult, FileResult
from cnnaudit.checking.runner import JobResult
from cnnaudit.checking.settings import CheckSettings
from cnnaudit.errors import Diagnostic, UsageError
from cnnaudit.rules.catalogue import SELECTABLE
from cnnaudit.sources.files import display_path, exists

#: The name of a baseline that no option and no configuration names.
DEFAULT_NAME = ".cnnaudit-baseline.json"
FORMAT_VERSION = 1


class Key(NamedTuple):
    """A rule and a layer of a file (None: the file as a whole); lines may change.

    ``path`` is relative to the baseline's folder, with forward slashes.
    """

    path: str
    layer: str | None
    rule: str


#: Whether a file was checked against a rule.
WasChecked = Callable[[FileResult, str], bool]


class Baseline(NamedTuple):
    """The keys of a baseline file, and where it is."""

    file: Path
    keys: frozenset[Key]

    def key(self, finding: Diagnostic) -> Key:
        """The key under which a finding would be excused."""
        return Key(relative(self.file, finding.path), finding.layer, finding.name)

    def apply(self, result: FileResult) -> FileResult:
        """A file's result without excused findings; input errors are never excused."""
        if result.totals is None:
            return result
        remaining = tuple(f for f in result.findings if self.key(f) not in self.keys)
        excused = len(result.findings) - len(remaining)
        return result._replace(findings=remaining, suppressed=result.suppressed + excused)

    def stale(self, files: Sequence[FileResult], was_checked: WasChecked) -> list[Key]:
        """The sorted keys without a finding in checked files, and those of deleted files."""
        audited = {
            relative(self.file, file.path): file for file in files if file.totals is not None
        }
        occurring = {self.key(finding) for file in files for finding in file.findings}
        folder = self.file.parent
        return sorted(
            (
                key
                for key in self.keys - occurring
                if (key.path in audited and was_checked(audited[key.path], key.rule))
                or not exists(folder / key.path.partition("@")[0])
            ),
            key=_order,
        )


# Files --------------------------------------------------------------------------------------------


def relative(file: Path, path: str) -> str:
    """A path relative to the baseline's folder."""
    return Path(display_path(Path(path).absolute(), file.absolute().parent)).as_posix()


def read(file: Path) -> Baseline:
    """Read a baseline; raises ``UsageError`` if it cannot be read."""
    shown = display_path(file)
    try:
        tree: Any = json.loads(file.read_bytes())
    except OSError as error:
        message = f"the baseline {shown} cannot be read: {error.strerror}"
        raise UsageError(f"{message}; `--write-baseline` makes one") from None
    except (ValueError, RecursionError):
        raise UsageError(f"the baseline {shown} is not JSON") from None
    entries = tree.get("findings") if isinstance(tree, dict) else None
    if not isinstance(entries, list) or tree.get("version") != FORMAT_VERSION:
        message = f"the baseline {shown} is not of version {FORMAT_VERSION}: write it anew"
        raise UsageError(message)
    return Baseline(file, frozenset(_key(entry, shown) for entry in entries))


def _key(entry: Any, shown: str) -> Key:
    if isinstance(entry, dict):
        path, layer, rule = (entry.get(name) for name in Key._fields)
        if isinstance(path, str) and isinstance(rule, str) and isinstance(layer, str | None):
            return Key(path, layer, rule)
    raise UsageError(f"the baseline {shown} holds an entry without path, layer and rule")


def rewritten(
    old: Baseline, files: Sequence[FileResult], was_checked: WasChecked
) -> frozenset[Key]:
    """The keys of all findings, and old keys that were not checked again."""
    occurring = {old.key(f) for file in files if file.totals is not None for f in file.findings}
    return frozenset(occurring | (old.keys - set(old.stale(files, was_checked))))


def text(keys: Iterable[Key]) -> str:
    """A baseline as JSON, an entry a line, which is easy to review."""
    rows = [json.dumps(key._asdict()) for key in sorted(keys, key=_order)]
    entries = ",\n    ".join(rows)
    inner = f"[\n    {entries}\n  ]" if rows else "[]"
    return f'{{\n  "version": {FORMAT_VERSION},\n  "findings": {inner}\n}}\n'


def _order(key: Key) -> tuple[str, str, str]:
    return key.path, key.layer or "", key.rule


# Runs ---------------------------------------------------------------------------------------------


class _Group(NamedTuple):
    """The files of one baseline, with their results, and the settings of each by its path.

    ``is_named`` if an option or a configuration names the baseline.
    """

    file: Path
    is_named: bool
    files: tuple[FileResult, ...]
    settings: Mapping[str, CheckSettings]

    @property
    def has_baseline(self) -> bool:
        """Whether a baseline exists or is named."""
        return self.is_named or exists(self.file)

    def was_checked(self, file: FileResult, name: str) -> bool:
        """Whether a file was checked against a rule."""
        if name == "regression" and file.previous is None:
            return False
        rule = SELECTABLE.get(name)
        return rule is None or self.settings[file.path].wants(rule)


def apply_baselines(
    results: Sequence[JobResult], named: Path | None, settings: CheckSettings
) -> CheckResult:
    """The result of a run without excused findings; stale entries of baselines are findings.

    ``named`` is the command line's baseline, for all files; without it each file has the one of its
    configuration, or the default one beside it. ``settings`` are those of the working folder.
    """
    files = [file for group in _groups(results, named) for file in _remaining(group, settings)]
    return CheckResult(tuple(sorted(files, key=lambda file: file.path)), settings.fail_on)


def updated_baselines(
    results: Sequence[JobResult], named: Path | None, *, keep_new: bool
) -> list[tuple[Path, str]]:
    """The baseline files and their new texts, without stale entries.

    With ``keep_new``, new findings are added.
    """
    updates = []
    groups = _groups(results, named)
    for group in groups:
        if keep_new:
            old = read(group.file) if exists(group.file) else Baseline(group.file, frozenset())
            updates.append((group.file, text(rewritten(old, group.files, group.was_checked))))
        elif group.has_baseline or len(groups) == 1:
            old = read(group.file)
            stale = set(old.stale(group.files, group.was_checked))
            updates.append((group.file, text(old.keys - stale)))
    return updates


def _groups(results: Sequence[JobResult], named: Path | None) -> list[_Group]:
    by_file: dict[Path, list[JobResult]] = {}
    for result in results:
        file = named or _configured(result.settings) or _default(result.settings)
        by_file.setdefault(file, []).append(result)
    return [
        _Group(
            file,
            named is not None or any(_configured(result.settings) for result in group),
            tuple(result.file._replace(fail_on=result.settings.fail_on) for result in group),
            {result.file.path: result.settings for result in group},
        )
        for file, group in by_file.items()
    ]


def _remaining(group: _Group, settings: CheckSettings) -> list[FileResult]:
    """The group's files without excused findings, and its baseline if it has stale entries."""
    if not group.has_baseline:
        return list(group.files)
    baseline = read(group.file)
    files = [baseline.apply(file) for file in group.files]
    stale = _stale_findings(baseline, group, settings)
    if stale:
        files.append(FileResult(display_path(group.file), None, {}, stale))
    return files


def _configured(settings: CheckSettings) -> Path | None:
    if settings.baseline is None or settings.folder is None:
        return None
    return Path(settings.folder, settings.baseline)


def _default(settings: CheckSettings) -> Path:
    """The default baseline, beside the configuration or in the working folder."""
    return Path(settings.folder or ".", DEFAULT_NAME)


def _stale_findings(
    baseline: Baseline, group: _Group, settings: CheckSettings
) -> tuple[Diagnostic, ...]:
    rule = SELECTABLE["stale-baseline"]
    if not settings.wants(rule):
        return ()
    shown = display_path(baseline.file)
    return tuple(
        Diagnostic(
            rule.code,
            rule.name,
            settings.level(rule),
            f"{key.rule} no longer occurs at {key.layer or 'the network'} of {key.path}",
            shown,
            help="`--prune-baseline` takes it out",
        )
        for key in baseline.stale(group.files, group.was_checked)
    )
