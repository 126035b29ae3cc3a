"""Formulas in symbols: with the layer's values in place of the letters, they give the number."""

import re
from math import prod
from pathlib import Path

import pytest

from cnnaudit.calculator import audit
from cnnaudit.explanation.layer import NodeExplanation
from cnnaudit.loading import load
from cnnaudit.ops.formula import Formula, axis_names
from cnnaudit.ops.registry import OPS
from cnnaudit.ops.symbols import SYMBOLS, letters_of, written_out
from cnnaudit.ops.window_axis import window_axes
from tests.explanation.evaluator import evaluate
from tests.explanation.test_formulas import MORE, ZOO, accounts
from tests.ops.networks import audited
from tests.ops.test_registry import EXAMPLES

_WORD = re.compile(r"r₀|[a-z](?:[thw]|[₁₂])?(?![a-z])")
#: Letters whose value is one of several attributes: tested where the values are typed below.
_OTHERS = {"a", "v", "w", "z", "t", "j", "r₀"}


def bindings(account: NodeExplanation, formula: Formula) -> dict[str, int]:
    """The value of every letter in the formula of an operation."""
    node = account.node
    attributes, source, output = node.attributes, account.inputs[0], node.output_shape
    values = {
        "c": source[-1],
        "o": output[-1],
        "e": prod(output),
        "i": len(account.inputs),
        "f": attributes.get("filters", 0),
        "u": attributes.get("units", 0),
        "g": attributes.get("groups", 1),
        "b": int(attributes.get("bias", False)),
        "r": attributes.get("multiplier", 0),
    }
    kernel = attributes.get("kernel", ())
    lists = {"n": source[:-1], "m": output[:-1], "k": source[:-1] if kernel == "global" else kernel}
    for letter, sizes in lists.items():
        names = {1: ("",), 2: ("h", "w"), 3: ("t", "h", "w")}.get(len(sizes), ())
        values |= {letter + name: size for name, size in zip(names, sizes, strict=False)}
    if formula.axis and formula.axis in axis_names(len(source) - 1):
        index = axis_names(len(source) - 1).index(formula.axis)
        values |= {letter: sizes[index] for letter, sizes in lists.items() if len(sizes) > index}
        for letter, key in (("s", "stride"), ("d", "dilation"), ("q", "output_padding")):
            values[letter] = attributes.get(key, (1,) * 3)[index]
        if isinstance(attributes.get("factor"), tuple):
            values["r"] = attributes["factor"][index]
        before, after = _padding(account, index)
        values |= {"p": before, "p₁": before, "p₂": after}
    return values


def _padding(account: NodeExplanation, index: int) -> tuple[int, int]:
    attributes = account.node.attributes
    for key in ("amounts", "padding"):
        if isinstance(attributes.get(key), tuple):
            pair = attributes[key][index]
            return pair[0], pair[1]
    if "padding" not in attributes or account.node.op == "conv_transpose":
        return 0, 0
    axis = window_axes(account.inputs[0], attributes, account.node.output_shape)[index]
    return axis.before, axis.after


def value_of(symbols: str, values: dict[str, int]) -> object:
    """The number that a formula in symbols gives."""
    text = re.sub(r"\b([2-9])(?=p)", r"\1·", symbols).replace("d(", "d·(")
    text = re.sub(r"max\((.*), 0\)$", r"(\1)", text)
    return evaluate(_WORD.sub(lambda match: str(values[match[0]]), text))


def check_symbols(account: NodeExplanation) -> int:
    """Check the formulas of one operation; returns how many could be worked out."""
    count = 0
    for formula in account.formulas:
        symbols = formula.symbols
        if symbols is None or re.search(r"[A-Z]|[a-z]{3}", symbols.replace("max(", "")):
            continue
        letters = set(letters_of(symbols))
        assert letters <= set(SYMBOLS)
        if letters & _OTHERS:
            continue
        value = value_of(symbols, bindings(account, formula))
        if symbols.startswith("max("):
            value = max(value, 0)  # type: ignore[call-overload]
        assert value == formula.value, (account.node.name, formula)
        count += 1
    return count


@pytest.mark.parametrize("path", ZOO, ids=lambda path: path.stem)
def test_symbols_give_the_numbers_of_the_zoo(path: Path) -> None:
    network = audit(load(str(path)))
    assert sum(map(check_symbols, accounts(network).values()))


@pytest.mark.parametrize("layer", [*EXAMPLES.values(), *MORE])
def test_symbols_give_the_numbers_of_every_operation(layer: str) -> None:
    recurrent = any(f"{name}:" in layer for name in ("rnn", "lstm", "gru"))
    for account in accounts(audited(layer, input="9x4" if recurrent else "8x8x4")).values():
        check_symbols(account)


def test_every_operation_that_computes_has_symbols() -> None:
    without = {name for name, op in OPS.items() if not op.symbols}
    computing = {"adaptive_pool", "squeeze_excite"}
    assert without - computing == {
        "channel_shuffle", "concat", "crop", "dropout", "flatten", "identity", "pad", "permute",
        "reshape", "slice",
    }  # fmt: skip


def test_a_product_over_axes_is_written_out() -> None:
    assert written_out("{m}·f·({k}·c)", 2, 2) == "mh·mw·f·(kh·kw·c)"
    assert written_out("{m}·f·({k}·c)", 1, 1) == "m·f·(k·c)"
    assert written_out("{m}·u·c", 2, 0) == "u·c"


def test_letters_are_explained_in_order() -> None:
    assert letters_of("⌊(n + 2p − d(k − 1) − 1)/s⌋ + 1") == ("n", "k", "s", "p", "d")
    assert letters_of("r₀ + (kh − 1)·j") == ("k", "r₀", "j")
    assert letters_of("2·MACs + bias additions") == ()
