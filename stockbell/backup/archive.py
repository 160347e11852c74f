"""`stockbell backup` and `stockbell restore`: one file holds everything that is in the database."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.config import Settings
from core.errors import ConfigurationError
from core.operations.restoring import Restored
from stockbell.backup import postgres, sqlite

OTHER_KIND = "{file} is a backup of {kind}, and DATABASE_URL names another kind of database."


def backup(settings: Settings, file: Path) -> str:
    """Write a backup that only its owner can read, while everything may be running; say what was done.

    Raises ConfigurationError, and leaves no file then.
    """
    if file.exists():
        raise ConfigurationError(f"{file} exists already. Name a file that does not.")
    database = settings.sqlite_file
    if database is not None and not database.exists():
        raise ConfigurationError(f"There is no database {database}. Check DATABASE_URL.")
    with _draft(file.parent, file.name) as draft:
        if database is not None:
            sqlite.dump(database, draft)
        else:
            postgres.dump(settings.database_url, draft)
        _keep(draft, file)
    kilobytes = -(-file.stat().st_size // 1024)
    return (
        f"The database was written to {file} ({kilobytes} kB). "
        "Your settings are not in it: keep JWT_SECRET elsewhere."
    )


def restore(settings: Settings, file: Path, *, force: bool) -> str:
    """Put a backup into the place of the database, and say what was done.

    Raises ConfigurationError, and leaves the database as it was then.
    """
    kind = _kind(file)
    database = settings.sqlite_file
    if (kind is sqlite) != (database is not None):
        name = "SQLite" if kind is sqlite else "PostgreSQL"
        raise ConfigurationError(OTHER_KIND.format(file=file, kind=name))
    if database is None:
        before, restored = postgres.restore(file, settings.database_url, force=force)
    else:
        with _draft(database.parent, database.name) as draft:
            before, restored = sqlite.restore(file, draft, database, force=force)
    return _report(file, before, restored)


def _report(file: Path, before: str, restored: Restored) -> str:
    return (
        f"The database is that of {file} now. Accounts: {restored.people}, "
        f"households: {restored.households}, items: {restored.items}.\n"
        f"Its tables were those of revision {before}, and are this release's now.\n"
        f"Streams that begin anew: {restored.streams}. Clients read everything again when they connect.\n"
        f"Chats and mailboxes set free: {restored.leases}. What was on its way there is sent again.\n"
        f"Sign-ins ended: {restored.sign_ins}. Everybody signs in again on the web; linked chats stay linked."
    )


def _kind(file: Path) -> object:
    try:
        with file.open("rb") as opened:
            begin = opened.read(len(sqlite.MAGIC))
    except OSError as error:
        raise ConfigurationError(f"The backup {file} cannot be read ({error.strerror}).") from error
    if begin == sqlite.MAGIC:
        return sqlite
    if begin.startswith(postgres.MAGIC):
        return postgres
    raise ConfigurationError(f"{file} is no backup of Stockbell.")


@contextlib.contextmanager
def _draft(folder: Path, name: str) -> Iterator[Path]:
    """Give a file that only its owner can read, and that is gone afterwards unless it was renamed."""
    try:
        # mkstemp lets its owner only read and write it.
        descriptor, made = tempfile.mkstemp(prefix=f".{name}-", dir=folder)
        os.close(descriptor)
    except OSError as error:
        raise ConfigurationError(f"Nothing can be written in {folder} ({error.strerror}).") from error
    draft = Path(made)
    try:
        yield draft
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be written ({error.strerror}).") from error
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            Path(f"{draft}{suffix}").unlink(missing_ok=True)


def _keep(draft: Path, file: Path) -> None:
    """Give a draft its name, once it is on the disk."""
    with draft.open("rb") as written:
        os.fsync(written.fileno())
    draft.replace(file)
