"""The findings of `check` in an adapted network, against those in its stock.

A comment of the stock that silences a rule is no part of a file that extends it, so the adapted
file repeats it for the rules that find the same layers. What is found only in the adapted network
is a note to the user.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from cnnaudit.adaptation.stock import Stock
from cnnaudit.calculator import audit
from cnnaudit.checking.check_file import check_file, findings_in
from cnnaudit.checking.settings import CheckSettings
from cnnaudit.checking.suppressions import suppressions
from cnnaudit.graph.builder import build_graph
from cnnaudit.loading import variant_of
from cnnaudit.parsing.architecture import Architecture
from cnnaudit.rules.network import AuditedNetwork

#: Findings of these levels fail a check that nothing configures.
_FAILING_LEVELS = ("error", "warning")
#: The most layers that a note lists.
_MAX_LAYERS = 3

#: Rule → layers that it finds, in order; None stands for the network.
LayersByRule = Mapping[str, Mapping[str | None, None]]


class CheckComparison(NamedTuple):
    """The rules that the adapted file silences like the stock, and the rules with new layers."""

    silenced: tuple[str, ...]
    added: LayersByRule

    def comment(self) -> str | None:
        """Return the comment of the adapted file, without ``#``; None if it silences nothing."""
        if not self.silenced:
            return None
        return f"cnnaudit: ignore[{', '.join(self.silenced)}] as the stock does"

    def note(self) -> str | None:
        """Return the note to the user on what `check` finds in the adapted network only."""
        if not self.added:
            return None
        texts = (f"{rule}{_layers_text(layers)}" for rule, layers in self.added.items())
        return f"`check` will report what it does not in the stock: {'; '.join(texts)}"


def compare_findings(stock: Stock, adapted: Architecture) -> CheckComparison:
    """Compare the findings that fail a check: those of the stock, and those of the adapted file."""
    before, after = _findings(stock.architecture), _findings(adapted)
    silenced_rules = _silenced_rules(stock)
    silenced = []
    added = {}
    for rule, layers in after.items():
        new_layers = {layer: None for layer in layers if layer not in before.get(rule, {})}
        if new_layers:
            added[rule] = new_layers
        elif rule in silenced_rules:
            silenced.append(rule)
    return CheckComparison(tuple(silenced), added)


def _findings(architecture: Architecture) -> LayersByRule:
    """The findings in the networks of a file, its variants included, silenced or not."""
    layers_by_rule: dict[str, dict[str | None, None]] = {}
    for network in _networks(architecture):
        for finding in findings_in(network, CheckSettings()):
            if finding.level in _FAILING_LEVELS:
                layers_by_rule.setdefault(finding.name, {})[finding.layer] = None
    return layers_by_rule


def _networks(architecture: Architecture) -> Iterator[AuditedNetwork]:
    """The networks of a file, without claims: those of an adapted file are computed from it."""
    graph = build_graph(architecture)
    yield AuditedNetwork(audit(graph._replace(expect={})), architecture)
    for name in architecture.variants:
        graph, variant = variant_of(architecture, name)
        yield AuditedNetwork(audit(graph._replace(expect={})), variant)


def _silenced_rules(stock: Stock) -> set[str]:
    """The rules whose findings in the stock are all silenced by its comments."""
    comments = suppressions(stock.source_file.source)
    if not comments or stock.is_rewritten:
        return set()
    result = check_file(stock.source_file, stock.variant, stock.operand, CheckSettings())
    silenced = {rule for comment in comments for rule in comment.rules}
    return silenced - {finding.name for finding in result.findings}


def _layers_text(layers: Mapping[str | None, None]) -> str:
    """The first layers of a rule's findings, in brackets."""
    names = [layer for layer in layers if layer is not None]
    if not names:
        return ""
    more = f" and {len(names) - _MAX_LAYERS} more" if len(names) > _MAX_LAYERS else ""
    return f" ({', '.join(names[:_MAX_LAYERS])}{more})"
