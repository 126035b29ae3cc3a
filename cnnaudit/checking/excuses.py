"""Baselines over a run: what they excuse, what of them is stale, and the files written anew."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from cnnaudit.checking.baseline import Baseline, read, rewritten, text
from cnnaudit.checking.outcome import Checked, Located, Outcome
from cnnaudit.checking.run import Done
from cnnaudit.checking.settings import Settings
from cnnaudit.rules.selectable import entries
from cnnaudit.sources.files import display_path, exists

#: The baseline where nobody names one.
FILE = ".cnnaudit-baseline.json"


class Group(NamedTuple):
    """The files of one baseline: its place, whether somebody named it, and their checks.

    ``settings`` are those of each file, by its path.
    """

    file: Path
    named: bool
    files: tuple[Checked, ...]
    settings: Mapping[str, Settings]

    @property
    def counts(self) -> bool:
        """Whether there is a baseline, or one is expected to be."""
        return self.named or exists(self.file)

    def looked(self, file: Checked, rule: str) -> bool:
        """Whether a rule was asked what it finds in a file."""
        if rule == "regression" and file.earlier is None:
            return False
        entry = entries().get(rule)
        return entry is None or self.settings[file.path].wants(entry)


def excused(done: Sequence[Done], named: Path | None, settings: Settings) -> Outcome:
    """The outcome of a run, without what baselines excuse; their stale entries are remarked on.

    ``named`` is the command line's baseline, for all files; without it each file has that of its
    configuration, or the one that ``--write-baseline`` has left beside it. ``settings`` are those
    of the working folder.
    """
    files: list[Checked] = []
    for group in _groups(done, named):
        files += _sifted(group, settings)
    return Outcome(tuple(sorted(files, key=lambda file: file.path)), settings.fail_on)


def written(done: Sequence[Done], named: Path | None, *, keep_new: bool) -> list[tuple[Path, str]]:
    """Where baselines go, and their texts: all that is found now, or what was excused."""
    found = []
    groups = _groups(done, named)
    for group in groups:
        if keep_new:
            old = read(group.file) if exists(group.file) else Baseline(group.file, frozenset())
            found.append((group.file, text(rewritten(old, group.files, group.looked))))
        elif group.counts or len(groups) == 1:
            old = read(group.file)
            stale = set(old.stale(group.files, group.looked))
            found.append((group.file, text(old.keys - stale)))
    return found


def _groups(done: Sequence[Done], named: Path | None) -> list[Group]:
    together: dict[Path, list[Done]] = {}
    for one in done:
        place = named or _configured(one.settings) or _usual(one.settings)
        together.setdefault(place, []).append(one)
    return [
        Group(
            place,
            named is not None or any(_configured(one.settings) for one in ones),
            tuple(one.checked._replace(fail_on=one.settings.fail_on) for one in ones),
            {one.checked.path: one.settings for one in ones},
        )
        for place, ones in together.items()
    ]


def _sifted(group: Group, settings: Settings) -> list[Checked]:
    if not group.counts:
        return list(group.files)
    baseline = read(group.file)
    sifted = [baseline.sifted(file) for file in group.files]
    remarks = _stale(baseline, group, settings)
    if remarks:
        sifted.append(Checked(display_path(group.file), None, {}, remarks))
    return sifted


def _configured(settings: Settings) -> Path | None:
    if settings.baseline is None or settings.folder is None:
        return None
    return Path(settings.folder, settings.baseline)


def _usual(settings: Settings) -> Path:
    """Beside the configuration, or in the working folder."""
    return Path(settings.folder or ".", FILE)


def _stale(baseline: Baseline, group: Group, settings: Settings) -> tuple[Located, ...]:
    entry = entries()["stale-baseline"]
    if not settings.wants(entry):
        return ()
    shown = display_path(baseline.file)
    return tuple(
        Located(
            entry.code,
            entry.name,
            settings.level(entry),
            f"{key.rule} no longer occurs at {key.layer or 'the network'} of {key.path}",
            shown,
            help="`--prune-baseline` takes it out",
        )
        for key in baseline.stale(group.files, group.looked)
    )
