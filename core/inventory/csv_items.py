"""Reading and writing items as CSV files (RFC 4180)."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.errors import FieldProblem, Invalid
from core.inventory.csv_columns import COLUMNS, Column, places
from core.values.items import LONGEST_NAME, ItemState

MOST_LINES = 10_000
LARGEST_FILE_MIB = 10
LARGEST_FILE = LARGEST_FILE_MIB * 1024 * 1024
LONGEST_LINE = 65_536
LONGEST_HEADER = 60
# Cells may span lines, so a file has more of them than items.
MOST_FILE_LINES = 20 * MOST_LINES
DELIMITERS = ",;\t"
WHOLE = "line"
"""The field of a problem with a whole line."""
# Spreadsheets would run such a cell as a formula: https://owasp.org/www-community/attacks/CSV_Injection
# Leading quotes count, so that texts which begin with one are read back unchanged.
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


@dataclass(frozen=True)
class CsvRow:
    """An item in a file, from line `number` on. `name` is for reports; `values` are its columns by field."""

    number: int
    name: str
    item_id: UUID | None
    values: Mapping[str, Any]
    problems: Sequence[FieldProblem]


@dataclass(frozen=True)
class ItemsFile:
    """The items of a file. `ignored` names the unknown columns."""

    lines: Sequence[CsvRow]
    ignored: Sequence[str]


def read(data: bytes) -> ItemsFile:
    """Read a file in UTF-8, separated by commas, semicolons or tabs.

    Problems with cells are listed with their line. Raises Invalid when the file cannot be read at all.
    """
    text = _decode(data)
    rows = _rows(text, _delimiter(text))
    _, header = next(rows, (0, []))
    found = places(header)
    _require_columns(found)
    lines: list[CsvRow] = []
    for number, cells in rows:
        if len(lines) == MOST_LINES:
            raise Invalid(f"The file has more than {MOST_LINES:,} items. Split it into smaller ones.")
        lines.append(_line(number, cells, found, header))
    names = enumerate(header)
    return ItemsFile(lines, [name.strip() or f"column {at + 1}" for at, name in names if at not in found])


def _decode(data: bytes) -> str:
    if len(data) > LARGEST_FILE:
        raise Invalid(f"The file is larger than {LARGEST_FILE_MIB} MiB. Split it into smaller ones.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid(
            f'Line {line} is not text in UTF-8. Save the file as "CSV UTF-8" and try again.'
        ) from None


def _delimiter(text: str) -> str:
    """Return the delimiter with which the header has the most known columns."""

    def known(delimiter: str) -> int:
        try:
            _, header = next(_rows(text, delimiter), (0, []))
        except Invalid:
            return 0
        return len(places(header))

    return max(DELIMITERS, key=known)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows that are not blank, each with the number of its first line."""
    reader = csv.reader(_file_lines(text), delimiter=delimiter, strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Invalid(
                f"Line {number} cannot be read: a quotation mark is missing or stands where none may be."
            ) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield number, cells


def _file_lines(text: str) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if number > MOST_FILE_LINES:
            raise Invalid(f"The file has more than {MOST_FILE_LINES:,} lines. Split it into smaller ones.")
        if len(line) > LONGEST_LINE:
            raise Invalid(
                f"Line {number} has more than {LONGEST_LINE:,} characters. Is this a list of items?"
            )
        yield line


def _require_columns(found: Mapping[int, Column]) -> None:
    there = {column.name for column in found.values()}
    missing = ", ".join(column.name for column in COLUMNS if column.must and column.name not in there)
    if missing:
        names = (f"{c.name} (or {', '.join(c.aliases)})" if c.aliases else c.name for c in COLUMNS)
        raise Invalid(
            f"The first line must name the columns. Missing: {missing}. "
            f"These are understood: {', '.join(names)}."
        )


def _line(number: int, cells: Sequence[str], found: Mapping[int, Column], header: Sequence[str]) -> CsvRow:
    width = len(header)
    values: dict[str, Any] = {}
    problems: list[FieldProblem] = []
    for at, column in found.items():
        cell = _plain(cells[at]) if at < len(cells) else ""
        if column.stays and not cell.strip():
            continue
        name = " ".join(header[at].split())[:LONGEST_HEADER]
        try:
            values[column.key] = column.read(cell, name) if column.must or cell.strip() else None
        except Invalid as error:
            problems.append(FieldProblem(name, str(error)))
    if len(cells) > width:
        # Its cells are in the wrong columns, so their own problems would be misleading.
        problems = [
            FieldProblem(
                WHOLE,
                f"This line has {len(cells)} cells and the first one only {width}. Put a cell that contains "
                "the separator into quotation marks.",
            )
        ]
    at = next(at for at, column in found.items() if column.name == "name")
    shown = _plain(cells[at]).strip()[:LONGEST_NAME] if at < len(cells) else ""
    return CsvRow(number, shown, values.pop("id", None), values, problems)


def _plain(cell: str) -> str:
    """Return the text of a cell, without the quote that keeps it from being a formula."""
    text = cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
    return text.replace("\r\n", "\n")


def write(items: Iterable[ItemState]) -> str:
    """Return a CSV file of the items, which reads back the same."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([column.name for column in COLUMNS])
    writer.writerows([_cell(column, item) for column in COLUMNS] for item in items)
    return file.getvalue()


def _cell(column: Column, item: ItemState) -> str:
    value = getattr(item, column.key)
    if value is None:
        return ""
    text = column.write(value)
    return f"'{text}" if _FORMULA.match(text) else text
