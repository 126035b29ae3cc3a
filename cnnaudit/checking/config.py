"""Reading a configuration: ``.cnnaudit.yaml``, or ``[tool.cnnaudit]`` in ``pyproject.toml``.

Both become the same tree, whose nodes have spans, and are read by the same functions. An unknown
key is an error.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cnnaudit.checking.settings import (
    PRESETS,
    CheckSettings,
    Override,
    is_rule_prefix,
    overlaid,
)
from cnnaudit.errors import LEVELS, Diagnostics, Level, did_you_mean, input_error, level_named
from cnnaudit.lazy import load_function
from cnnaudit.parsing.values import is_null
from cnnaudit.parsing.yaml_tree import ListNode, MapNode, ScalarNode, YamlNode, parse
from cnnaudit.rules.catalogue import RULES, SELECTABLE, is_input_error
from cnnaudit.sources.files import display_path, exists, is_file, printable, read_file

FILE = ".cnnaudit.yaml"
PYPROJECT = "pyproject.toml"
#: A likely misspelling, which would be ignored in silence with all its settings.
MISNAMED = ".cnnaudit.yml"
_RENAME = f"call the file {FILE}"
#: Reads ``budgets``; loaded when there are some.
_READ_BUDGETS = "cnnaudit.checking.budgets:read_budgets"

_WHOLE = re.compile(r"\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,18}(\.\d{1,18})?", re.ASCII)


class ConfigResolver:
    """Finds the configuration of each folder, or uses one file for all; reads each file once."""

    def __init__(self, file: Path | None = None) -> None:
        self._by_folder: dict[Path, CheckSettings] = {}
        self._only = read_config(file) if file else None

    def for_folder(self, folder: Path) -> CheckSettings:
        """The settings of the files in an absolute folder: the nearest, up to the repository's top.

        Raises ``AuditError`` for a configuration that cannot be read.
        """
        if self._only is not None:
            return self._only
        if folder not in self._by_folder:
            self._by_folder[folder] = self._nearest(folder)
        return self._by_folder[folder]

    def _nearest(self, folder: Path) -> CheckSettings:
        if is_file(folder / FILE):
            return read_config(folder / FILE)
        if exists(folder / MISNAMED):
            shown = display_path(folder / MISNAMED)
            raise input_error("unreadable", "settings of this name are not read", shown, _RENAME)
        path = folder / PYPROJECT
        if is_file(path) and _configures(path):
            return read_config(path)
        if folder.parent == folder or exists(folder / ".git"):
            return CheckSettings()
        return self.for_folder(folder.parent)


def _configures(path: Path) -> bool:
    """Whether a project file has a table for this program, or cannot be read."""
    try:
        text = path.read_text("utf-8", "replace")
    except OSError:
        return True  # reading it reports the reason
    if "cnnaudit" not in text:
        return False
    from cnnaudit.checking.toml import has_table  # noqa: PLC0415  most projects have none

    return has_table(text)


def read_config(path: Path) -> CheckSettings:
    """Read the settings of a file; raises ``AuditError`` with all its errors."""
    shown = display_path(path)
    source = read_file(path, shown)
    diagnostics = Diagnostics()
    if path.name.endswith(".toml"):
        from cnnaudit.checking.toml import tool_table  # noqa: PLC0415  most configurations are YAML

        tree = tool_table(source, diagnostics)
    else:
        tree = parse(source, diagnostics)
    settings = CheckSettings()
    if isinstance(tree, MapNode):
        settings = _settings(tree, diagnostics)
    elif tree is not None:
        diagnostics.error("invalid-value", "expected a mapping of settings", tree.span)
    diagnostics.raise_any()
    return settings._replace(path=shown, folder=str(path.resolve().parent))


def _settings(tree: MapNode, diagnostics: Diagnostics) -> CheckSettings:
    preset = PRESETS["default"]
    node = tree.get("extends")
    if node is not None:
        name = _word(node, tuple(PRESETS), diagnostics)
        preset = PRESETS.get(name or "", preset)
    keys = _keys(tree, _KEYS, diagnostics)
    keys.pop("extends", None)
    return overlaid(preset, keys)


def _keys(tree: MapNode, readers: "dict[str, _Reader]", diagnostics: Diagnostics) -> dict[str, Any]:
    """The values of the keys that have a reader; any other key is an error."""
    values = {}
    for key, node in tree.entries:
        reader = readers.get(key.text)
        if reader is None:
            message = f"unknown key '{printable(key.text)}'"
            help = did_you_mean(key.text, tuple(readers))
            if key.text.replace("-", "_") in readers:
                help = f"did you mean '{key.text.replace('-', '_')}'?"
            diagnostics.error("unknown-key", message, key.span, help)
            continue
        value = None if is_null(node) else reader(node, diagnostics)
        if value is not None:
            values[key.text] = value
    return values


# Readers of values --------------------------------------------------------------------------------

_Reader = Callable[[YamlNode, Diagnostics], Any]


def _word(node: YamlNode, choices: tuple[str, ...], diagnostics: Diagnostics) -> str | None:
    if isinstance(node, ScalarNode) and node.text in choices:
        return node.text
    text = node.text if isinstance(node, ScalarNode) else ""
    help = did_you_mean(text, choices)
    diagnostics.error("invalid-value", f"expected one of {', '.join(choices)}", node.span, help)
    return None


def _preset(node: YamlNode, _diagnostics: Diagnostics) -> str | None:
    """The preset; ``_settings`` has read it, since other keys are laid over it."""
    return node.text if isinstance(node, ScalarNode) else None


def _level(node: YamlNode, diagnostics: Diagnostics) -> Level | None:
    word = _word(node, LEVELS, diagnostics)
    return level_named(word) if word else None


def _texts(node: YamlNode, diagnostics: Diagnostics) -> tuple[str, ...] | None:
    items = node.items if isinstance(node, ListNode) else (node,)
    if all(isinstance(item, ScalarNode) for item in items):
        return tuple(item.text for item in items if isinstance(item, ScalarNode))
    diagnostics.error("invalid-value", "expected a list of texts", node.span)
    return None


def _prefixes(node: YamlNode, diagnostics: Diagnostics) -> tuple[str, ...] | None:
    items = node.items if isinstance(node, ListNode) else (node,)
    prefixes = []
    for item in items:
        text = item.text if isinstance(item, ScalarNode) else ""
        if text and is_rule_prefix(text):
            prefixes.append(text)
        else:
            _report_unknown_rule(item, diagnostics)
    return tuple(prefixes)


def _report_unknown_rule(node: YamlNode, diagnostics: Diagnostics) -> None:
    text = node.text if isinstance(node, ScalarNode) else ""
    if is_input_error(text):
        message = f"'{text}' is an error of the file that is checked, and is always said"
        diagnostics.error("unknown-key", message, node.span, "take it out")
        return
    message = f"no rule has the code or name '{printable(text)}', or one that starts so"
    help = did_you_mean(text, tuple(SELECTABLE)) or "`cnnaudit rules` lists them"
    diagnostics.error("unknown-key", message, node.span, help)


def _text(node: YamlNode, diagnostics: Diagnostics) -> str | None:
    if isinstance(node, ScalarNode) and node.text:
        return node.text
    diagnostics.error("invalid-value", "expected a path", node.span)
    return None


def _mapping(node: YamlNode, diagnostics: Diagnostics) -> tuple[tuple[ScalarNode, YamlNode], ...]:
    if isinstance(node, MapNode):
        return node.entries
    diagnostics.error("invalid-value", "expected a mapping", node.span)
    return ()


def _levels(node: YamlNode, diagnostics: Diagnostics) -> dict[str, Level]:
    levels = {}
    for key, value in _mapping(node, diagnostics):
        name = _rule_name(key.text)
        if name is None:
            _report_unknown_rule(key, diagnostics)
        elif level := _level(value, diagnostics):
            levels[name] = level
    return levels


def _rule_name(text: str) -> str | None:
    """A rule's name, from its name or code."""
    return next((r.name for r in SELECTABLE.values() if text in (r.code, r.name)), None)


def _rules(node: YamlNode, diagnostics: Diagnostics) -> dict[str, dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = {}
    for key, values in _mapping(node, diagnostics):
        name = _rule_name(key.text)
        if name not in RULES:
            _report_unknown_rule(key, diagnostics)
            continue
        defaults = RULES[name].defaults
        if not defaults:
            diagnostics.error("unknown-key", f"'{name}' has no options", key.span)
            continue
        rules[name] = _options(values, name, defaults, diagnostics)
    return rules


def _options(
    node: YamlNode, rule: str, defaults: dict[str, Any], diagnostics: Diagnostics
) -> dict[str, Any]:
    """The options of one rule."""
    options = {}
    for key, value in _mapping(node, diagnostics):
        if key.text not in defaults:
            message = f"'{rule}' has no option '{printable(key.text)}'"
            help = did_you_mean(key.text, tuple(defaults))
            diagnostics.error("unknown-key", message, key.span, help)
            continue
        option = _option(value, defaults[key.text], diagnostics)
        if option is not None:
            options[key.text] = option
    return options


def _option(node: YamlNode, default: Any, diagnostics: Diagnostics) -> Any:
    """A value of the type of an option's default: a flag, a number, or a list of either."""
    if isinstance(default, tuple):
        items = node.items if isinstance(node, ListNode) else (node,)
        values = tuple(_option(item, default[0], diagnostics) for item in items)
        return None if None in values else values
    text = node.text if isinstance(node, ScalarNode) else ""
    if isinstance(default, bool):
        if text in ("true", "false"):
            return text == "true"
        diagnostics.error("invalid-value", "expected true or false", node.span)
        return None
    is_integer = isinstance(default, int)
    if not (_WHOLE if is_integer else _DECIMAL).fullmatch(text):
        expected = "a whole number, 0 or more" if is_integer else "a number, 0 or more"
        diagnostics.error("invalid-value", f"expected {expected}, such as {default}", node.span)
        return None
    return type(default)(text)


def _budgets(node: YamlNode, diagnostics: Diagnostics) -> dict[str, int]:
    budgets: dict[str, int] = load_function(_READ_BUDGETS)(_mapping(node, diagnostics), diagnostics)
    return budgets


def _overrides(node: YamlNode, diagnostics: Diagnostics) -> tuple[Override, ...]:
    overrides = []
    for item in node.items if isinstance(node, ListNode) else (node,):
        if not isinstance(item, MapNode):
            diagnostics.error("invalid-value", "expected a mapping with `paths`", item.span)
            continue
        keys = _keys(item, {"paths": _texts, **_PER_PATH}, diagnostics)
        paths = keys.pop("paths", None)
        if paths is None:
            message = "the key 'paths' is missing: which files is this for?"
            diagnostics.error("missing-key", message, item.span, 'paths: ["legacy/**"]')
            continue
        overrides.append(Override(paths, keys))
    return tuple(overrides)


#: The keys that may differ from path to path.
_PER_PATH: dict[str, _Reader] = {
    "select": _prefixes,
    "ignore": _prefixes,
    "levels": _levels,
    "rules": _rules,
    "budgets": _budgets,
}
_KEYS: dict[str, _Reader] = {
    "extends": _preset,
    **_PER_PATH,
    "fail_on": _level,
    "exclude": _texts,
    "overrides": _overrides,
    "baseline": _text,
}
