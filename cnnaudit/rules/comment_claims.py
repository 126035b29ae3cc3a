"""Claims in comments: ``# 62,378,344 parameters``, ``# 1.1 GMACs``.

A comment is read only where it consists of such statements: parts between commas, each a number
and what is counted (``62.4M params``) or the reverse (``Total params: 62378344``). Of prose that
mentions a number nobody can say what it is about, so it says nothing here.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from cnnaudit.parsing.comments import Comment


class CommentClaim(NamedTuple):
    """So many of a total: its name, the number as written, and how far off it may be.

    A rounded number may be off by half a unit of its last digit; one that says "about" by a whole
    one, but never by more than half of itself.
    """

    quantity: str
    text: str
    value: Fraction
    tolerance: Fraction

    def allows(self, value: int) -> bool:
        """Whether ``value`` rounds to what is written."""
        return abs(value - self.value) <= self.tolerance


_UNITS = {
    "": 0,
    "k": 3,
    "thousand": 3,
    "m": 6,
    "million": 6,
    "g": 9,
    "b": 9,
    "billion": 9,
    "t": 12,
}
_ABOUT = r"(?P<about>(?:~|≈|about|around|roughly|approx(?:imately|\.)?|ca\.)\s*)?"
_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+|\d{1,15}(?:\.\d{1,9})?)"
_UNIT = r"(?P<unit>thousand|million|billion|[kmgbt])?"
_PREFIX = r"(?:(?P<part>total|trainable|non-trainable)\s+)?"
_WHAT = r"(?P<what>param(?:eter)?s?|weights|macs?|flops?|gradients|layers)"
_FORWARD = re.compile(rf"{_ABOUT}{_NUMBER}\s*{_UNIT}\s*{_PREFIX}{_WHAT}\.?", re.IGNORECASE)
_REVERSE = re.compile(rf"{_PREFIX}{_WHAT}\s*[:=]\s*{_ABOUT}{_NUMBER}\s*{_UNIT}\.?", re.IGNORECASE)
#: What a text has where any of its comments states a total.
_MENTION = re.compile(r"#.*(?:param|weights|mac|flop|gradient)", re.IGNORECASE)
_TITLE = re.compile(r"[\w.+-]*\s*summary:\s*", re.IGNORECASE)
#: A comma that is not inside a number.
_COMMA = re.compile(r"[,;]\s+")
_LONGEST = 200


def may_claim(text: str) -> bool:
    """Whether a file's comments may state anything: to find them exactly takes far longer."""
    return _MENTION.search(text) is not None


def comment_claims(text: str) -> tuple[CommentClaim, ...]:
    """What a comment's text states; empty where it says anything else too."""
    if len(text) > _LONGEST:
        return ()
    found = []
    for part in _COMMA.split(_TITLE.sub("", text, count=1)):
        match = _FORWARD.fullmatch(part.strip()) or _REVERSE.fullmatch(part.strip())
        if match is None:
            return ()
        quantity = _quantity(match)
        if quantity is not None:
            found.append(_statement(quantity, match, part.strip()))
    return tuple(found)


def _quantity(match: re.Match[str]) -> str | None:
    """The total that is meant; None for what is not counted in weights or work."""
    what, part = match["what"].lower(), (match["part"] or "").lower()
    if what == "layers":
        return None
    if what == "gradients" or (what.startswith(("param", "weight")) and part == "trainable"):
        return "trainable_params"
    if what.startswith(("param", "weight")):
        return "non_trainable_params" if part == "non-trainable" else "params"
    return "macs" if what.startswith("mac") else "flops"


def _statement(quantity: str, match: re.Match[str], text: str) -> CommentClaim:
    digits = match["number"].replace(",", "")
    scale = Fraction(10) ** _UNITS[(match["unit"] or "").lower()]
    value = Fraction(digits) * scale
    places = len(digits.partition(".")[2])
    last = scale / 10**places
    rounded = places > 0 or bool(match["unit"])
    if match["about"]:
        # "about 60 million" is a number of tens of millions.
        while value and value % (10 * last) == 0:
            last *= 10
        return CommentClaim(quantity, text, value, min(last, value / 2))
    return CommentClaim(quantity, text, value, last / 2 if rounded else Fraction(0))


def heading_claims(block: Sequence[Comment]) -> list[tuple[Comment, CommentClaim]]:
    """What a block of comment lines states: lines that stand by themselves, no broken sentence."""
    said = [comment_claims(comment.text) for comment in block]
    found = []
    for index, (comment, here) in enumerate(zip(block, said, strict=True)):
        before = block[index - 1].text if index and not said[index - 1] else ""
        behind = index + 1 < len(block) and not said[index + 1] and block[index + 1].text
        goes_on = bool(before) and not before.endswith((".", ":"))
        if not goes_on and not (behind and not behind[0].isupper()):
            found += [(comment, statement) for statement in here]
    return found
