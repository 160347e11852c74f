"""`stockbell import` and `stockbell export`: operators move a household's items for one of its members."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from core.accounts import accounts
from core.actors import Actor, Face
from core.config import Settings
from core.errors import ConfigurationError, NotFound
from core.households import households
from core.inventory import catalog, csv_items, imports
from core.inventory.csv_columns import COLUMNS
from core.inventory.csv_items import ItemsFile
from core.inventory.import_plan import Action, PlannedRow, require_valid
from core.text import fold
from core.values.items import ItemState
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
            f"{file} exists already. Name a file that does not, or replace it with --force."
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
    """Return who acts, and which of their households is meant, by its id or a unique name."""
    found = accounts.credentials(session, email)
    if found is None:
        raise NotFound(f"There is no account with the email {email}.")
    theirs = households.of_person(session, found.user_id)
    named = [home.id for home in theirs if household == str(home.id) or fold(home.name) == fold(household)]
    if not named:
        known = ", ".join(home.name for home in theirs)
        raise NotFound(f"{email} is in no household {household}, but in: {known or 'none'}.")
    if len(named) > 1:
        ids = ", ".join(str(id_) for id_ in named)
        raise NotFound(f"Several households of {email} are called {household}. Name one by its id: {ids}.")
    return Actor(found.user_id, Face.WEB), named[0]


def _report(steps: Sequence[PlannedRow], ignored: Sequence[str], *, dry_run: bool) -> str:
    actions = [step.action for step in steps]
    added, updated, unchanged = (
        f"{actions.count(action):,}" for action in (Action.ADD, Action.UPDATE, Action.UNCHANGED)
    )
    told = f"{added} added, {updated} changed, {unchanged} as before."
    if ignored:
        told += f"\nThese columns were ignored: {', '.join(ignored)}."
    if not dry_run:
        return told
    return "\n".join([*map(_fate, steps), f"Nothing was imported. It would be: {told}"])


def _fate(step: PlannedRow) -> str:
    what = {Action.ADD: "added", Action.UPDATE: "changed", Action.UNCHANGED: "as before"}[step.action]
    changes = f" ({', '.join(_NAMES[key] for key in step.changes)})" if step.changes else ""
    return f"line {step.line.number}, {step.line.name}: {what}{changes}"
