"""How numbers and shapes are written for people, everywhere the same."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any


def shape_text(shape: Sequence[Any] | None) -> str:
    """``55 × 55 × 96``; a question mark where the shape is unknown."""
    return " × ".join(str(size) for size in shape) if shape else "?"


def sizes_text(sizes: Sequence[Any]) -> str:
    """A kernel or stride: ``11×11``."""
    return "×".join(str(size) for size in sizes)


def count_text(value: int) -> str:
    """``62,378,344``."""
    return f"{value:,}"


def bound_text(text: str, complete: bool) -> str:
    """A total in words; ``≥ 1,234`` where more may be hidden in layers that are not known."""
    return text if complete else f"≥ {text}"


def short_count(value: int) -> str:
    """Three significant digits with a unit of 10^3: ``62.4 M``; small numbers in full."""
    if abs(value) < 10_000:
        return f"{value:,}"
    for unit, exponent in (("K", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15)):
        scaled = value / 10**exponent
        if abs(scaled) < 999.5 or unit == "P":
            digits = 2 if abs(scaled) < 9.995 else 1 if abs(scaled) < 99.95 else 0
            return f"{scaled:.{digits}f} {unit}"
    raise AssertionError


def mebibytes(size: int) -> str:
    """Bytes as MiB (2^20): ``237.95 MiB``, with enough digits for a small network."""
    value = size / 2**20
    return f"{value:,.2f} MiB" if value >= 0.1 or size == 0 else f"{size / 2**10:,.2f} KiB"


def unit_bytes(size: int) -> str:
    """Bytes with the unit of 2^10 that suits them: ``0 B``, ``72.23 KiB``, ``1.34 GiB``."""
    for unit, exponent in (("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if size >= 2**exponent:
            return f"{size / 2**exponent:,.2f} {unit}"
    return f"{size} B"


def percent(part: int, whole: int) -> str:
    """A share as ``94 %``; ``<1 %`` and ``>99 %`` where rounding would hide or complete it."""
    if whole == 0:
        return "–"
    rounded = round(Fraction(100 * part, whole))
    if rounded == 0 and part:
        return "<1 %"
    if rounded == 100 and part != whole:
        return ">99 %"
    return f"{rounded} %"


def decimal(value: Any) -> str:
    """A number as a person would write it: ``118.784``; a fraction that has no end as ``1/3``."""
    if isinstance(value, Fraction) and value.denominator != 1:
        scale = next((10**k for k in range(1, 10) if 10**k % value.denominator == 0), None)
        if scale is None:
            return f"{value.numerator}/{value.denominator}"
        digits = len(str(scale)) - 1
        whole, rest = divmod(abs(value.numerator) * scale // value.denominator, scale)
        return f"{'-' * (value < 0)}{whole}.{rest:0{digits}d}".rstrip("0")
    return str(value).lower() if isinstance(value, bool) else str(value)


def value_text(value: Any) -> str:
    """An attribute as a person would write it: ``same``, ``11×11``, ``0.5``, ``none``."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Fraction):
        return decimal(value)
    if isinstance(value, tuple):
        if value and isinstance(value[0], tuple):
            return padding_text(value)
        return sizes_text(value)
    return str(value)


def padding_text(amounts: Sequence[Sequence[int]]) -> str:
    """Padding amounts as short as they can be said: ``valid``, ``2``, ``1×2``, ``0+1×0+1``."""
    if not any(before or after for before, after in amounts):
        return "valid"
    if all(before == after for before, after in amounts):
        sizes = [before for before, _ in amounts]
        return str(sizes[0]) if len(set(sizes)) == 1 else sizes_text(sizes)
    return "×".join(f"{before}+{after}" for before, after in amounts)
