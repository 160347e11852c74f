"""Backups of SQLite, by its online backup API, which can copy a database in use."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL

from core import migrations
from core.errors import ConfigurationError
from core.operations.restoring import Restored
from stockbell.backup import replacing

MAGIC = b"SQLite format 3\x00"
BUSY_S = 30.0
# Processes that keep the database open for longer than this are not about to stop.
PATIENCE_MS = 2000
RUNNING = "Stockbell is running on this database. Stop it first, then restore."


def dump(database: Path, draft: Path) -> None:
    """Copy a database, as of one moment, into a file, and check the copy."""
    damaged = f"The database {database} is damaged. Restore an earlier backup."
    _copy(database, "rw", draft, damaged)


def restore(file: Path, draft: Path, database: Path, *, force: bool) -> tuple[str, Restored]:
    """Replace a database by a backup, in one transaction, and return the backup's revision.

    The draft is a file to work in. Raises ConfigurationError, and then leaves the database unchanged.
    """
    _copy(file, "ro&immutable=1", draft, f"The backup {file} is damaged. Use another one.")
    before, restored = _renewed(draft)
    existed = database.exists()
    try:
        with _opened(draft, "ro") as source, _opened(database, "rwc") as target:
            _take_over(target, database, force=force)
            source.backup(target)
    except BaseException:
        if not existed:
            database.unlink(missing_ok=True)
        raise
    return before, restored


def _copy(file: Path, mode: str, draft: Path, damaged: str) -> None:
    with _opened(file, mode) as source, _opened(draft, "rw") as copy:
        source.backup(copy)
        _make_plain(copy)
        if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise ConfigurationError(damaged)


def _renewed(draft: Path) -> tuple[str, Restored]:
    url = URL.create("sqlite", database=str(draft)).render_as_string(hide_password=False)
    engine = migrations.engine_for(url)
    try:
        with engine.connect() as connection:
            renewed = replacing.renew(connection)
            connection.commit()
            return renewed
    finally:
        engine.dispose()


def _take_over(target: sqlite3.Connection, database: Path, *, force: bool) -> None:
    """Lock the database, and check that it may be replaced."""
    try:
        target.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
        target.execute("PRAGMA locking_mode=EXCLUSIVE")
        # SQLite only leaves WAL mode when nobody else has the file open.
        _make_plain(target)
        target.execute("BEGIN EXCLUSIVE")
        target.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            raise ConfigurationError(RUNNING) from None
        raise
    tables = {name for (name,) in target.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    replacing.require_replaceable(
        str(database),
        tables,
        lambda: target.execute("SELECT 1 FROM users LIMIT 1").fetchone() is not None,
        force=force,
    )


def _make_plain(connection: sqlite3.Connection) -> None:
    """Keep everything in one file, without a journal."""
    connection.execute("PRAGMA journal_mode=DELETE")


@contextlib.contextmanager
def _opened(file: Path, mode: str) -> Iterator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(f"file:{quote(str(file))}?mode={mode}", uri=True, timeout=BUSY_S)
        connection.isolation_level = None
        with contextlib.closing(connection):
            yield connection
    except sqlite3.Error as error:
        raise ConfigurationError(f"{file} cannot be used as Stockbell's database ({error}).") from error
