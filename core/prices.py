"""Prices: exact whole cents inside, decimal numbers outside."""

from decimal import Decimal

from core import quantities
from core.errors import Invalid

CENTS = 100
DEAREST = 1_000_000


def parse(value: Decimal | str, field: str = "price") -> int:
    """Return the cents of a decimal number; text may have a decimal comma.

    Raises Invalid unless it is a number from 0 to 1,000,000 with at most two decimals.
    """
    number = quantities.number(value, field) if isinstance(value, str) else value
    if not (number.is_finite() and 0 <= number <= DEAREST):
        raise Invalid(f"{field} must be between 0 and 1,000,000.", field)
    exact = number.quantize(Decimal("0.01"))
    if exact != number:
        raise Invalid(f"{field} can have at most two decimals.", field)
    return int(exact * CENTS)


def plain(cents: int) -> str:
    """Return the number as programs write it: 1.29, 3.00."""
    return f"{cents // CENTS}.{cents % CENTS:02}"
