"""A calculator for the formulas that are shown, in exact rationals; nothing but their grammar.

sum = product {(+ | −) product};  product = atom {(· | /) atom};
atom = number | ( sum ) | ⌊ sum ⌋ | ⌈ sum ⌉
"""

import re
from fractions import Fraction
from math import ceil, floor

_TOKEN = re.compile(r"\s*(\d+|[-−+·/()⌊⌋⌈⌉])")
_PAIRS = {"(": ")", "⌊": "⌋", "⌈": "⌉"}


def evaluate(text: str) -> Fraction:
    """What an expression comes to; an ``AssertionError`` where it is none."""
    tokens = _tokens(text)
    value = _sum(tokens)
    assert tokens == [], f"{text}: {tokens} is left over"
    return value


def _tokens(text: str) -> list[str]:
    tokens, place = [], 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        assert match, f"{text}: what is {text[place:]!r}"
        tokens.append(match[1])
        place = match.end()
    return tokens


def _sum(tokens: list[str]) -> Fraction:
    value = _product(tokens)
    while tokens and tokens[0] in "+−":
        sign = tokens.pop(0)
        term = _product(tokens)
        value = value + term if sign == "+" else value - term
    return value


def _product(tokens: list[str]) -> Fraction:
    value = _atom(tokens)
    while tokens and tokens[0] in "·/":
        sign = tokens.pop(0)
        factor = _atom(tokens)
        value = value * factor if sign == "·" else value / factor
    return value


def _atom(tokens: list[str]) -> Fraction:
    token = tokens.pop(0)
    if token in _PAIRS:
        value = _sum(tokens)
        assert tokens.pop(0) == _PAIRS[token]
        if token == "(":
            return value
        return Fraction(floor(value) if token == "⌊" else ceil(value))
    return Fraction(int(token))
