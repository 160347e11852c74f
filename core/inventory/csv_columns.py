"""The columns of a CSV file of items: their names, ours and Grocy's, and their values."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from core import days, prices, quantities
from core.errors import Invalid
from core.text import clean
from core.values.items import (
    LONGEST_BARCODE,
    LONGEST_CATEGORY,
    LONGEST_LOCATION,
    LONGEST_NAME,
    LONGEST_NOTES,
    LONGEST_UNIT,
)

# Grocy's best_before_date for what never expires: https://github.com/grocy/grocy
NEVER = date(2999, 12, 31)
_INSIGNIFICANT = re.compile(r"[\s_.-]+")


@dataclass(frozen=True)
class Column:
    """A column: its name, the item's field, other names, and how cells are read and written.

    `read` gets a cell and the column's name in the file. A blank cell means None; it is an error if `must`,
    and leaves the item unchanged if `stays`.
    """

    name: str
    key: str
    read: Callable[[str, str], object]
    aliases: Sequence[str] = ()
    write: Callable[[Any], str] = str
    must: bool = False
    stays: bool = False


def _text(longest: int, *, multiline: bool = False) -> Callable[[str, str], str]:
    return lambda cell, field: clean(cell, field, longest, multiline=multiline)


def _quantity(cell: str, field: str) -> int:
    return quantities.parse(cell, field, zero=True)


def _day(cell: str, field: str) -> date:
    return days.parse(cell.strip(), field)


def _expiry(cell: str, field: str) -> date | None:
    day = _day(cell, field)
    return None if day == NEVER else day


def _id(cell: str, field: str) -> UUID:
    try:
        return UUID(cell.strip())
    except ValueError:
        raise Invalid(
            f"{field} must be the id of an item of this household; leave it empty for a new one.", field
        ) from None


def _yes_or_no(cell: str, field: str) -> bool:
    word = cell.strip().casefold()
    if word not in {"yes", "true", "1", "no", "false", "0"}:
        raise Invalid(f"{field} must be yes or no.", field)
    return word in {"yes", "true", "1"}


COLUMNS = (
    Column("id", "id", _id),
    Column("name", "name", _text(LONGEST_NAME), ("product", "product_name"), must=True),
    Column("quantity", "quantity", _quantity, ("amount",), quantities.plain, must=True),
    Column(
        "unit",
        "unit",
        _text(LONGEST_UNIT),
        ("quantity_unit", "quantity_unit_name", "qu_unit", "qu_unit_name", "qu_stock_name"),
        stays=True,
    ),
    Column("location", "location", _text(LONGEST_LOCATION), ("location_name",), stays=True),
    Column("category", "category", _text(LONGEST_CATEGORY), ("product_group", "product_group_name")),
    Column("expirationDate", "expiration_date", _expiry, ("expiry",)),
    Column("bestBeforeDate", "best_before_date", _expiry, ("due_date", "next_due_date")),
    Column("purchaseDate", "purchase_date", _day, ("purchased_date",)),
    Column("price", "price", prices.parse, write=prices.plain),
    Column("notes", "notes", _text(LONGEST_NOTES, multiline=True), ("note", "description")),
    Column("minQuantity", "min_quantity", _quantity, ("min_stock_amount",), quantities.plain),
    Column("barcode", "barcode", _text(LONGEST_BARCODE)),
    Column("critical", "critical", _yes_or_no, write=lambda value: "yes" if value else "no", stays=True),
)


def places(header: Sequence[str]) -> dict[int, Column]:
    """Return the columns by position, whatever their case, spaces, dots, dashes and underscores.

    Our own name takes precedence over other names of the same column.
    """
    positions: dict[str, int] = {}
    for position, cell in enumerate(header):
        positions.setdefault(_folded(cell), position)
    found = {}
    for column in COLUMNS:
        names = [_folded(name) for name in (column.name, *column.aliases)]
        name = next((name for name in names if name in positions), None)
        if name is not None:
            found[positions[name]] = column
    return found


def _folded(name: str) -> str:
    return _INSIGNIFICANT.sub("", name).casefold()
