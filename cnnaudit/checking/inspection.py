"""One file under the rules: loaded, audited, remarked on, and what is silenced taken out."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from cnnaudit.calculator import audit
from cnnaudit.checking.against import Against, earlier
from cnnaudit.checking.outcome import Checked, Earlier, Located
from cnnaudit.checking.places import Place, from_diagnostic, located, place_of
from cnnaudit.checking.settings import Settings
from cnnaudit.checking.suppressions import Silence, Suppression, suppressions, unknown_texts
from cnnaudit.comparison import TOTALS
from cnnaudit.errors import AuditError, Diagnostic, Span, input_error
from cnnaudit.graph.assembly import MAX_NODES
from cnnaudit.graph.nodes import Graph
from cnnaudit.known import Known
from cnnaudit.operands import Foreign, network_of, variant_of
from cnnaudit.parsing.source import Opened
from cnnaudit.rules import selectable
from cnnaudit.rules.rule import Finding, Options
from cnnaudit.rules.subject import Before, Subject
from cnnaudit.rules.table import RULES

#: Layers that a variant counts as beside its own: reading the file once more costs as much.
_LEAST = 100


class Remark(NamedTuple):
    """A finding of a rule, with its place; and the variant in which it is, None for the network."""

    rule: str
    finding: Finding
    place: Place
    variant: str | None


def inspect(
    found: Opened | Foreign,
    variant: str | None,
    path: str,
    settings: Settings,
    against: Against | None = None,
) -> Checked:
    """Check one file, or one variant of it; errors of the input are findings too.

    ``path`` names what is checked, ``FILE@VARIANT`` for a variant; findings are in the file.
    """
    before = earlier(against, path) if against else None
    notes = (before,) if isinstance(before, str) else ()
    base = before if isinstance(before, Earlier) else None
    limits = against.limits if against else ()
    past = Before(base.totals, base.label, limits) if base else None
    try:
        subjects = list(_subjects(found, variant, settings, past))
    except AuditError as error:
        located_errors = tuple(map(from_diagnostic, error.diagnostics))
        return Checked(path, None, None, located_errors, 0, base, notes)
    (_, first), *_others = subjects
    file = path.removesuffix(f"@{variant}") if variant else path
    remarks = _all_remarks(subjects, settings)
    document = first.document
    comments = suppressions(document.source) if document else ()
    kept, used = _sifted(remarks, comments)
    if variant is not None:
        kept = [remark._replace(variant=variant) for remark in kept]
        # What silences nothing here may do so in the network, or in another variant.
        used = {(comment, rule) for comment in comments for rule in comment.rules}
    shown = [_located(remark, file, settings) for remark in kept]
    shown += _about_comments(comments, used, file, settings)
    totals = {name: getattr(first.audit.totals, name) for name in TOTALS}
    suppressed = len(remarks) - len(kept)
    return Checked(path, first.graph.name, totals, tuple(shown), suppressed, base, notes)


def findings_in(subject: Subject, settings: Settings) -> tuple[Located, ...]:
    """What the rules find in one network, a finding for every layer, what is excused included."""
    remarks = _remarks(subject, None, settings)
    return tuple(_located(remark, subject.graph.path, settings) for remark in remarks)


# The networks of a file ---------------------------------------------------------------------------


def _subjects(
    found: Opened | Foreign, variant: str | None, settings: Settings, before: Before | None
) -> Iterator[tuple[str | None, Subject]]:
    """The network that is asked for, and where no variant is, all its variants by name."""
    budgets = settings.budgets
    graph, document = network_of(found, variant)
    yield None, Subject(audit(graph), document, budgets, before)
    if document is None or variant is not None:
        return
    layers = _LEAST * len(document.variants)
    for name in document.variants:
        if layers > MAX_NODES:
            help = f"check fewer at a time, by name: {graph.path}@{name}"
            message = f"its variants have more than {MAX_NODES:,} layers together"
            raise input_error("over-limit", message, graph.path, help)
        try:
            other, again = variant_of(document, name)
        except AuditError as error:
            raise AuditError(tuple(_in_variant(d, name) for d in error.diagnostics)) from None
        layers += len(other.nodes)
        yield name, Subject(audit(_own_claims(other, graph)), again, budgets)


def _in_variant(found: Diagnostic, name: str) -> Diagnostic:
    return found._replace(notes=(*found.notes, _variant_note(name)))


def _variant_note(name: str) -> str:
    return f"in the variant '{name}'"


def _own_claims(graph: Graph, main: Graph) -> Graph:
    """A variant's graph with the claims that vary with it; the others are the main network's."""
    return graph._replace(
        expect={key: claim for key, claim in graph.expect.items() if claim != main.expect.get(key)}
    )


# Findings -----------------------------------------------------------------------------------------


def _all_remarks(
    subjects: Sequence[tuple[str | None, Subject]], settings: Settings
) -> list[Remark]:
    """The remarks on the network, and those on its variants that are not on the network too."""
    found: list[Remark] = []
    known: set[object] = set()
    for variant, subject in subjects:
        more = _unique(list(_remarks(subject, variant, settings)))
        found += [r for r in more if not {_key(r), (_key(r), r.finding.message)} & known]
        # What two variants say of one place may differ: what the network says stands for all.
        known |= {_key(r) if variant is None else (_key(r), r.finding.message) for r in more}
    return found


def _remarks(subject: Subject, variant: str | None, settings: Settings) -> Iterator[Remark]:
    for name, check, options in _wanted(settings):
        for finding in check(subject, options):
            yield Remark(name, finding, place_of(finding, subject), variant)


class _Asked(NamedTuple):
    """A rule that is asked for what it finds, and with which options."""

    name: str
    check: Callable[[Subject, Options], Iterator[Finding]]
    options: Options


#: By the identity of settings, which are the same for many files; the answer holds them.
_WANTED: Known[tuple[Settings, tuple[_Asked, ...]]] = Known(64)


def _wanted(settings: Settings) -> tuple[_Asked, ...]:
    """The rules that settings select."""
    known = _WANTED.get(id(settings))
    if known is None:
        known = _WANTED.keep(id(settings), (settings, tuple(_selected(settings))))
    return known[1]


def _selected(settings: Settings) -> Iterator[_Asked]:
    for entry in selectable.selectable():
        rule = RULES.get(entry.name)
        if rule is not None and rule.check is not None and settings.wants(entry):
            options = {**rule.defaults, **settings.rules.get(rule.name, {})}
            yield _Asked(rule.name, rule.check, options)


def _unique(remarks: Sequence[Remark]) -> list[Remark]:
    """One remark for each written place: of repetitions, and uses of a block.

    The first stays, and says how many more there are.
    """
    groups: dict[object, list[Remark]] = {}
    for remark in remarks:
        groups.setdefault(_key(remark), []).append(remark)
    return [_counted(group) for group in groups.values()]


def _key(remark: Remark) -> object:
    finding, written = remark.finding, remark.place.written
    if written is None:
        return remark.rule, finding.layer, finding.message
    return remark.rule, written.source.path, written.line, written.column


def _counted(group: list[Remark]) -> Remark:
    first = group[0]
    if len(group) == 1:
        return first
    layers = dict.fromkeys(r.finding.layer for r in group if r.finding.layer)
    names = [name for name in layers if name != first.finding.layer]
    if not names:
        return first
    listed = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    what = "layer that is" if len(names) == 1 else "layers that are"
    note = f"the same for {len(names)} more {what} written here: {listed}"
    finding = first.finding._replace(notes=(*first.finding.notes, note))
    return first._replace(finding=finding)


def _sifted(
    remarks: Iterable[Remark], own: Sequence[Suppression]
) -> tuple[list[Remark], set[tuple[Suppression, str]]]:
    """The remarks that no comment silences, and which comments silenced which rule.

    Comments of a file that is extended count there: what it excuses need not be excusable in the
    networks that build on it.
    """
    kept, used = [], set()
    silence = Silence(own)
    for remark in remarks:
        hits = {(s, remark.rule) for s in silence.over(remark.rule, remark.place.shown)}
        used |= hits
        if not hits:
            kept.append(remark)
    return kept, used


def _located(remark: Remark, path: str, settings: Settings) -> Located:
    finding = remark.finding
    entry = selectable.entries()[remark.rule]
    place = remark.place
    variant = _variant_note(remark.variant) if remark.variant else None
    notes = (*finding.notes, *filter(None, (place.note, variant)))
    about = (entry.code, entry.name, settings.level(entry), finding.message, path)
    return located(*about, place.shown, finding.layer, finding.help, notes)


def _about_comments(
    comments: Sequence[Suppression],
    used: set[tuple[Suppression, str]],
    path: str,
    settings: Settings,
) -> Iterator[Located]:
    """What is wrong with the comments themselves."""
    for comment in comments:
        for message, hint in unknown_texts(comment):
            yield from _remark("unknown-rule", message, hint, comment.span, path, settings)
        if comment.rules and not comment.reason:
            message = "the comment does not say why"
            help = f"`# cnnaudit: ignore[{comment.rules[0]}] reason`"
            yield from _remark(
                "unexplained-suppression", message, help, comment.span, path, settings
            )
        for rule in comment.rules:
            # Of a rule that is not selected nobody knows whether it would find anything.
            if (comment, rule) not in used and settings.wants(selectable.entries()[rule]):
                message = f"{rule} finds nothing here to ignore"
                yield from _remark(
                    "unused-suppression", message, "remove it", comment.span, path, settings
                )


def _remark(
    name: str, message: str, help: str | None, span: Span, path: str, settings: Settings
) -> Iterator[Located]:
    entry = selectable.entries()[name]
    if settings.wants(entry):
        about = (entry.code, name, settings.level(entry), message, path)
        yield located(*about, span, help=help)
