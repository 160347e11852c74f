"""Importing a list of items: all of it in one transaction, or none."""

from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace
from uuid import UUID, uuid4

from sqlalchemy import bindparam, insert, update
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor
from core.guards import access
from core.guards.access import Access
from core.inventory import catalog, changes
from core.inventory.changes import Record
from core.inventory.csv_columns import COLUMNS
from core.inventory.csv_items import ItemsFile
from core.inventory.import_plan import Action, PlannedRow, plan, require_valid
from core.inventory.stock import items, movements
from core.models import MovementKind, Role
from core.notifications import announcing
from core.text import fold
from core.values.items import DEFAULT_LOCATION, ItemState

DEFAULT_UNIT = "pcs"
_EDITABLE = [column.key for column in COLUMNS if column.key != "id"]
_insert_items = insert(items)
_insert_movements = insert(movements)
# The household is locked, so the version is the one that was read. Otherwise the movement of that version
# would exist already, and nothing would be imported.
_update_items = update(items).where(
    items.c.id == bindparam("item"), items.c.version == bindparam("old_version")
)


def preview(session: Session, who: Actor, household_id: UUID, file: ItemsFile) -> list[PlannedRow]:
    """Return what an import would do, with its errors. Raises NotAllowed."""
    access.require(session, who, household_id, Role.MEMBER)
    return plan(file.lines, catalog.everything(session, who, household_id))


def carry_out(session: Session, who: Actor, household_id: UUID, file: ItemsFile) -> list[PlannedRow]:
    """Import a file and return what was done with each line. Raises WrongLines, NotAllowed.

    The household's stream gets an event for each item; people get one summary.
    """
    within = access.change(session, who, household_id)
    steps = plan(file.lines, catalog.everything(session, who, household_id))
    require_valid(steps)
    work = _Work(who, within, clock.utcnow())
    done = [work.do(step) for step in steps]
    _write(session, who, within, work)
    return done


class _Work:
    """The rows to write, and their records."""

    def __init__(self, who: Actor, within: Access, now: datetime) -> None:
        self._who, self._within = who, within
        self._today, self.now = within.today, now
        self.added: list[dict[str, object]] = []
        self.updated: list[dict[str, object]] = []
        self.records: list[Record] = []

    def do(self, step: PlannedRow) -> PlannedRow:
        """Prepare a step, and return it with the id of its item."""
        if step.action is Action.ADD:
            return self._add(step)
        if step.before is not None and step.changes:
            self._update(step.before, step)
        return step

    def _add(self, step: PlannedRow) -> PlannedRow:
        row = {
            **dict.fromkeys(_EDITABLE),
            "unit": DEFAULT_UNIT,
            "location": DEFAULT_LOCATION,
            "critical": False,
            **step.line.values,
            "id": uuid4(),
            "household_id": self._within.household_id,
            "version": 1,
            "created_at": self.now,
            "created_by": self._who.user_id,
            **self._stamps,
        }
        item = self._state(row)
        self.added.append({**row, "name_key": fold(item.name)})
        self._record(item, MovementKind.ADDED, item.quantity)
        return replace(step, item_id=item.id)

    def _update(self, before: ItemState, step: PlannedRow) -> None:
        row = {**vars(before), **step.changes, "version": before.version + 1, **self._stamps}
        item = self._state(row)
        columns = {name: row[name] for name in (*_EDITABLE, "version", *self._stamps)}
        keys = {"item": before.id, "old_version": before.version, "name_key": fold(item.name)}
        self.updated.append(columns | keys)
        kind = changes.kind_of_edit(before, item, step.changes)
        self._record(item, kind, item.quantity - before.quantity, before)

    @property
    def _stamps(self) -> dict[str, object]:
        return {"updated_at": self.now, "updated_by": self._who.user_id}

    def _state(self, row: dict[str, object]) -> ItemState:
        return ItemState.of(SimpleNamespace(**row), self._today)

    def _record(
        self, item: ItemState, kind: MovementKind, delta: int, before: ItemState | None = None
    ) -> None:
        self.records.append(changes.record_of(self._who, self._within, item, kind, delta, before=before))


def _write(session: Session, who: Actor, within: Access, work: _Work) -> None:
    if work.added:
        session.execute(_insert_items, work.added)
    if work.updated:
        session.execute(_update_items, work.updated)
    if not work.records:
        return
    session.execute(_insert_movements, [record.movement for record in work.records])
    summary = events.ItemsImported(
        household_id=within.household_id,
        user_id=within.user_id,
        user_name=within.user_name,
        added=len(work.added),
        updated=len(work.updated),
        at=work.now,
    )
    announcing.announce_import(session, who, within, summary, [record.happened for record in work.records])
