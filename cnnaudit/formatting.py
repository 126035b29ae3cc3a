"""Text of numbers, shapes, byte sizes and shares for people, the same in every output."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any


def shape_text(shape: Sequence[Any] | None) -> str:
    """Return ``55 × 55 × 96``, or ``?`` for an unknown shape (None or empty)."""
    return " × ".join(str(size) for size in shape) if shape else "?"


def sizes_text(sizes: Sequence[Any]) -> str:
    """Return the text of a kernel or stride: ``11×11``."""
    return "×".join(str(size) for size in sizes)


def count_text(value: int) -> str:
    """Return the number with thousands separators: ``62,378,344``."""
    return f"{value:,}"


def bound_text(text: str, complete: bool) -> str:
    """Return the text of a total, as ``≥ 1,234`` if layers are unknown and it is incomplete."""
    return text if complete else f"≥ {text}"


def short_count(value: int) -> str:
    """Return three significant digits with a unit: ``62.4 M``; numbers below 10,000 in full."""
    if abs(value) < 10_000:
        return f"{value:,}"
    for unit, exponent in (("K", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15)):
        scaled = value / 10**exponent
        if abs(scaled) < 999.5 or unit == "P":
            digits = 2 if abs(scaled) < 9.995 else 1 if abs(scaled) < 99.95 else 0
            return f"{scaled:.{digits}f} {unit}"
    raise AssertionError


def mebibytes(size: int) -> str:
    """Return bytes in MiB (2^20): ``237.95 MiB``; below 0.1 MiB in KiB."""
    value = size / 2**20
    return f"{value:,.2f} MiB" if value >= 0.1 or size == 0 else f"{size / 2**10:,.2f} KiB"


def unit_bytes(size: int) -> str:
    """Return bytes with the largest fitting unit: ``0 B``, ``72.23 KiB``, ``1.34 GiB``."""
    for unit, exponent in (("TiB", 40), ("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if size >= 2**exponent:
            return f"{size / 2**exponent:,.2f} {unit}"
    return f"{size} B"


def percent(part: int, total: int) -> str:
    """Return a share as ``94 %``; ``<1 %`` and ``>99 %`` if rounding would give 0 or 100."""
    if total == 0:
        return "–"
    rounded = round(Fraction(100 * part, total))
    if rounded == 0 and part:
        return "<1 %"
    if rounded == 100 and part != total:
        return ">99 %"
    return f"{rounded} %"


def decimal(value: Any) -> str:
    """Return a number without rounding: ``118.784``; a non-terminating fraction as ``1/3``."""
    if isinstance(value, Fraction) and value.denominator != 1:
        scale = next((10**k for k in range(1, 10) if 10**k % value.denominator == 0), None)
        if scale is None:
            return f"{value.numerator}/{value.denominator}"
        digits = len(str(scale)) - 1
        integer, decimals = divmod(abs(value.numerator) * scale // value.denominator, scale)
        return f"{'-' * (value < 0)}{integer}.{decimals:0{digits}d}".rstrip("0")
    return str(value).lower() if isinstance(value, bool) else str(value)


def value_text(value: Any) -> str:
    """Return the text of an attribute's value: ``same``, ``11×11``, ``0.5``, ``none``."""
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
    """Return the shortest text of padding amounts: ``valid``, ``2``, ``1×2``, ``0+1×0+1``."""
    if not any(before or after for before, after in amounts):
        return "valid"
    if all(before == after for before, after in amounts):
        sizes = [before for before, _ in amounts]
        return str(sizes[0]) if len(set(sizes)) == 1 else sizes_text(sizes)
    return "×".join(f"{before}+{after}" for before, after in amounts)
