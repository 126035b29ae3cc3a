"""Claims in comments: ``# 62,378,344 parameters``, ``# 1.1 GMACs``.

Only a comment that consists of claims is read: parts between commas, each a number and its quantity
(``62.4M params``) or the reverse (``Total params: 62378344``). Numbers in prose are ignored, since
their subject is unclear.
"""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from cnnaudit.parsing.comments import Comment


class CommentClaim(NamedTuple):
    """A claimed total: its quantity, the text, the number, and the tolerance.

    The tolerance of a rounded number is half a unit of its last digit; of one with "about" a unit
    of its last digit other than 0, at most half the number.
    """

    quantity: str
    text: str
    value: Fraction
    tolerance: Fraction

    def allows(self, value: int) -> bool:
        """Whether ``value`` rounds to the claimed number."""
        return abs(value - self.value) <= self.tolerance


#: Powers of ten.
_UNITS = {"": 0, "k": 3, "thousand": 3, "m": 6, "million": 6, "g": 9, "b": 9, "billion": 9, "t": 12}
_ABOUT = r"(?P<about>(?:~|≈|about|around|roughly|approx(?:imately|\.)?|ca\.)\s*)?"
_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+|\d{1,15}(?:\.\d{1,9})?)"
_UNIT = r"(?P<unit>thousand|million|billion|[kmgbt])?"
_PREFIX = r"(?:(?P<part>total|trainable|non-trainable)\s+)?"
_QUANTITY = r"(?P<quantity>param(?:eter)?s?|weights|macs?|flops?|gradients|layers)"
_FORWARD = re.compile(rf"{_ABOUT}{_NUMBER}\s*{_UNIT}\s*{_PREFIX}{_QUANTITY}\.?", re.IGNORECASE)
_REVERSE = re.compile(
    rf"{_PREFIX}{_QUANTITY}\s*[:=]\s*{_ABOUT}{_NUMBER}\s*{_UNIT}\.?", re.IGNORECASE
)
#: Matches every text with a comment that claims a total.
_MENTION = re.compile(r"#.*(?:param|weights|mac|flop|gradient)", re.IGNORECASE)
_TITLE = re.compile(r"[\w.+-]*\s*summary:\s*", re.IGNORECASE)
#: A comma that is not inside a number.
_COMMA = re.compile(r"[,;]\s+")
_MAX_LENGTH = 200


def may_claim(text: str) -> bool:
    """Whether a file's comments may hold claims: a fast test before the exact search."""
    return _MENTION.search(text) is not None


def comment_claims(text: str) -> tuple[CommentClaim, ...]:
    """The claims of a comment; empty if it contains anything else."""
    if len(text) > _MAX_LENGTH:
        return ()
    claims = []
    for part in _COMMA.split(_TITLE.sub("", text, count=1)):
        match = _FORWARD.fullmatch(part.strip()) or _REVERSE.fullmatch(part.strip())
        if match is None:
            return ()
        quantity = _quantity(match)
        if quantity is not None:
            claims.append(_claim(quantity, match, part.strip()))
    return tuple(claims)


def _quantity(match: re.Match[str]) -> str | None:
    """The total that is claimed; None for quantities that are not checked."""
    noun, part = match["quantity"].lower(), (match["part"] or "").lower()
    if noun == "layers":
        return None
    if noun == "gradients" or (noun.startswith(("param", "weight")) and part == "trainable"):
        return "trainable_params"
    if noun.startswith(("param", "weight")):
        return "non_trainable_params" if part == "non-trainable" else "params"
    return "macs" if noun.startswith("mac") else "flops"


def _claim(quantity: str, match: re.Match[str], text: str) -> CommentClaim:
    digits = match["number"].replace(",", "")
    scale = Fraction(10) ** _UNITS[(match["unit"] or "").lower()]
    value = Fraction(digits) * scale
    decimals = len(digits.partition(".")[2])
    digit_value = scale / 10**decimals
    is_rounded = decimals > 0 or bool(match["unit"])
    if match["about"]:
        # "about 60 million" is a number of tens of millions.
        while value and value % (10 * digit_value) == 0:
            digit_value *= 10
        return CommentClaim(quantity, text, value, min(digit_value, value / 2))
    return CommentClaim(quantity, text, value, digit_value / 2 if is_rounded else Fraction(0))


def heading_claims(block: Sequence[Comment]) -> list[tuple[Comment, CommentClaim]]:
    """The claims of a block of comment lines, without lines that are part of a sentence."""
    claims_by_line = [comment_claims(comment.text) for comment in block]
    claims = []
    for index, (comment, line_claims) in enumerate(zip(block, claims_by_line, strict=True)):
        previous = block[index - 1].text if index and not claims_by_line[index - 1] else ""
        has_following = index + 1 < len(block) and not claims_by_line[index + 1]
        following = block[index + 1].text if has_following else ""
        continues = bool(previous) and not previous.endswith((".", ":"))
        is_continued = bool(following) and not following[0].isupper()
        if not continues and not is_continued:
            claims += [(comment, claim) for claim in line_claims]
    return claims
