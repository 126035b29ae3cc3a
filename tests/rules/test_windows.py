"""How much of what windows read is padding: the formula against counting."""

from fractions import Fraction

from hypothesis import given

from cnnaudit.ops.window_axis import Axis
from cnnaudit.rules.windows import padding_share
from tests.ops.test_window_axis import axis, cells


@given(axis())
def test_what_is_no_input_is_padding(found: Axis) -> None:
    reads = [at for row in cells(found) for at in row]
    inside = sum(0 <= at < found.size for at in reads)
    assert padding_share((found,)) == 1 - Fraction(inside, len(reads))


def test_giant_windows_are_not_gone_through() -> None:
    giant = Axis("height", 32, 32, 2**40, 1, 1, 2**39, 2**39)
    assert padding_share((giant,)) is None
