"""`stockbell backup` and `stockbell restore`: the whole database in one file."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from core.config import Settings
from core.errors import ConfigurationError
from stockbell.backup import postgres, sqlite

OTHER_KIND = "{file} is a backup of {kind}, but DATABASE_URL names another kind of database."


def backup(settings: Settings, file: Path) -> str:
    """Write a backup that only its owner can read, and return a report. Everything may be running.

    Raises ConfigurationError, and then leaves no file.
    """
    if file.exists():
        raise ConfigurationError(f"{file} exists already. Choose another name.")
    database = settings.sqlite_file
    if database is not None and not database.exists():
        raise ConfigurationError(f"There is no database {database}. Check DATABASE_URL.")
    with _draft(file.parent, file.name) as draft:
        if database is not None:
            sqlite.dump(database, draft)
        else:
            postgres.dump(settings.database_url, draft)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.replace(file)
    kilobytes = -(-file.stat().st_size // 1024)
    return (
        f"The database was written to {file} ({kilobytes} kB). "
        "Your settings are not in it: keep JWT_SECRET elsewhere."
    )


def restore(settings: Settings, file: Path, *, force: bool) -> str:
    """Replace the database by a backup, and return a report.

    Raises ConfigurationError, and then leaves the database unchanged.
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
    return (
        f"The database was restored from {file}. Accounts: {restored.people}, "
        f"households: {restored.households}, items: {restored.items}.\n"
        f"Its tables were migrated from revision {before} to this release.\n"
        f"Streams restarted: {restored.streams}. Clients read everything again when they connect.\n"
        f"Chats and mailboxes released: {restored.leases}. What was being sent there is sent again.\n"
        f"Sign-ins ended: {restored.sign_ins}. People sign in again on the web; linked chats stay linked."
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
    raise ConfigurationError(f"{file} is not a backup of Stockbell.")


@contextlib.contextmanager
def _draft(folder: Path, name: str) -> Iterator[Path]:
    """Yield a file that only its owner can read, and delete it afterwards unless it was renamed."""
    try:
        descriptor, made = tempfile.mkstemp(prefix=f".{name}-", dir=folder)
        os.close(descriptor)
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be written to ({error.strerror}).") from error
    draft = Path(made)
    try:
        yield draft
    except OSError as error:
        raise ConfigurationError(f"{folder} cannot be written to ({error.strerror}).") from error
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            Path(f"{draft}{suffix}").unlink(missing_ok=True)
