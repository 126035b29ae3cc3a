"""Budgets, the most that a quantity may be: ``budgets`` of a configuration, and ``--budget``."""

from collections.abc import Iterable

from cnnaudit.amounts import AmountError, amount_in, read_amount
from cnnaudit.errors import Diagnostics, UsageError, did_you_mean
from cnnaudit.parsing.yaml_tree import ScalarNode, YamlNode
from cnnaudit.quantities import CLAIMS, aliases_of, full_name, name_hint, unit_of
from cnnaudit.sources.files import printable

_EXAMPLES = {"count": "5M", "bytes": "4MiB"}


def read_budgets(
    entries: Iterable[tuple[ScalarNode, YamlNode]], diagnostics: Diagnostics
) -> dict[str, int]:
    """The bounds of a configuration's ``budgets``, by ``max_`` and the quantity's full name."""
    budgets = {}
    for key, value in entries:
        word = key.text.removeprefix("max_")
        name = full_name(word)
        if name not in CLAIMS or word == key.text:
            message = f"'{printable(key.text)}' is no budget"
            diagnostics.error("unknown-key", message, key.span, _budget_help(key.text))
            continue
        if f"max_{name}" in budgets:
            message = f"'max_{name}' has two values"
            diagnostics.error("duplicate-key", message, key.span, f"leave out `{key.text}`")
            continue
        try:
            bound = whole_amount(value.text, name) if isinstance(value, ScalarNode) else None
        except AmountError as error:
            help = error.help(f"{key.text}: ")
            diagnostics.error("invalid-value", str(error), value.span, help)
            continue
        if bound is None:
            message = "expected a bound such as 1000000, 5M or 4MiB"
            diagnostics.error("invalid-value", message, value.span)
            continue
        budgets[f"max_{name}"] = bound
    return budgets


def _budget_help(text: str) -> str:
    """What to write instead of a key that is no budget."""
    names = (*CLAIMS, *aliases_of(CLAIMS))
    near = did_you_mean(text, tuple(f"max_{name}" for name in names))
    if near or not text.startswith("max_"):
        return near or f"there are {', '.join(f'max_{claim}' for claim in CLAIMS)}"
    return name_hint(text.removeprefix("max_"), CLAIMS)


def whole_amount(text: str, name: str) -> int | None:
    """The whole amount of a quantity that a text is; None for other texts.

    Raises ``AmountError`` for a unit that is not the quantity's.
    """
    amount = read_amount(text)
    exact = amount_in(amount, unit_of(name)) if amount else None
    return int(exact) if exact is not None and exact.denominator == 1 else None


def read_budget(text: str) -> tuple[str, int]:
    """One value of ``--budget``; raises ``UsageError``."""
    name, equals, bound = text.partition("=")
    name = name.strip().removesuffix("<").strip()
    word = name.removeprefix("max_")
    quantity = full_name(word)
    if quantity not in CLAIMS:
        hint = name_hint(word, CLAIMS)
        raise UsageError(f"--budget {text}: there is no total '{word}' ({hint})")
    try:
        limit = whole_amount(bound, quantity) if equals else None
    except AmountError as error:
        raise UsageError(f"--budget {text}: {error}: {error.help(f'{word}=')}") from None
    if limit is None:
        raise UsageError(
            f"--budget {text}: expected a bound such as {quantity}={_EXAMPLES[unit_of(quantity)]}"
        )
    return f"max_{quantity}", limit
