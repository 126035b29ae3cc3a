"""Values as other programs write them, as the text that an architecture file has for them."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from cnnaudit.formatting import decimal
from cnnaudit.ops.registry import ACTIVATIONS
from cnnaudit.parsing import other_names, other_words
from cnnaudit.parsing.field_types import INITIALISERS
from cnnaudit.parsing.other_names import Form, plain_name
from cnnaudit.parsing.yaml_tree import ListNode, ScalarNode, YamlNode, flow_text

_TRUE = frozenset(("true", "yes", "on", "1", "y"))
_FALSE = frozenset(("false", "no", "off", "0", "n", "none", "null"))
#: Channels of an image, as they stand in front of its sizes.
_IMAGE_CHANNELS = (1, 3)


#: Characters of a value that a help quotes.
LONGEST = 200


def value_text(node: YamlNode, form: Form) -> str | None:
    """The value of ``node`` as it is written here; None if it cannot be told."""
    text = _CONVERTERS[form](node)
    return text if 0 < len(text) <= LONGEST else None


def other_word(word: str, choices: "tuple[str, ...]") -> str | None:
    """The one of ``choices`` that other programs call ``word``; None if no table has it."""
    plain = plain_name(word)
    if own := next((choice for choice in choices if plain_name(choice) == plain), None):
        return own
    for table in other_words.VALUES:
        if next(iter(table)) in choices:
            for target, names in table.items():
                if target in choices and plain in map(plain_name, names):
                    return target
    return None


def _word(node: YamlNode) -> str:
    return node.text.strip() if isinstance(node, ScalarNode) else ""


def numbers(node: YamlNode) -> tuple[int | None, ...]:
    """The whole numbers of ``[3, 3]``, ``(3, 3)``, ``3x3`` or ``3``; None for ``null``."""
    if isinstance(node, ListNode):
        words = [_word(item) for item in node.items]
    else:
        words = re.split(r"\s*[x×*,]\s*|\s+", _word(node).strip("()[] ,"))
    if any(not re.fullmatch(r"(?a:-?\d{1,18})|null|None|~|\?|", word) for word in words):
        return ()
    return tuple(int(word) if word.strip("-").isdigit() else None for word in words)


def _is_text(node: YamlNode) -> bool:
    return isinstance(node, ScalarNode) and node.text.strip() != ""


def _same(node: YamlNode) -> str:
    return flow_text(node) if not isinstance(node, ScalarNode) or _is_text(node) else ""


def _sizes(node: YamlNode) -> str:
    sizes = numbers(node)
    if not sizes or None in sizes:
        return _same(node)
    return str(sizes[0]) if len(set(sizes)) == 1 else "x".join(map(str, sizes))


def _shape(node: YamlNode) -> str:
    sizes = list(numbers(node))
    if not sizes:
        return _same(node)
    if len(sizes) > 1 and (sizes[0] is None or (len(sizes) > 3 and sizes[0] in (1, -1))):
        del sizes[0]
    if len(sizes) == 3 and sizes[0] in _IMAGE_CHANNELS and sizes[2] not in (*_IMAGE_CHANNELS, 4):
        sizes = [*sizes[1:], sizes[0]]
    return "" if None in sizes else "x".join(map(str, sizes))


def _padding(node: YamlNode) -> str:
    word = _word(node)
    if plain_names := other_word(word, ("valid", "same", "half")):
        return plain_names
    amounts = numbers(node)
    if amounts and None not in amounts:
        if len(set(amounts)) == 1:
            return str(amounts[0])
        if len(amounts) == 2:
            return f"[{amounts[0]}, {amounts[1]}]"
        if len(amounts) == 4:
            top, left, bottom, right = amounts
            return f"[[{top}, {bottom}], [{left}, {right}]]"
    return "" if word.isalpha() else _same(node)


def _flag(node: YamlNode) -> str:
    word = _word(node).lower()
    return "true" if word in _TRUE else "false" if word in _FALSE else ""


def _opposite(node: YamlNode) -> str:
    return {"true": "false", "false": "true"}.get(_flag(node), "")


def _normalises(node: YamlNode) -> str:
    flag = _flag(node)
    if flag or not _is_text(node):
        return flag
    names = next(entry.names for entry in other_names.OPERATIONS if entry.op == "batch_norm")
    plain_names = {"batch", *map(plain_name, (*names, "batch_norm"))}
    return "true" if plain_name(_word(node)) in plain_names else ""


def activation_name(word: str) -> str | None:
    """The function that other programs call so; ``none`` for none, None if no table has it."""
    plain = plain_name(word)
    if plain in map(plain_name, other_words.NO_ACTIVATION):
        return "none"
    return activations().get(plain)


def activations() -> Mapping[str, str]:
    """Functions by their plain names, here and elsewhere."""
    named = {
        plain_name(name): own
        for own, names in other_words.ACTIVATION_NAMES.items()
        for name in names
    }
    return {**named, **{plain_name(own): own for own in ACTIVATIONS}}


def _activation(node: YamlNode) -> str:
    word = _word(node)
    return activation_name(word) or "" if word else ""


def _initialiser(node: YamlNode) -> str:
    word = _word(node)
    return other_word(word, INITIALISERS) or "" if word else ""


def _complement(node: YamlNode) -> str:
    word = _word(node)
    return decimal(1 - Fraction(word)) if re.fullmatch(r"(?a:[01]?\.?\d{1,12})", word) else ""


def _rounding(node: YamlNode) -> str:
    return {"true": "ceil", "false": "floor"}.get(_flag(node), "")


def _interpolation(node: YamlNode) -> str:
    word = _word(node)
    return other_word(word, tuple(other_words.INTERPOLATIONS)) or "" if word else ""


def _diameter(node: YamlNode) -> str:
    word = _word(node)
    return str(2 * int(word) + 1) if re.fullmatch(r"(?a:\d{1,9})", word) else ""


def _from_zero(node: YamlNode) -> str:
    positions = [position for position in numbers(node) if position is not None]
    if positions[:1] == [0] and sorted(positions) == list(range(len(positions))):
        del positions[0]  # the batch axis
    if sorted(positions) != list(range(1, len(positions) + 1)):
        return ""
    return f"[{', '.join(str(position - 1) for position in positions)}]"


def _axis(node: YamlNode) -> str:
    return "-1" if _word(node) in ("-1", "1", "-3", "") or numbers(node) else _same(node)


def _half(node: YamlNode) -> str:
    return {"true": "half", "false": "0"}.get(_flag(node)) or _padding(node)


def _lower(node: YamlNode) -> str:
    word = _word(node)
    for table in other_words.VALUES:
        if plain_names := other_word(word, tuple(table)):
            return plain_names
    return word.lower() if word.isidentifier() else ""


_CONVERTERS: dict[Form, Callable[[YamlNode], str]] = {
    Form.SAME: _same,
    Form.SIZES: _sizes,
    Form.SHAPE: _shape,
    Form.PADDING: _padding,
    Form.FLAG: _flag,
    Form.OPPOSITE: _opposite,
    Form.NORMALISES: _normalises,
    Form.ACTIVATION: _activation,
    Form.INITIALISER: _initialiser,
    Form.COMPLEMENT: _complement,
    Form.ROUNDING: _rounding,
    Form.INTERPOLATION: _interpolation,
    Form.DIAMETER: _diameter,
    Form.FROM_ZERO: _from_zero,
    Form.AXIS: _axis,
    Form.HALF: _half,
    Form.WORD: _lower,
}
