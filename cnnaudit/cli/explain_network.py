"""The calculations of ``explain``: findings, and the formulas of layers or a summary."""

from collections.abc import Sequence
from typing import NamedTuple

from cnnaudit.calculator import Audit, audit
from cnnaudit.checking.check_file import findings_in
from cnnaudit.checking.config import ConfigResolver
from cnnaudit.checking.runner import settings_of
from cnnaudit.checking.settings import CheckSettings
from cnnaudit.cli.input_notes import print_notes
from cnnaudit.errors import Diagnostic
from cnnaudit.explanation.layer import explain_layers
from cnnaudit.explanation.lookup import find_layers
from cnnaudit.explanation.summary import summarise_network
from cnnaudit.loading import Overrides, load_network
from cnnaudit.render.explain.formats import LayerExplanation, SummaryExplanation
from cnnaudit.rules.network import AuditedNetwork


class _Network(NamedTuple):
    audit: Audit
    findings: tuple[Diagnostic, ...]


def explain_summary(
    file: str, inputs: Sequence[str], variables: Sequence[str]
) -> SummaryExplanation:
    """The summary of a network with other inputs and variables, if given."""
    network = _load(file, Overrides(inputs, variables))
    return SummaryExplanation(network.audit, summarise_network(network.audit), network.findings)


def explain_layer(
    file: str, layer: str, inputs: Sequence[str], variables: Sequence[str]
) -> LayerExplanation:
    """The formulas of the layers that ``layer`` names."""
    network = _load(file, Overrides(inputs, variables))
    layers = find_layers(network.audit.graph, layer)
    return LayerExplanation(network.audit, explain_layers(network.audit, layers), network.findings)


def _load(file: str, overrides: Overrides) -> _Network:
    """The audit of a network, and the findings with the settings of its folder."""
    graph, architecture = load_network(file, overrides)
    if overrides.inputs:
        print_notes(overrides.inputs, [graph])
    network = audit(graph)
    settings = settings_of(file, ConfigResolver()) or CheckSettings()
    if overrides.inputs or overrides.variables:
        # The claims of a file are about the network without overrides.
        settings = settings._replace(ignore=(*settings.ignore, "wrong-claim"))
    findings = findings_in(AuditedNetwork(network, architecture, settings.budgets), settings)
    return _Network(network, findings)
