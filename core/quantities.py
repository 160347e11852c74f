"""Quantities: exact whole thousandths inside, decimal numbers outside, never floats."""

from decimal import Decimal, InvalidOperation

from core.errors import Invalid
from core.text import singular

THOUSANDTHS = 1000
LARGEST = 1_000_000 * THOUSANDTHS


def parse(value: Decimal | str, field: str = "quantity", *, zero: bool = False) -> int:
    """Return the thousandths of a decimal number; text may have a decimal comma.

    Raises Invalid unless it is above 0 (or 0, if allowed), at most 1,000,000, and has at most three decimals.
    """
    wanted = number(value, field) if isinstance(value, str) else value
    if not wanted.is_finite():
        raise Invalid(f"{field} must be a number such as 2 or 1.5.", field)
    if wanted < 0 or (wanted == 0 and not zero):
        raise Invalid(f"{field} must be {'0 or more' if zero else 'more than 0'}.", field)
    if wanted > LARGEST // THOUSANDTHS:
        raise Invalid(f"{field} must be at most 1,000,000.", field)
    exact = wanted.quantize(Decimal("0.001"))
    if exact != wanted:
        raise Invalid(f"{field} can have at most three decimals.", field)
    return int(exact * THOUSANDTHS)


def number(text: str, field: str) -> Decimal:
    """Return the number that somebody typed, perhaps with a decimal comma. Raises Invalid."""
    try:
        return Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise Invalid(f"{field} must be a number such as 2 or 1.5.", field) from None


def decimal(thousandths: int) -> Decimal:
    """Return thousandths as a decimal number."""
    return Decimal(thousandths) / THOUSANDTHS


def plain(thousandths: int) -> str:
    """Return the number as programs write it: 1.5, 12000."""
    return f"{decimal(thousandths):f}"


def display(thousandths: int, unit: str = "") -> str:
    """Return the number as people write it, without trailing zeros, and its unit: 1.5 l, 1 cup, 2 cups."""
    number = f"{decimal(thousandths):,.3f}".rstrip("0").rstrip(".")
    if thousandths == THOUSANDTHS:
        unit = singular(unit)
    return f"{number} {unit}".rstrip()
