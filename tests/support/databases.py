"""A fresh, migrated database for each test: migrated once an engine, then copied."""

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from core import migrations

TEMPLATE = "stockbell_template"
COPY = "stockbell_test"
# A change to the catalog is a new version of some row in it.
SHAPE: LiteralString = "SELECT (SELECT string_agg(version_num, ' ') FROM alembic_version), " + ", ".join(
    f"(SELECT (count(*), max(xmin::text::bigint))::text FROM {catalog})"
    for catalog in ("pg_class", "pg_attribute", "pg_constraint", "pg_index", "pg_proc", "pg_trigger")
)


class SqliteTemplate:
    """A migrated SQLite file, to be copied."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "template.db"
        migrations.upgrade(f"sqlite:///{self._file}")

    @contextlib.contextmanager
    def copy(self) -> Iterator[str]:
        """Make a fresh database, in the place of the one before; the block gets its URL."""
        for left in self._folder.glob("stockbell.db*"):
            left.unlink()
        file = self._folder / "stockbell.db"
        shutil.copyfile(self._file, file)
        yield f"sqlite:///{file}"


class SqliteSnapshot:
    """What a SQLite database contained at a moment."""

    def __init__(self, url: str) -> None:
        self._file = url.removeprefix("sqlite:///")
        self._content = sqlite3.connect(":memory:")
        with contextlib.closing(sqlite3.connect(self._file)) as connection:
            connection.backup(self._content)

    def restore(self) -> None:
        """Make the database contain it again, in one transaction; whoever uses it may go on."""
        with contextlib.closing(sqlite3.connect(self._file)) as connection:
            self._content.backup(connection)

    def close(self) -> None:
        self._content.close()


class PostgresTemplate:
    """A migrated database on a server, to be copied by the server itself.

    To make and drop a database takes the server long, so one copy serves test after test and is emptied
    in between. A test that changed its tables, for example by a migration, leaves none behind.
    """

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._shape: tuple[Any, ...] | None = None
        """Of the copy, once there is one."""
        _execute(server_url, "CREATE DATABASE {}", TEMPLATE)
        migrations.upgrade(self._url(TEMPLATE))

    @contextlib.contextmanager
    def copy(self) -> Iterator[str]:
        """Make a fresh database; the block gets its URL."""
        url = self._url(COPY)
        if self._shape is None:
            # Copied as files it is there in a third of the time that the write-ahead log takes.
            _execute(self._server_url, "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", COPY, TEMPLATE)
            self._shape = _shape(url)
        try:
            yield url
        finally:
            if _shape(url) == self._shape:
                _empty(url)
            else:
                _execute(self._server_url, "DROP DATABASE {} WITH (FORCE)", COPY)
                self._shape = None

    def _url(self, database: str) -> str:
        return f"{self._server_url.rpartition('/')[0]}/{database}"


def _connect(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    # psycopg needs to know neither of SQLAlchemy nor of its spelling of URLs.
    return psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True)


def _execute(url: str, statement: LiteralString, *names: str) -> None:
    with _connect(url) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _shape(url: str) -> tuple[Any, ...] | None:
    """Return what differs once tables have been made, altered or dropped; None when they are gone."""
    try:
        with _connect(url) as connection:
            return connection.execute(SHAPE).fetchone()
    except (psycopg.OperationalError, psycopg.errors.UndefinedTable):
        return None


def _empty(url: str) -> None:
    """Delete every row but the migrations' own, whatever refers to it, and count from 1 again."""
    with _connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute("SET session_replication_role = replica")
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND relname <> 'alembic_version'"
        ).fetchall()
        connection.execute(
            sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for (name,) in tables)
        )
        connection.execute("SELECT setval(seqrelid, 1, false) FROM pg_sequence")
