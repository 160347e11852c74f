"""`stockbell import` and `stockbell export`: a household's items, on behalf of one of its members."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from core.actors import Actor
from core.config import Settings
from core.errors import ConfigurationError, NotFound
from core.households import households
from core.inventory import catalog, csv_items, imports
from core.inventory.csv_columns import COLUMNS
from core.inventory.csv_items import ItemsFile
from core.inventory.import_plan import Action, PlannedRow, require_valid
from core.text import fold
from core.values.items import ItemState
from stockbell.commands.accounts import actor_of
from stockbell.commands.database import opened

STDOUT = "-"
_NAMES = {column.key: column.name for column in COLUMNS}


def import_items(settings: Settings, file: Path, household: str, email: str, *, dry_run: bool) -> str:
    """Import a CSV file, and return a report. Raises WrongLines, NotFound, NotAllowed."""
    with _file_errors(file, "read"):
        data = file.read_bytes()
    read = csv_items.read(data)
    with opened(settings) as database:
        steps = database.write_now(_preview if dry_run else _carry_out, household, email, read)
    return _report(steps, read.ignored, dry_run=dry_run)


def export_items(settings: Settings, file: str, household: str, email: str, *, force: bool) -> None:
    """Write all items of a household to a CSV file, or to standard output.

    An existing file is only replaced with `force`. Raises NotFound, NotAllowed, ConfigurationError.
    """
    with opened(settings) as database:
        items = database.write_now(_everything, household, email)
    data = csv_items.write(items).encode()
    if file == STDOUT:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    with _file_errors(Path(file), "written"), Path(file).open("wb" if force else "xb") as written:
        written.write(data)


@contextlib.contextmanager
def _file_errors(file: Path, done: str) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise ConfigurationError(
            f"{file} exists already. Choose another name, or replace it with --force."
        ) from error
    except OSError as error:
        raise ConfigurationError(f"The file {file} cannot be {done} ({error.strerror}).") from error


def _preview(session: Session, household: str, email: str, file: ItemsFile) -> Sequence[PlannedRow]:
    steps = imports.preview(session, *_place(session, household, email), file)
    require_valid(steps)
    return steps


def _carry_out(session: Session, household: str, email: str, file: ItemsFile) -> Sequence[PlannedRow]:
    return imports.carry_out(session, *_place(session, household, email), file)


def _everything(session: Session, household: str, email: str) -> list[ItemState]:
    return catalog.everything(session, *_place(session, household, email))


def _place(session: Session, household: str, email: str) -> tuple[Actor, UUID]:
    """Return who acts, and the id of the household that is meant by its id or a unique name."""
    who = actor_of(session, email)
    theirs = households.of_person(session, who.user_id)
    named = [home.id for home in theirs if household == str(home.id) or fold(home.name) == fold(household)]
    if not named:
        known = ", ".join(home.name for home in theirs)
        raise NotFound(f"{email} is not in a household {household}. Their households: {known or 'none'}.")
    if len(named) > 1:
        ids = ", ".join(str(id_) for id_ in named)
        raise NotFound(f"{email} is in several households called {household}. Choose one by its id: {ids}.")
    return who, named[0]


def _report(steps: Sequence[PlannedRow], ignored: Sequence[str], *, dry_run: bool) -> str:
    actions = [step.action for step in steps]
    added, updated, unchanged = (
        f"{actions.count(action):,}" for action in (Action.ADD, Action.UPDATE, Action.UNCHANGED)
    )
    told = f"{added} added, {updated} changed, {unchanged} unchanged."
    if ignored:
        told += f"\nThese columns were ignored: {', '.join(ignored)}."
    if not dry_run:
        return told
    return "\n".join([*map(_fate, steps), f"Nothing was imported. It would be: {told}"])


def _fate(step: PlannedRow) -> str:
    what = {Action.ADD: "added", Action.UPDATE: "changed", Action.UNCHANGED: "unchanged"}[step.action]
    changes = f" ({', '.join(_NAMES[key] for key in step.changes)})" if step.changes else ""
    return f"line {step.line.number}, {step.line.name}: {what}{changes}"
