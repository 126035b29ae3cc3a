"""A number that the file states about its network, and that is not what the network has.

Why it matters: people choose networks by the numbers written beside them, and nobody recounts. Of
172 parameter counts in the comments of one well-known repository's model files, 35 are not what
its own code builds. Both kinds of statement are held: the claims under `expect`, and comments that
consist of a number and what is counted, at the head of the file or on the line of a top-level key
for the network, on the line of a layer for this layer. A rounded number holds where the true one
rounds to it; FLOPs in a comment hold in every convention that `--count` knows.

Example::

    # 60.9M parameters
    expect: {params: 62378345}      # and the network has 62,378,344

Instead: the number that the message gives, or the network that was meant.
"""

from collections.abc import Iterator

from cnnaudit.errors import Span, lines_of
from cnnaudit.formatting import bound_text, count_text, decimal, shape_text
from cnnaudit.parsing.comments import Comment, comments
from cnnaudit.rules.comment_claims import CommentClaim, comment_claims, heading_claims, may_claim
from cnnaudit.rules.conventions import biases, others, presets, same_params
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA401"
NAME = "wrong-claim"
LEVEL = "error"

_HELP = "write `{}` if the network is as it should be"

#: Keys whose line speaks of the whole network; others speak of a base, of variants, of training.
_KEYS = ("cnnaudit", "name", "input", "classes", "layers", "expect")


def check(subject: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """The claims under ``expect`` in their order, then the comments from top to bottom."""
    for key, claimed in subject.graph.expect.items():
        if claimed is None or key.startswith("max_"):
            continue
        if key == "output":
            yield from _output(subject, claimed)
            continue
        actual = getattr(subject.audit.totals, key)
        # What is not known can only add to a total.
        if actual == claimed or (not subject.audit.complete and claimed > actual):
            continue
        said = claimed if isinstance(claimed, int) else decimal(claimed)
        off = abs(actual - claimed)
        yield Finding(
            None,
            f"{key} is {bound_text(count_text(actual), subject.audit.complete)}, not"
            f" {count_text(said) if isinstance(said, int) else said}:"
            f" {count_text(off) if isinstance(off, int) else decimal(off)}"
            f" {'more' if actual > claimed else 'fewer'}",
            f"write `{key}: {actual}` if the network is as it should be",
            _meaning(subject, claimed),
            subject.span_of(f"expect.{key}"),
        )
    yield from _comments(subject)


def _output(subject: AuditedNetwork, claimed: int | tuple[int, ...]) -> Iterator[Finding]:
    expected = (claimed,) if isinstance(claimed, int) else tuple(claimed)
    shapes = [subject.nodes[index].output_shape for index in subject.outputs]
    if not shapes or not all(shapes) or expected in shapes:
        return
    what = " and ".join(map(shape_text, shapes))
    found = " or ".join(f"`output: {'x'.join(map(str, shape))}`" for shape in shapes)
    yield Finding(
        None,
        f"the output is {what}, not {shape_text(expected)}",
        f"write {found} if the network is as it should be",
        span=subject.span_of("expect.output"),
    )


def _meaning(subject: AuditedNetwork, claimed: object) -> tuple[str, ...]:
    """What the number is instead, where it is exactly something."""
    found = next((what for what, value in others(subject) if value == claimed), None)
    return (f"{decimal(claimed)} is {found}",) if found and claimed else ()


# Comments ----------------------------------------------------------------------------------------


def _comments(subject: AuditedNetwork) -> Iterator[Finding]:
    """What the file's own comments state; nothing where variants have numbers of their own."""
    architecture = subject.document
    if architecture is None or architecture.variants or subject.graph.variants:
        return
    found = comments(architecture.source) if may_claim(architecture.source.text) else ()
    if not found:
        return
    lines, text = _layer_lines(subject), lines_of(architecture.source.text)
    top = next((number for number, line in enumerate(text, 1) if _written(line)), len(text))
    head = [comment for comment in found if comment.alone and comment.span.line < top]
    for comment, statement in heading_claims(head):
        yield from _network(subject, comment, statement)
    for comment in found:
        if comment.alone:
            continue
        here = lines.get(comment.span.line)
        line = text[comment.span.line - 1]
        for statement in comment_claims(comment.text):
            if here:
                yield from _layer(subject, here, comment, statement)
            elif line.partition(":")[0] in _KEYS:
                yield from _network(subject, comment, statement)


def _written(line: str) -> bool:
    """Whether a line holds more than a comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _layer_lines(subject: AuditedNetwork) -> dict[int, list[int]]:
    """For each line of the file, the written layers (positions in ``subject.layers``) on it."""
    assert subject.document is not None
    lines: dict[int, list[int]] = {}
    for index, row in enumerate(subject.layers):
        span = row.node.span
        if span is None or span.source is not subject.document.source:
            continue
        for line in range(span.line, span.end_line + 1):
            lines.setdefault(line, []).append(index)
    return lines


def _network(
    subject: AuditedNetwork, comment: Comment, statement: CommentClaim
) -> Iterator[Finding]:
    totals, complete = subject.audit.totals, subject.audit.complete
    actual = getattr(totals, statement.quantity)
    accepted = [actual]
    if statement.quantity == "params":
        auxiliary = subject.audit.auxiliary.params
        accepted += [value for _, value in same_params(subject)]
        if _without_biases(statement):
            rows = [row for row in subject.audit.rows if not row.node.auxiliary]
            accepted.append(totals.params - biases(rows))
        accepted += [value + auxiliary for value in accepted]
    elif statement.quantity in ("macs", "flops"):
        accepted += [totals.macs, 2 * totals.macs]
        if not any(map(statement.allows, accepted)):
            accepted += [total for _, total in presets(subject)]
    if any(map(statement.allows, accepted)) or (not complete and statement.value > actual):
        return
    said = f"{bound_text(count_text(actual), complete)} {_unit(statement)}"
    found = _finding(None, _span(comment, statement), f"the network has {said}", statement, subject)
    yield found._replace(help=_HELP.format(said)) if complete else found


def _layer(
    subject: AuditedNetwork, here: list[int], comment: Comment, statement: CommentClaim
) -> Iterator[Finding]:
    if len(here) > 1:
        return
    row = subject.layers[here[0]]
    actual = getattr(row, statement.quantity, None)
    if actual is None or row.unknown:
        return
    first = row.rows[0]
    accepted = [actual, getattr(first, statement.quantity)]
    if statement.quantity == "params":
        accepted += [row.params + sum(r.buffers for r in row.rows), row.trainable_params]
        if _without_biases(statement):
            accepted += [row.params - biases(row.rows), first.params - biases([first])]
    elif statement.quantity == "flops":
        accepted += [row.macs, 2 * row.macs, 2 * row.macs + first.bias_adds]
    if not any(map(statement.allows, accepted)):
        said = f"{count_text(actual)} {_unit(statement)}"
        found = _finding(
            row.name, _span(comment, statement), f"this layer has {said}", statement, None
        )
        yield found._replace(help=_HELP.format(said))


def _span(comment: Comment, statement: CommentClaim) -> Span:
    """The place of one of a comment's statements."""
    span = comment.span
    line = lines_of(span.source.text)[span.line - 1]
    start = line.find(statement.text, span.column - 1)
    return span._replace(column=start + 1, end_column=start + 1 + len(statement.text))


def _finding(
    layer: str | None, span: Span, has: str, statement: CommentClaim, subject: AuditedNetwork | None
) -> Finding:
    exact = statement.value if statement.value.denominator == 1 else None
    notes = _meaning(subject, int(exact)) if subject and exact is not None else ()
    return Finding(layer, f"the comment says '{statement.text}', and {has}", None, notes, span)


def _without_biases(statement: CommentClaim) -> bool:
    """Whether the statement is of weights, which biases may or may not be."""
    return "weight" in statement.text.lower()


def _unit(statement: CommentClaim) -> str:
    words = {
        "params": "parameters",
        "trainable_params": "trainable parameters",
        "non_trainable_params": "non-trainable parameters",
        "macs": "MACs",
        "flops": "FLOPs",
    }
    return words[statement.quantity]
