"""A total beyond the bound that the file or the repository sets.

Why it matters: a device has so much memory and so many operations a second, and a network outgrows
them one harmless edit at a time. A bound that is written down (`expect: {max_params: …}` in the
file, `budgets:` in the configuration) makes the edit that crosses it the one that is discussed.

Example::

    expect: {max_params: 1000000}    # and the network has 1,250,000

Instead: find where the total sits (`cnnaudit explain FILE`), scale the widths down until it fits
(`cnnaudit adapt FILE --fit "params<=1M"`), or raise the bound knowingly.
"""

from collections.abc import Iterator

from cnnaudit.formatting import bound_text, count_text, decimal
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA402"
NAME = "over-budget"
LEVEL = "error"


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """The file's own bounds, then the configuration's."""
    file_budgets = {k: v for k, v in network.graph.expect.items() if k.startswith("max_")}
    for budgets, owner in ((file_budgets, "this file"), (network.budgets, "the configuration")):
        for key, bound in budgets.items():
            quantity = key.removeprefix("max_")
            total = network.measure(quantity)
            if bound is None or total <= bound:
                continue
            total_text = bound_text(count_text(total), network.audit.complete)
            number_text = count_text if isinstance(bound, int) else decimal
            excess = number_text(total - bound)
            yield Finding(
                None,
                f"{quantity} is {total_text}, {excess} more than the {number_text(bound)} that"
                f" {owner} allows",
                f"use fewer or smaller layers, or write `{key}: {total}` where the bound is",
                span=network.span_of(f"expect.{key}") if owner == "this file" else None,
            )
