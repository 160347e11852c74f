"""A fresh, migrated database for each test: migrated once an engine, then copied."""

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from core import migrations

TEMPLATE = "stockbell_template"


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
    """A migrated database on a server, to be copied by the server itself."""

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url
        self._execute("CREATE DATABASE {}", TEMPLATE)
        migrations.upgrade(self._url(TEMPLATE))

    @contextlib.contextmanager
    def copy(self, name: str = "stockbell_test") -> Iterator[str]:
        """Make a fresh database and drop it afterwards; the block gets its URL."""
        # Copied as files it is there in a third of the time that the write-ahead log takes.
        self._execute("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, TEMPLATE)
        try:
            yield self._url(name)
        finally:
            self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def _url(self, database: str) -> str:
        return f"{self._server_url.rpartition('/')[0]}/{database}"

    def _execute(self, statement: str, *names: str) -> None:
        # psycopg needs to know neither of SQLAlchemy nor of its spelling of URLs.
        with psycopg.connect(self._server_url.replace("+psycopg", "", 1), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
