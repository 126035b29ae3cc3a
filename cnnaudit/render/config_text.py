"""The settings of a check as a configuration would write them, for ``--show-config``."""

from collections.abc import Callable, Sequence

from cnnaudit.checking.run import Job
from cnnaudit.checking.settings import Settings
from cnnaudit.parsing.quoting import quoted
from cnnaudit.rules.selectable import selectable
from cnnaudit.rules.table import RULES
from cnnaudit.sources.files import printable


def render(todo: Sequence[Job], here: Settings, adjust: Callable[[Settings], Settings]) -> str:
    """The settings of each group of files that share them, with every rule's level and options.

    Where there are no files, those of the working folder.
    """
    groups: list[tuple[Settings, list[str]]] = []
    for job in todo:
        known = next((names for settings, names in groups if settings == job.settings), None)
        if known is None:
            groups.append((job.settings, [job.operand]))
        else:
            known.append(job.operand)
    if not groups:
        groups.append((adjust(here), []))
    return "\n".join(_one(settings, names) for settings, names in groups)


def _one(settings: Settings, names: Sequence[str]) -> str:
    source = settings.path or "the defaults: there is no configuration"
    lines = [f"# from {source}"]
    if names:
        more = f" and {len(names) - 3} more" if len(names) > 3 else ""
        lines.append(f"# for {printable(', '.join(names[:3]))}{more}")
    lines.append(f"fail_on: {settings.fail_on.value}")
    for key in ("select", "ignore", "exclude"):
        lines.append(f"{key}: {quoted(getattr(settings, key))}")
    lines.append(f"baseline: {quoted(settings.baseline)}")
    lines.append(f"budgets: {quoted(settings.budgets)}")
    wanted = [entry for entry in selectable() if settings.wants(entry)]
    lines.append("levels:")
    lines += [f"  {entry.name}: {settings.level(entry).value}" for entry in wanted]
    lines.append("rules:")
    for entry in wanted:
        rule = RULES.get(entry.name)
        if rule is not None and rule.options:
            options = {**rule.defaults, **settings.rules.get(rule.name, {})}
            lines.append(f"  {rule.name}: {quoted(options)}")
    return "\n".join(lines) + "\n"
