"""A baseline over a run: what it excuses, what of it is stale, and the file written anew."""

from collections.abc import Sequence
from pathlib import Path

from cnnaudit.checking.baseline import Baseline, read, rewritten, text
from cnnaudit.checking.outcome import Checked, Located, Outcome
from cnnaudit.checking.settings import Settings
from cnnaudit.parsing.source import display_path
from cnnaudit.rules.selectable import entries

#: The baseline where nobody names one.
FILE = ".cnnaudit-baseline.json"


def excused(files: Sequence[Checked], named: Path | None, settings: Settings) -> Outcome:
    """The outcome of a run, without what the baseline excuses; its stale entries are remarked on.

    ``named`` is the command line's baseline; without it the configuration's, or the one that
    ``--write-baseline`` has left where nobody named another.
    """
    path = named or _configured(settings)
    if path is None:
        path = _usual(settings)
        if not path.exists():
            return Outcome(tuple(files), settings.fail_on)
    baseline = read(path)
    sifted = [baseline.sifted(file) for file in files]
    remarks = _stale(baseline, files, settings)
    if remarks:
        sifted.append(Checked(display_path(path), None, {}, remarks))
    return Outcome(tuple(sorted(sifted, key=lambda file: file.path)), settings.fail_on)


def written(
    files: Sequence[Checked], named: Path | None, settings: Settings, *, keep_new: bool
) -> tuple[Path, str]:
    """Where the baseline goes, and its text: all that is found now, or what was excused."""
    path = named or _configured(settings) or _usual(settings)
    old = read(path) if path.exists() or not keep_new else Baseline(path, frozenset())
    if keep_new:
        return path, text(rewritten(old, files))
    return path, text(old.keys - set(old.stale(files)))


def _configured(settings: Settings) -> Path | None:
    if settings.baseline is None or settings.folder is None:
        return None
    return Path(settings.folder, settings.baseline)


def _usual(settings: Settings) -> Path:
    """Beside the configuration, or in the working folder."""
    return Path(settings.folder or ".", FILE)


def _stale(baseline: Baseline, files: Sequence[Checked], settings: Settings) -> tuple[Located, ...]:
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
        for key in baseline.stale(files)
    )
