"""Helps for words that are no value of a field, and lists of what is there.

Loaded when an error needs it. A help quotes a text between backticks: a layer
(``- {conv: 32, kernel: 3}``), a pair (``stride: 2``) or a word, to be written in place of the
layer, the pair or the word that is wrong; or it says what is left out.
"""

from collections.abc import Collection, Mapping

from cnnaudit.errors import did_you_mean
from cnnaudit.parsing import other_words
from cnnaudit.parsing.other_names import plain_name
from cnnaudit.parsing.other_values import (
    other_word,
)
from cnnaudit.parsing.yaml_tree import ScalarNode, YamlNode


def correct_word(word: str, choices: tuple[str, ...]) -> str | None:
    """What to write for a word that is none of ``choices``: the word of ours, or a near one."""
    if "relu" in choices and plain_name(word) in map(plain_name, other_words.NO_ACTIVATION):
        # `none` is a value of a layer's modifier only; this one may stand everywhere.
        return "write `linear`"
    if word == "zeros" and "half" in choices:
        return "what is added are zeros anyway; write how much, such as `half`"
    choice = other_word(word, choices)
    return f"write `{choice}`" if choice else did_you_mean(word, choices)


def enumerated(names: Collection[str]) -> str:
    """Names as a sentence lists them."""
    *first, last = names or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def written(pairs: Mapping[str, str]) -> str:
    """Pairs as a mapping in one line."""
    return f"{{{', '.join(f'{name}: {text}' for name, text in pairs.items())}}}"


def has_value(node: ScalarNode) -> bool:
    """Whether the key of an op gives a value, and not only says that the layer is there."""
    return node.text not in ("", "true", "null", "~", "True")


def is_number(node: YamlNode) -> bool:
    """Whether a node is a plain number."""
    return isinstance(node, ScalarNode) and node.text.replace(".", "", 1).isdigit()
