"""What an import will do with each line, decided before anything is changed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from core.errors import FieldProblem, Invalid
from core.inventory.csv_columns import NEVER
from core.inventory.csv_items import WHOLE, CsvRow
from core.text import fold
from core.values.items import DEFAULT_LOCATION, ItemState

MOST_PROBLEMS = 100
MOST_IDS = 5

Key = tuple[str, str, date | None]
"""Lines without an id mean the same item if these are equal: folded name, folded location, expiry."""


class Action(StrEnum):
    ADD = "add"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    ERROR = "error"


@dataclass(frozen=True)
class PlannedRow:
    """What to do with a line. `before` is its item, None for a new one; `changes` are the new values."""

    line: CsvRow
    action: Action
    item_id: UUID | None = None
    before: ItemState | None = None
    changes: Mapping[str, object] = field(default_factory=dict)
    problems: Sequence[FieldProblem] = ()


class WrongLines(Invalid):
    """Lines of a file cannot be imported; `problems` has the first hundred problems."""

    def __init__(self, problems: Sequence[FieldProblem]) -> None:
        message = f"Nothing was imported, because {len(problems):,} cells are wrong."
        if len(problems) == 1:
            message = (
                f"Nothing was imported. {problems[0].field.replace('line', 'Line', 1)}: {problems[0].message}"
            )
        elif len(problems) > MOST_PROBLEMS:
            more = len(problems) - MOST_PROBLEMS
            message += f" The first {MOST_PROBLEMS} are listed; there are {more:,} more."
        super().__init__(message)
        self.problems = problems[:MOST_PROBLEMS]


def plan(lines: Sequence[CsvRow], here: Sequence[ItemState]) -> list[PlannedRow]:
    """Plan each line for a household with these items."""
    planner = _Planner(here)
    return [planner.step(line) for line in lines]


def require_valid(steps: Sequence[PlannedRow]) -> None:
    """Raise WrongLines if a step has problems."""
    problems = [
        FieldProblem(_place(step.line, problem), problem.message)
        for step in steps
        for problem in step.problems
    ]
    if problems:
        raise WrongLines(problems)


def _place(line: CsvRow, problem: FieldProblem) -> str:
    return f"line {line.number}" if problem.field == WHOLE else f"line {line.number}, {problem.field}"


class _Planner:
    def __init__(self, here: Sequence[ItemState]) -> None:
        self._by_id = {item.id: item for item in here}
        self._by_key: dict[Key, list[ItemState]] = defaultdict(list)
        for item in here:
            self._by_key[_key(item.name, item.location, item.expires)].append(item)
        self._taken: dict[UUID | Key, int] = {}

    def step(self, line: CsvRow) -> PlannedRow:
        if line.problems:
            return PlannedRow(line, Action.ERROR, problems=line.problems)
        try:
            item = self._item_of(line)
            self._take(line, item)
        except Invalid as error:
            return PlannedRow(line, Action.ERROR, problems=error.problems)
        if item is None:
            return PlannedRow(line, Action.ADD)
        changes = {name: value for name, value in line.values.items() if _differs(getattr(item, name), value)}
        action = Action.UPDATE if changes else Action.UNCHANGED
        return PlannedRow(line, action, item.id, item, changes)

    def _item_of(self, line: CsvRow) -> ItemState | None:
        """Return a line's item, or None for a new one. Raises Invalid."""
        if line.item_id is not None:
            item = self._by_id.get(line.item_id)
            if item is None:
                raise Invalid(
                    "There is no item with this id in this household. Leave the id empty to add a new one.",
                    "id",
                )
            return item
        found = self._by_key.get(_key_of(line), [])
        if len(found) > 1:
            ids = ", ".join(str(item.id) for item in found[:MOST_IDS])
            raise Invalid(
                f"Several items here have this name, place and date. Say which one in a column id: {ids}.",
                "name",
            )
        return found[0] if found else None

    def _take(self, line: CsvRow, item: ItemState | None) -> None:
        """Reserve an item for a line. Raises Invalid when another line has it."""
        target = item.id if item is not None else _key_of(line)
        first = self._taken.setdefault(target, line.number)
        if first != line.number:
            raise Invalid(
                f"Lines {first} and {line.number} mean the same item. Leave only one of them.", WHOLE
            )


def _key_of(line: CsvRow) -> Key:
    values = line.values
    expires = values.get("expiration_date") or values.get("best_before_date")
    return _key(values["name"], values.get("location", DEFAULT_LOCATION), expires)


def _key(name: str, location: str, expires: date | None) -> Key:
    return fold(name), fold(location), None if expires == NEVER else expires


def _differs(old: object, new: object) -> bool:
    # Reading a file turns the day that means never into None.
    return bool((None if old == NEVER else old) != new)
