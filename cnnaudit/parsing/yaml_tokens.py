"""The tokens of a YAML text: its quoted and block texts, and how far it is valid."""

from typing import NamedTuple

import yaml

from cnnaudit.errors import Source, breaks

#: libyaml's loader if PyYAML was built with it. The Python parser refuses some texts that libyaml
#: reads, such as a tab after a value.
LOADER = getattr(yaml, "CLoader", yaml.Loader)
MAX_DEPTH = 64

#: By how much a token changes the depth of nesting; others do not.
_DEPTH_CHANGES = {
    yaml.BlockMappingStartToken: 1,
    yaml.BlockSequenceStartToken: 1,
    yaml.FlowMappingStartToken: 1,
    yaml.FlowSequenceStartToken: 1,
    yaml.BlockEndToken: -1,
    yaml.FlowMappingEndToken: -1,
    yaml.FlowSequenceEndToken: -1,
}


class Scanned(NamedTuple):
    """The quoted and block texts of a text, and how far it is valid.

    ``error`` is the offset of the scanner error that ends it; ``too_deep`` is true if it is nested
    more than ``MAX_DEPTH`` deep there.
    """

    texts: list[tuple[int, int]]
    end: int
    error: int | None = None
    too_deep: bool = False


def texts(source: Source) -> tuple[list[tuple[int, int]], int]:
    """The stretches of quoted and block texts, and how far the text is valid, as offsets.

    A block text's stretch starts at the end of its header's line. A text is valid up to where it
    is nested too deep.
    """
    scanned = scan(source.text)
    if scanned.error is not None:
        # As in `yaml_tree.parse`: libyaml 0.2.6 may end before the first token is delivered.
        earlier = scan(source.text[: scanned.error])
        if earlier.too_deep:
            scanned = earlier
    return scanned.texts, scanned.end


def scan(text: str) -> Scanned:
    """Read a text as tokens, up to an error or to where it is nested too deep."""
    stretches: list[tuple[int, int]] = []
    end = depth = 0
    try:
        # Tokens, not events: an event starts at its anchor, and a comment may follow it.
        for token in yaml.scan(text, Loader=LOADER):
            start = token.start_mark.index
            depth += _DEPTH_CHANGES.get(type(token), 0)
            if depth > MAX_DEPTH:
                return Scanned(stretches, start, too_deep=True)
            end = token.end_mark.index
            if isinstance(token, yaml.ScalarToken) and token.style:
                if token.style in "|>":
                    header = breaks().search(text, start)
                    start = header.start() if header else end
                stretches.append((start, end))
    except yaml.YAMLError as error:
        return Scanned(stretches, end, error=error_offset(error))
    return Scanned(stretches, len(text))


def error_offset(error: yaml.YAMLError) -> int | None:
    """The offset of the token that a scanner error is in; None for other errors."""
    if not isinstance(error, yaml.scanner.ScannerError):
        return None
    mark = error.context_mark or error.problem_mark
    return mark.index if mark else None
