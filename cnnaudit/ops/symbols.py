"""The symbols of formulas: what each letter stands for, and formulas written out for some axes.

A formula of one axis has the letter itself: ``⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1``. A formula of all
axes has ``{n}``, ``{k}`` or ``{m}`` for the product over them: ``nh·nw`` for two.
"""

import re

#: Every letter, in the order in which they are explained.
SYMBOLS = {
    "n": "size of the input",
    "c": "channels or features of the input",
    "k": "size of the kernel",
    "s": "stride",
    "p": "padding of each side (p₁ before, p₂ after)",
    "d": "dilation",
    "q": "output padding",
    "m": "size of the output",
    "o": "channels or features of the output",
    "e": "elements of the output",
    "f": "filters",
    "u": "units",
    "g": "groups",
    "b": "biases of each filter or unit (1, or 0 without)",
    "r": "multiplier or factor",
    "a": "operations of each element, or learned values of each channel",
    "v": "sizes of the axes that have weights of their own, or words of a vocabulary",
    "w": "neighbours that are read",
    "i": "inputs",
    "z": "gates",
    "t": "steps",
    "r₀": "receptive field before the layer",
    "j": "step in the input before the layer",
}

_AXES = {1: ("",), 2: ("h", "w"), 3: ("t", "h", "w")}
_LETTER = re.compile(r"(?<![A-Za-z])(r₀|[a-z])(?=[thw]?(?![A-Za-z]))")


def written_out(symbols: str, inputs: int, outputs: int) -> str:
    """Return a formula for so many spatial axes of input and output; no axes, no product."""
    for letter, axes in (("n", inputs), ("k", inputs), ("m", outputs)):
        names = _AXES.get(axes, tuple(map(str, range(1, axes + 1))))
        product = "·".join(letter + name for name in names) if axes else ""
        symbols = symbols.replace(f"{{{letter}}}·", f"{product}·" if product else "")
        symbols = symbols.replace(f"{{{letter}}}", product or "1")
    return symbols


def letters_of(symbols: str) -> tuple[str, ...]:
    """Return the letters in a written-out formula, in the order of ``SYMBOLS``."""
    present = set(_LETTER.findall(symbols))
    return tuple(letter for letter in SYMBOLS if letter in present)
