"""Amounts with a unit under ``expect``: ``params: 60M``, ``max_weights: 4MiB``."""

from cnnaudit.amounts import AmountError, amount_in, read_amount
from cnnaudit.errors import Diagnostics
from cnnaudit.parsing.values import ParsedValue
from cnnaudit.parsing.yaml_tree import ScalarNode
from cnnaudit.quantities import unit_of
from cnnaudit.sources.files import printable


def claimed_amount(
    quantity: str, word: str, node: ScalarNode, diagnostics: Diagnostics
) -> ParsedValue | None:
    """The value of a quantity's amount; None after reporting an error at the key ``word``."""
    amount = read_amount(node.text)
    if amount is None:
        message = f"expected an amount, not '{printable(node.text[:60])}'"
        diagnostics.error("invalid-value", message, node.span, "write one such as 5M or 4MiB")
        return None
    try:
        value = amount_in(amount, unit_of(quantity))
    except AmountError as error:
        help = error.help(f"{word}: ")
        diagnostics.error("invalid-value", str(error), node.span, help)
        return None
    return ParsedValue(value.numerator if value.denominator == 1 else value, node.span)
