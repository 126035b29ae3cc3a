"""Checks one file: audits its networks, applies the rules, and drops silenced findings."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from cnnaudit.calculator import audit
from cnnaudit.checking.locations import FindingLocation, finding_region, input_finding, locate
from cnnaudit.checking.previous import Against, previous_totals
from cnnaudit.checking.results import FileResult, PreviousTotals
from cnnaudit.checking.settings import CheckSettings
from cnnaudit.checking.suppressions import (
    Suppression,
    SuppressionIndex,
    naming_mistakes,
    suppressions,
)
from cnnaudit.errors import AuditError, Diagnostic, Span, input_error
from cnnaudit.graph.graph import Graph
from cnnaudit.graph.layer_builder import MAX_NODES
from cnnaudit.loading import Foreign, Overrides, network_of, variant_of
from cnnaudit.quantities import TOTALS
from cnnaudit.rules.catalogue import RULES, SELECTABLE
from cnnaudit.rules.network import AuditedNetwork, PreviousNetwork
from cnnaudit.rules.rule import Finding, Rule
from cnnaudit.sources.files import SourceFile

#: Cost of reading a variant, as a number of layers.
_READING_COST = 100


class _VariantNetwork(NamedTuple):
    """One network of a file, and its variant (None: the file itself)."""

    audited: AuditedNetwork
    variant: str | None


#: A rule and the written place of its findings: repetitions and uses of a block share it.
_Place: TypeAlias = tuple[object, ...]


def check_file(
    source: SourceFile | Foreign,
    variant: str | None,
    path: str,
    settings: CheckSettings,
    against: Against | None = None,
    inputs: Sequence[str] = (),
) -> FileResult:
    """Check one file, or one variant of it; input errors are findings too.

    ``path`` is the name in the result, ``FILE@VARIANT`` for a variant; findings name the file.
    ``inputs`` are those of ``--input``.
    """
    if inputs:
        # The claims of a file are about the network with its own input.
        settings = settings._replace(ignore=(*settings.ignore, "wrong-claim"))
    previous = previous_totals(against, path) if against else None
    notes = (previous,) if isinstance(previous, str) else ()
    totals_before = previous if isinstance(previous, PreviousTotals) else None
    limits = against.limits if against else ()
    previous_network = None
    if totals_before is not None:
        previous_network = PreviousNetwork(totals_before.totals, totals_before.label, limits)
    try:
        networks = list(_networks(source, variant, settings, previous_network, inputs))
    except AuditError as error:
        errors = tuple(map(input_finding, error.diagnostics))
        return FileResult(path, None, None, errors, 0, totals_before, notes)
    main = networks[0].audited
    file = path.removesuffix(f"@{variant}") if variant else path
    findings = _findings(networks, file, settings)
    comments = suppressions(main.architecture.source) if main.architecture else ()
    remaining, used = _not_silenced(findings, comments)
    if variant is not None:
        # A comment without effect here may silence findings in other variants.
        used = {(comment, rule) for comment in comments for rule in comment.rules}
    about_comments = _about_comments(comments, used, file, settings)
    totals = {name: getattr(main.audit.totals, name) for name in TOTALS}
    suppressed = len(findings) - len(remaining)
    all_findings = (*remaining, *about_comments)
    return FileResult(path, main.graph.name, totals, all_findings, suppressed, totals_before, notes)


def findings_in(network: AuditedNetwork, settings: CheckSettings) -> tuple[Diagnostic, ...]:
    """The findings in one network, including silenced ones and each of repeated layers."""
    return tuple(
        _diagnostic(rule, finding, location, network.graph.path, settings)
        for rule, finding, location in _located_findings(network, settings)
    )


# The networks of a file ---------------------------------------------------------------------------


def _networks(
    source: SourceFile | Foreign,
    variant: str | None,
    settings: CheckSettings,
    previous: PreviousNetwork | None,
    inputs: Sequence[str] = (),
) -> Iterator[_VariantNetwork]:
    """The named network, then all variants of a file that is checked without a variant."""
    budgets = settings.budgets
    graph, architecture = network_of(source, variant, Overrides(inputs))
    yield _VariantNetwork(AuditedNetwork(audit(graph), architecture, budgets, previous), variant)
    if architecture is None or variant is not None:
        return
    layers = _READING_COST * len(architecture.variants)
    for name in architecture.variants:
        if layers > MAX_NODES:
            help = f"check fewer at a time, by name: {graph.path}@{name}"
            message = f"its variants have more than {MAX_NODES:,} layers together"
            raise input_error("over-limit", message, graph.path, help)
        try:
            variant_graph, variant_document = variant_of(architecture, name)
        except AuditError as error:
            raise AuditError(tuple(_in_variant(d, name) for d in error.diagnostics)) from None
        layers += len(variant_graph.nodes)
        audited = audit(_claims_of_variant(variant_graph, graph))
        yield _VariantNetwork(AuditedNetwork(audited, variant_document, budgets), name)


def _in_variant(error: Diagnostic, name: str) -> Diagnostic:
    return error._replace(notes=(*error.notes, _variant_note(name)))


def _variant_note(name: str) -> str:
    return f"in the variant '{name}'"


def _claims_of_variant(graph: Graph, main: Graph) -> Graph:
    """A variant's graph with the claims that differ from the main network's."""
    return graph._replace(
        expect={key: claim for key, claim in graph.expect.items() if claim != main.expect.get(key)}
    )


# Findings -----------------------------------------------------------------------------------------


def _findings(
    networks: Sequence[_VariantNetwork], path: str, settings: CheckSettings
) -> list[Diagnostic]:
    """The findings in the first network, and those that only its variants have."""
    main, *variants = networks
    by_place = _by_place(main, path, settings)
    findings = list(by_place.values())
    # The main network's finding at a place represents those of all variants.
    reported: set[tuple[_Place, str]] = set()
    for network in variants:
        of_variant = _by_place(network, path, settings)
        for place, finding in of_variant.items():
            if place not in by_place and (place, finding.message) not in reported:
                findings.append(finding)
        reported |= {(place, finding.message) for place, finding in of_variant.items()}
    return findings


def _by_place(
    network: _VariantNetwork, path: str, settings: CheckSettings
) -> dict[_Place, Diagnostic]:
    """One finding for each place in the file; a note counts the other layers of the place."""
    groups: dict[_Place, list[tuple[Rule, Finding, FindingLocation]]] = {}
    for located in _located_findings(network.audited, settings):
        groups.setdefault(_place(*located), []).append(located)
    variant = (_variant_note(network.variant),) if network.variant else ()
    diagnostics = {}
    for place, group in groups.items():
        rule, finding, location = group[0]
        finding = finding._replace(notes=(*finding.notes, *_shared_note(finding, group)))
        diagnostic = _diagnostic(rule, finding, location, path, settings)
        diagnostics[place] = diagnostic._replace(notes=(*diagnostic.notes, *variant))
    return diagnostics


def _located_findings(
    network: AuditedNetwork, settings: CheckSettings
) -> Iterator[tuple[Rule, Finding, FindingLocation]]:
    """The findings of the selected rules in a network, in the order of the rules."""
    for rule in RULES.values():
        if rule.check is not None and settings.wants(rule):
            options = {**rule.defaults, **settings.rules.get(rule.name, {})}
            for finding in rule.check(network, options):
                yield rule, finding, locate(finding, network)


def _place(rule: Rule, finding: Finding, location: FindingLocation) -> _Place:
    origin = location.origin
    if origin is None:
        return rule.name, finding.layer, finding.message
    return rule.name, origin.source.path, origin.line, origin.column


def _shared_note(
    first: Finding, group: Iterable[tuple[Rule, Finding, FindingLocation]]
) -> Iterator[str]:
    """A note that names the other layers of the same place, if any."""
    layers = dict.fromkeys(finding.layer for _, finding, _ in group if finding.layer)
    names = [name for name in layers if name != first.layer]
    if names:
        names_text = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
        noun = "layer that is" if len(names) == 1 else "layers that are"
        yield f"the same for {len(names)} more {noun} written here: {names_text}"


def _diagnostic(
    rule: Rule, finding: Finding, location: FindingLocation, path: str, settings: CheckSettings
) -> Diagnostic:
    """A rule's finding at its location in the file ``path``."""
    return Diagnostic(
        rule.code,
        rule.name,
        settings.level(rule),
        finding.message,
        path,
        finding_region(location.shown),
        finding.layer,
        finding.help,
        (*finding.notes, *filter(None, (location.note,))),
    )


# Suppressions -------------------------------------------------------------------------------------


def _not_silenced(
    findings: Iterable[Diagnostic], comments: Sequence[Suppression]
) -> tuple[list[Diagnostic], set[tuple[Suppression, str]]]:
    """The findings that no comment silences, and which comments silenced which rule.

    Comments of a base do not silence findings in files that extend it.
    """
    remaining, used = [], set()
    index = SuppressionIndex(comments)
    for finding in findings:
        matching = index.matching(finding.name, finding.region)
        used |= {(comment, finding.name) for comment in matching}
        if not matching:
            remaining.append(finding)
    return remaining, used


def _about_comments(
    comments: Sequence[Suppression],
    used: set[tuple[Suppression, str]],
    path: str,
    settings: CheckSettings,
) -> Iterator[Diagnostic]:
    """The findings about the comments themselves."""
    for name, message, help, span in _comment_mistakes(comments, used, settings):
        rule = SELECTABLE[name]
        if settings.wants(rule):
            level, region = settings.level(rule), finding_region(span)
            yield Diagnostic(rule.code, name, level, message, path, region, help=help)


def _comment_mistakes(
    comments: Sequence[Suppression],
    used: set[tuple[Suppression, str]],
    settings: CheckSettings,
) -> Iterator[tuple[str, str, str | None, Span]]:
    """The rule, message, help and span of each mistake in the comments of a file."""
    for comment in comments:
        for message, hint in naming_mistakes(comment):
            yield "unknown-rule", message, hint, comment.span
        if comment.rules and not comment.reason:
            help = f"`# cnnaudit: ignore[{comment.rules[0]}] reason`"
            message = "the comment does not say why"
            yield "unexplained-suppression", message, help, comment.span
        for name in comment.rules:
            # A rule that is not selected might find something here.
            if (comment, name) not in used and settings.wants(SELECTABLE[name]):
                message = f"{name} finds nothing here to ignore"
                yield "unused-suppression", message, "remove it", comment.span
