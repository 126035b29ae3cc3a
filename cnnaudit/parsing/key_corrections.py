"""Helps for keys of a file, of ``training`` and of ``expect`` under the names of other programs."""

from collections.abc import Iterable

from cnnaudit.errors import did_you_mean
from cnnaudit.parsing import other_keys, other_words
from cnnaudit.parsing.corrections import enumerated, is_number, written
from cnnaudit.parsing.layer_settings import Keys
from cnnaudit.parsing.other_names import Form, KeyNames, plain_name
from cnnaudit.parsing.other_values import (
    numbers,
    other_word,
    value_text,
)
from cnnaudit.parsing.yaml_tree import ListNode, MapNode, ScalarNode, YamlNode, flow_text
from cnnaudit.quantities import CLAIMS, aliases_of, name_hint

#: Keys whose number alone is the side of a square image.
_SQUARES = ("imgsize", "imagesize", "imgsz", "resolution", "inputresolution", "imageshape")


def top_level_key(name: str, value: YamlNode) -> str | None:
    """The key at the top that other programs call ``name``; None if no table has it."""
    plain = plain_name(name)
    if name in _SPLIT_INPUT:
        return "input"
    is_group = isinstance(value, MapNode)
    if plain == "modules" and not is_group:
        return "layers"
    entries = [
        entry
        for entry in other_keys.TOP_LEVEL_NAMES
        if plain in map(plain_name, (entry.key, *entry.names))
    ]
    if not entries:
        return None
    key = entries[0].key
    if key == "layers" and isinstance(value, ScalarNode):
        return "name"
    if key == "vars" and not is_group:
        return None
    return key


#: Darknet's shape of the input, one key an axis.
_SPLIT_INPUT = ("height", "width", "channels")


def correct_top_level(name: str, value: YamlNode, tree: MapNode) -> str | None:
    """What to write for an unknown key at the top of a file; None if no table has it."""
    plain = plain_name(name)
    if name in _SPLIT_INPUT:
        sizes = [tree.get(key) for key in _SPLIT_INPUT]
        texts = [flow_text(size) for size in sizes if size is not None]
        return f"write `input: {'x'.join(texts)}`" if len(texts) == 3 else None
    for entry in other_keys.NEEDLESS_KEYS:
        if plain in map(plain_name, entry.names):
            return f"leave out `{name}`: {entry.reason}"
    key = top_level_key(name, value)
    if key is None and (claim := _path(other_keys.EXPECT_NAMES, name)) and is_number(value):
        return f"write `expect: {{{claim}: {flow_text(value)}}}`"
    if key is None:
        return _as_training(tree) if _path_at_top(name) else None
    if tree.get(key) is not None:
        return f"leave out `{name}`: `{key}` is there"
    if isinstance(value, MapNode) or (isinstance(value, ListNode) and key != "input"):
        return f"write `{key}:`"
    form = next(entry.form for entry in other_keys.TOP_LEVEL_NAMES if entry.key == key)
    text = value_text(value, form)
    if key == "input" and plain in _SQUARES and len(numbers(value)) == 1:
        text = f"{text}x{text}x3"
    if key == "backbone":
        text = f"{{file: {text}}}"
    return f"write `{key}: {text}`" if text is not None else f"it is called '{key}' here"


def _path(names: tuple[KeyNames, ...], name: str) -> str | None:
    """The key here of a name in a table of keys."""
    plain = plain_name(name)
    for entry in names:
        if plain in (plain_name(entry.key.rpartition(".")[2]), *map(plain_name, entry.names)):
            return entry.key
    return None


def _path_at_top(name: str) -> str | None:
    """The path of a setting that stands at the top; some names mean too much there."""
    path = _training_path(name)
    return None if path in ("optimizer.type", "dataset.classes", "dataset") else path


def _training_path(name: str) -> str | None:
    return _path(other_keys.TRAINING_NAMES, name)


def _as_training(tree: MapNode) -> str:
    """All keys at the top that belong under ``training``, with those that are there already."""
    pairs: list[tuple[str, YamlNode]] = []
    given = tree.get("training")
    pairs += (
        [(key.text, value) for key, value in given.entries] if isinstance(given, MapNode) else []
    )
    pairs += [
        (key.text, value)
        for key, value in tree.entries
        if _path_at_top(key.text) and top_level_key(key.text, value) is None
    ]
    return f"write `training: {_training_text(pairs)}`"


def _training_text(pairs: Iterable[tuple[str, YamlNode]]) -> str:
    """Settings of training by their groups, in one line."""
    plain: dict[str, str] = {}
    groups: dict[str, dict[str, str]] = {}
    for name, value in pairs:
        path = _training_path(name) or name
        group, _, key = path.rpartition(".")
        if path in ("optimizer", "dataset") and isinstance(value, MapNode):
            inner = {key.text: flow_text(node) for key, node in value.entries}
            groups.setdefault(path, {}).update(inner)
        elif path == "optimizer":
            groups.setdefault(path, {})["type"] = _training_value("optimizer.type", value)
        elif group:
            groups.setdefault(group, {})[key] = _training_value(path, value)
        else:
            plain[path] = _training_value(path, value)
    return written(
        {**plain, **{group: written(group_entries) for group, group_entries in groups.items()}}
    )


def _training_value(path: str, value: YamlNode) -> str:
    tables_of = {
        "optimizer.type": other_words.OPTIMIZER_NAMES,
        "precision": other_words.PRECISION_NAMES,
    }
    text = flow_text(value)
    return (other_word(text, tuple(tables_of[path])) if path in tables_of else None) or text


def correct_training(group: str, name: str, value: YamlNode, keys: Keys) -> str | None:
    """What to write for an unknown key of ``training`` or of one of its groups."""
    path = _training_path(name)
    if group:
        group_entries = [
            entry for entry in other_keys.TRAINING_NAMES if entry.key.startswith(f"{group}.")
        ]
        path = _path(tuple(group_entries), name)
    if path is None:
        return None
    inner, _, key = path.rpartition(".")
    if inner == group:
        if key in keys:
            return f"leave out `{name}`: `{key}: {flow_text(keys[key][1])}` says it"
        return f"write `{key}: {_training_value(path, value)}`"
    if inner and not group:
        pairs = [(inner, keys[inner][1])] if inner in keys else []
        others = [(other, pair[1]) for other, pair in keys.items()]
        pairs += [(n, v) for n, v in others if (_training_path(n) or "").startswith(f"{inner}.")]
        text = _training_text(pairs)
        return f"write `{text[1:-1]}`"
    return None


def correct_expect(name: str, value: YamlNode, keys: Keys) -> str | None:
    """What to write for an unknown key of ``expect``; None if no table has it."""
    limit = "max_" if name.startswith("max_") else ""
    claim = _path(other_keys.EXPECT_NAMES, name.removeprefix("max_"))
    if claim is None:
        return None
    if limit + claim in keys:
        return f"leave out `{name}`: `{limit}{claim}` is there"
    text = value_text(value, Form.SHAPE if claim == "output" else Form.SAME)
    return f"write `{limit}{claim}: {text}`"


def top_level_help(name: str, value: YamlNode, tree: MapNode, keys: tuple[str, ...]) -> str:
    """The help of an unknown key at the top of a file."""
    correction = correct_top_level(name, value, tree)
    return correction or did_you_mean(name, keys) or f"the keys are {enumerated(keys)}"


def training_help(
    group: str, name: str, value: YamlNode, keys: Keys, names: tuple[str, ...]
) -> str:
    """The help of an unknown key of ``training``."""
    correction = correct_training(group, name, value, keys)
    return correction or did_you_mean(name, names) or f"there are {enumerated(names)}"


def expect_help(name: str, value: YamlNode, keys: Keys) -> str:
    """The help of an unknown key of ``expect``."""
    correction = correct_expect(name, value, keys)
    if correction or name.startswith("max_") or name == "memory":
        return correction or name_hint(name.removeprefix("max_"), CLAIMS)
    names = ("output", *CLAIMS, *aliases_of(CLAIMS), *(f"max_{claim}" for claim in CLAIMS))
    near = did_you_mean(name, names)
    return near or f"there are {enumerated(('output', *CLAIMS))}, and `max_` before a quantity"
