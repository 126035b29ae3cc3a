"""Reads the keys ``training`` and ``expect``: training settings, and claims about totals."""

from collections.abc import Mapping
from string import ascii_letters

from cnnaudit.lazy import load_function
from cnnaudit.ops.op import FieldType
from cnnaudit.parsing.layer_settings import Keys, Scope, keys_of
from cnnaudit.parsing.values import ParsedValue, is_null, read
from cnnaudit.parsing.yaml_tree import MapNode, ScalarNode, YamlNode
from cnnaudit.quantities import CLAIMS, full_name
from cnnaudit.sources.files import printable

OPTIMIZERS = ("sgd", "momentum", "adam", "adamw", "rmsprop", "adagrad")
PRECISIONS = ("fp32", "fp16", "bf16", "int8", "mixed")

#: What to write instead of an unknown key; loaded when there is one.
_TRAINING_HELP = "cnnaudit.parsing.key_corrections:training_help"
_EXPECT_HELP = "cnnaudit.parsing.key_corrections:expect_help"
#: Reads an amount with a unit; loaded when there is one.
_CLAIMED_AMOUNT = "cnnaudit.parsing.claimed_amount:claimed_amount"

_Form = tuple[FieldType, tuple[str, ...]]

#: Keys of ``training`` by group; a word without choices may be any text.
_TRAINING: dict[str, dict[str, _Form]] = {
    "": {
        "batch_size": (FieldType.WHOLE, ()),
        "epochs": (FieldType.WHOLE, ()),
        "loss": (FieldType.CHOICE, ()),
        "precision": (FieldType.CHOICE, PRECISIONS),
    },
    "optimizer": {
        "type": (FieldType.CHOICE, OPTIMIZERS),
        "lr": (FieldType.NUMBER, ()),
        "momentum": (FieldType.NUMBER, ()),
        "weight_decay": (FieldType.NUMBER, ()),
    },
    "dataset": {"images": (FieldType.WHOLE, ()), "classes": (FieldType.WHOLE, ())},
}


def training_type(path: str) -> FieldType:
    """What kind of value a key of ``training`` takes, given by its path."""
    group, _, name = path.rpartition(".")
    return _TRAINING[group][name][0]


def claim_type(name: str) -> FieldType:
    """What kind of value a key of ``expect`` takes."""
    return FieldType.SHAPE if name == "output" else FieldType.NUMBER


def read_training(
    node: MapNode, inherited: Mapping[str, ParsedValue], scope: Scope
) -> dict[str, ParsedValue]:
    """Training settings by path: ``batch_size``, ``optimizer.lr``, ``dataset.images``.

    A key that is null takes away what the base says.
    """
    training = dict(inherited)
    plain = {}
    for name, (key, value) in keys_of(node).items():
        if is_null(value):
            for path in [path for path in training if path.partition(".")[0] == name]:
                del training[path]
        elif name in _TRAINING and isinstance(value, MapNode):
            training |= _group(name, keys_of(value), scope)
        elif name == "dataset":
            message = "expected a mapping with `images` and `classes`"
            scope.diagnostics.error("invalid-value", message, value.span)
        elif name == "optimizer":
            training |= _group(name, {"type": (key, value)}, scope)
        else:
            plain[name] = (key, value)
    return training | _group("", plain, scope)


def _group(group: str, keys: Keys, scope: Scope) -> dict[str, ParsedValue]:
    """The values of one group, by their paths."""
    forms = _TRAINING[group]
    found = {}
    for name, (key, node) in keys.items():
        if name not in forms:
            valid_keys = (*forms, *filter(None, _TRAINING)) if not group else tuple(forms)
            message = f"'{group or 'training'}' has no key '{printable(name)}'"
            help = load_function(_TRAINING_HELP)(group, name, node, keys, valid_keys)
            scope.diagnostics.error("unknown-key", message, key.span, help)
            continue
        type_, choices = forms[name]
        value: ParsedValue | None
        if type_ is FieldType.CHOICE and not choices and isinstance(node, ScalarNode):
            value = ParsedValue(node.text, node.span)
        else:
            value = read(type_, node, scope.names, scope.diagnostics, choices)
        if value is not None:
            found[f"{group}.{name}" if group else name] = value
    return found


def read_expect(node: MapNode, scope: Scope) -> dict[str, ParsedValue]:
    """Claims and budgets. They hold for the file that makes them, not for those that extend it."""
    expect = {}
    for word, (key, value) in keys_of(node).items():
        name = _claim_name(word)
        if name is None:
            message = f"'{printable(word)}' is nothing that can be expected"
            help = load_function(_EXPECT_HELP)(word, value, keys_of(node))
            scope.diagnostics.error("unknown-key", message, key.span, help)
        elif name in expect:
            message = f"'{name}' has two values"
            scope.diagnostics.error("duplicate-key", message, key.span, f"leave out `{word}`")
        elif (claim := _read_claim(name, word, value, scope)) is not None:
            expect[name] = claim
    return expect


def _claim_name(word: str) -> str | None:
    """The key of ``expect`` that a word or an alias stands for; None if it is none."""
    if word == "output":
        return word
    limit = "max_" if word.startswith("max_") else ""
    name = full_name(word.removeprefix("max_"))
    return limit + name if name in CLAIMS else None


def _read_claim(name: str, word: str, value: YamlNode, scope: Scope) -> ParsedValue | None:
    """A number, an expression or an amount with a unit; None after reporting an error."""
    if name != "output" and isinstance(value, ScalarNode) and _has_unit(value.text):
        quantity = name.removeprefix("max_")
        claim: ParsedValue | None = load_function(_CLAIMED_AMOUNT)(
            quantity, word, value, scope.diagnostics
        )
        return claim
    return read(claim_type(name), value, scope.names, scope.diagnostics)


def _has_unit(text: str) -> bool:
    """Whether letters follow a number, as in ``5M``; a number in another base is none."""
    digits = text.rstrip(ascii_letters).rstrip()
    return digits != text and text[:2] not in ("0x", "0o") and digits.replace(".", "").isdigit()
