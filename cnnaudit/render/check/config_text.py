"""The settings of a check as a configuration would write them, for ``--show-config``."""

from collections.abc import Sequence

from cnnaudit.checking.runner import Job
from cnnaudit.checking.settings import CheckSettings
from cnnaudit.exporters.architecture import quoted
from cnnaudit.rules.catalogue import SELECTABLE
from cnnaudit.sources.files import printable


def render(jobs: Sequence[Job], default: CheckSettings) -> str:
    """The settings of each group of files that share them, with every rule's level and options.

    ``default`` are the settings to show without files.
    """
    groups: list[tuple[CheckSettings, list[str]]] = []
    for job in jobs:
        group = next((names for settings, names in groups if settings == job.settings), None)
        if group is None:
            groups.append((job.settings, [job.operand]))
        else:
            group.append(job.operand)
    if not groups:
        groups.append((default, []))
    return "\n".join(_settings_text(settings, names) for settings, names in groups)


def _settings_text(settings: CheckSettings, names: Sequence[str]) -> str:
    source = settings.path or "the defaults: there is no configuration"
    lines = [f"# from {source}"]
    if names:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        lines.append(f"# for {printable(', '.join(names[:3]))}{more}")
    lines.append(f"fail_on: {settings.fail_on}")
    for key in ("select", "ignore", "exclude"):
        lines.append(f"{key}: {quoted(getattr(settings, key))}")
    lines.append(f"baseline: {quoted(settings.baseline)}")
    lines.append(f"budgets: {quoted(settings.budgets)}")
    selected = [rule for rule in SELECTABLE.values() if settings.wants(rule)]
    lines.append("levels:")
    lines += [f"  {rule.name}: {settings.level(rule)}" for rule in selected]
    lines.append("rules:")
    for rule in selected:
        if rule.options:
            options = {**rule.defaults, **settings.rules.get(rule.name, {})}
            lines.append(f"  {rule.name}: {quoted(options)}")
    return "\n".join(lines) + "\n"
