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
from typing import Any

from cnnaudit.errors import Span, lines_of
from cnnaudit.formatting import bound_text, count_text, decimal, shape_text
from cnnaudit.parsing.comments import Comment, comments
from cnnaudit.rules.comment_claims import CommentClaim, comment_claims, heading_claims, may_claim
from cnnaudit.rules.conventions import biases, other_totals, preset_totals, same_params
from cnnaudit.rules.network import AuditedNetwork
from cnnaudit.rules.rule import Finding, Options

CODE = "CA401"
NAME = "wrong-claim"
LEVEL = "error"

_HELP = "write `{}` if the network is as it should be"

#: Keys whose comments are about the network; others are about a base, variants or training.
_KEYS = ("cnnaudit", "name", "input", "classes", "layers", "expect")


def check(network: AuditedNetwork, _options: Options) -> Iterator[Finding]:
    """The claims under ``expect`` in their order, then the comments from top to bottom."""
    yield from unmet_expectations(network)
    yield from _comments(network)


def unmet_expectations(network: AuditedNetwork) -> Iterator[Finding]:
    """The claims under ``expect`` that do not hold."""
    for key, claimed in network.graph.expect.items():
        if claimed is None or key.startswith("max_"):
            continue
        if key == "output":
            yield from _output(network, claimed)
            continue
        actual = network.measure(key)
        # Unknown layers can only add to a total.
        if actual == claimed or (not network.audit.complete and claimed > actual):
            continue
        yield Finding(
            None,
            f"{key} is {bound_text(count_text(actual), network.audit.complete)}, not"
            f" {_number_text(claimed)}: {_number_text(abs(actual - claimed))}"
            f" {'more' if actual > claimed else 'fewer'}",
            f"write `{key}: {actual}` if the network is as it should be",
            _meaning(network, claimed),
            network.span_of(f"expect.{key}"),
        )


def _number_text(number: Any) -> str:
    return count_text(number) if isinstance(number, int) else decimal(number)


def _output(network: AuditedNetwork, claimed: int | tuple[int, ...]) -> Iterator[Finding]:
    expected = (claimed,) if isinstance(claimed, int) else tuple(claimed)
    shapes = [network.nodes[index].output_shape for index in network.outputs]
    if not shapes or not all(shapes) or expected in shapes:
        return
    actual = " and ".join(map(shape_text, shapes))
    alternatives = " or ".join(f"`output: {'x'.join(map(str, shape))}`" for shape in shapes)
    yield Finding(
        None,
        f"the output is {actual}, not {shape_text(expected)}",
        f"write {alternatives} if the network is as it should be",
        span=network.span_of("expect.output"),
    )


def _meaning(network: AuditedNetwork, claimed: object) -> tuple[str, ...]:
    """The other number of the network that the claim equals; empty if there is none."""
    meaning = next((what for what, value in other_totals(network) if value == claimed), None)
    return (f"{decimal(claimed)} is {meaning}",) if meaning and claimed else ()


# Comments ----------------------------------------------------------------------------------------


def _comments(network: AuditedNetwork) -> Iterator[Finding]:
    """The claims of the file's own comments; none if variants have numbers of their own."""
    architecture = network.architecture
    if architecture is None or architecture.variants or network.graph.variants:
        return
    in_file = comments(architecture.source) if may_claim(architecture.source.text) else ()
    if not in_file:
        return
    layers_by_line, file_lines = _layer_lines(network), lines_of(architecture.source.text)
    first_key_line = next(
        (number for number, line in enumerate(file_lines, 1) if _is_content(line)), len(file_lines)
    )
    head = [comment for comment in in_file if comment.alone and comment.span.line < first_key_line]
    for comment, claim in heading_claims(head):
        yield from _network(network, comment, claim)
    for comment in in_file:
        if comment.alone:
            continue
        layers = layers_by_line.get(comment.span.line)
        line = file_lines[comment.span.line - 1]
        for claim in comment_claims(comment.text):
            if layers:
                yield from _layer(network, layers, comment, claim)
            elif line.partition(":")[0] in _KEYS:
                yield from _network(network, comment, claim)


def _is_content(line: str) -> bool:
    """Whether a line holds more than a comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _layer_lines(network: AuditedNetwork) -> dict[int, list[int]]:
    """The layers (positions in ``network.layers``) on each line of the file."""
    assert network.architecture is not None
    lines: dict[int, list[int]] = {}
    for index, row in enumerate(network.layers):
        span = row.node.span
        if span is None or span.source is not network.architecture.source:
            continue
        for line in range(span.line, span.end_line + 1):
            lines.setdefault(line, []).append(index)
    return lines


def _network(network: AuditedNetwork, comment: Comment, claim: CommentClaim) -> Iterator[Finding]:
    totals, complete = network.audit.totals, network.audit.complete
    actual = getattr(totals, claim.quantity)
    accepted = [actual]
    if claim.quantity == "params":
        auxiliary = network.audit.auxiliary.params
        accepted += [value for _, value in same_params(network)]
        if _without_biases(claim):
            rows = [row for row in network.audit.rows if not row.node.auxiliary]
            accepted.append(totals.params - biases(rows))
        accepted += [value + auxiliary for value in accepted]
    elif claim.quantity in ("macs", "flops"):
        accepted += [totals.macs, 2 * totals.macs]
        if not any(map(claim.allows, accepted)):
            accepted += [total for _, total in preset_totals(network)]
    if any(map(claim.allows, accepted)) or (not complete and claim.value > actual):
        return
    actual_text = f"{bound_text(count_text(actual), complete)} {_unit(claim)}"
    finding = _finding(
        None, _span(comment, claim), f"the network has {actual_text}", claim, network
    )
    yield finding._replace(help=_HELP.format(actual_text)) if complete else finding


def _layer(
    network: AuditedNetwork, layers: list[int], comment: Comment, claim: CommentClaim
) -> Iterator[Finding]:
    if len(layers) > 1:
        return
    row = network.layers[layers[0]]
    actual = getattr(row, claim.quantity, None)
    if actual is None or row.unknown:
        return
    first = row.rows[0]
    accepted = [actual, getattr(first, claim.quantity)]
    if claim.quantity == "params":
        accepted += [row.params + sum(r.buffers for r in row.rows), row.trainable_params]
        if _without_biases(claim):
            accepted += [row.params - biases(row.rows), first.params - biases([first])]
    elif claim.quantity == "flops":
        accepted += [row.macs, 2 * row.macs, 2 * row.macs + first.bias_adds]
    if not any(map(claim.allows, accepted)):
        actual_text = f"{count_text(actual)} {_unit(claim)}"
        finding = _finding(
            row.name, _span(comment, claim), f"this layer has {actual_text}", claim, None
        )
        yield finding._replace(help=_HELP.format(actual_text))


def _span(comment: Comment, claim: CommentClaim) -> Span:
    """The place of a claim within its comment."""
    span = comment.span
    line = lines_of(span.source.text)[span.line - 1]
    start = line.find(claim.text, span.column - 1)
    return span._replace(column=start + 1, end_column=start + 1 + len(claim.text))


def _finding(
    layer: str | None, span: Span, has: str, claim: CommentClaim, network: AuditedNetwork | None
) -> Finding:
    exact = claim.value if claim.value.denominator == 1 else None
    notes = _meaning(network, int(exact)) if network and exact is not None else ()
    return Finding(layer, f"the comment says '{claim.text}', and {has}", None, notes, span)


def _without_biases(claim: CommentClaim) -> bool:
    """Whether the claim is about weights, which may exclude biases."""
    return "weight" in claim.text.lower()


def _unit(claim: CommentClaim) -> str:
    words = {
        "params": "parameters",
        "trainable_params": "trainable parameters",
        "non_trainable_params": "non-trainable parameters",
        "macs": "MACs",
        "flops": "FLOPs",
    }
    return words[claim.quantity]
