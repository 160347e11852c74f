"""The sandbox's state, in a SQLite file or in memory."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS people (
    id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, username TEXT, language_code TEXT NOT NULL,
    started INTEGER NOT NULL DEFAULT 0, blocked INTEGER NOT NULL DEFAULT 0,
    deactivated INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS groups (
    id INTEGER PRIMARY KEY, title TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'member', migrated_to INTEGER
);
CREATE TABLE IF NOT EXISTS members (
    group_id INTEGER NOT NULL, person_id INTEGER NOT NULL, PRIMARY KEY (group_id, person_id)
);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, chat_id INTEGER NOT NULL, body TEXT NOT NULL,
    silent INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS messages_chat ON messages (chat_id, id);
CREATE TABLE IF NOT EXISTS updates (id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS presses (
    id INTEGER PRIMARY KEY AUTOINCREMENT, chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL, data TEXT NOT NULL, pressed_at REAL NOT NULL, answer TEXT
);
CREATE INDEX IF NOT EXISTS presses_message ON presses (message_id);
CREATE TABLE IF NOT EXISTS files (
    id INTEGER PRIMARY KEY AUTOINCREMENT, file_id TEXT NOT NULL UNIQUE, path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL, mime TEXT NOT NULL, width INTEGER, height INTEGER, content BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS commands (
    scope TEXT NOT NULL, language TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (scope, language)
);
CREATE TABLE IF NOT EXISTS acceptances (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, method TEXT NOT NULL,
    chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL, text TEXT NOT NULL,
    silent INTEGER NOT NULL, fault TEXT
);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
# Missing from files of earlier releases.
_ADDED_COLUMNS = (
    ("people", "deactivated", "INTEGER NOT NULL DEFAULT 0"),
    ("groups", "status", "TEXT NOT NULL DEFAULT 'member'"),
    ("groups", "migrated_to", "INTEGER"),
    ("messages", "silent", "INTEGER NOT NULL DEFAULT 0"),
)


class Store:
    """A connection to the sandbox's database; every call is short and runs on the event loop."""

    def __init__(self, path: Path | None) -> None:
        """Open the file, creating it and its folder if needed; None keeps everything in memory.

        Raises sqlite3.Error or OSError.
        """
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        # A server may be built in one thread and served in another; only one uses it at a time.
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        # Writes reach the operating system at least: enough to survive a killed process.
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.executescript(_SCHEMA)
        self._add_columns()
        self._start_sequences()

    def _add_columns(self) -> None:
        for table, column, definition in _ADDED_COLUMNS:
            if not self.row("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", table, column):
                self.run(f"ALTER TABLE {table} ADD COLUMN {column} {definition}")

    def _start_sequences(self) -> None:
        """Start ids at the clock: a bot may remember which updates of an earlier file it has handled."""
        beginning = int(time.time())
        for table in ("messages", "updates", "presses"):
            if not self.row("SELECT 1 FROM sqlite_sequence WHERE name = ?", table):
                self.run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", table, beginning)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all of the block's changes or none."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def run(self, statement: str, *values: Any) -> sqlite3.Cursor:
        """Execute one statement."""
        return self._db.execute(statement, values)

    def insert(self, statement: str, *values: Any) -> int:
        """Execute an INSERT and return the new row's id."""
        row_id = self._db.execute(statement, values).lastrowid
        assert row_id is not None
        return row_id

    def row(self, statement: str, *values: Any) -> sqlite3.Row | None:
        """The first row, or None."""
        found: sqlite3.Row | None = self._db.execute(statement, values).fetchone()
        return found

    def rows(self, statement: str, *values: Any) -> list[sqlite3.Row]:
        """All rows."""
        return self._db.execute(statement, values).fetchall()

    def recall(self, name: str) -> Any:
        """A remembered fact, or None."""
        row = self.row("SELECT value FROM facts WHERE name = ?", name)
        return json.loads(row["value"]) if row else None

    def remember(self, name: str, value: Any) -> None:
        """Keep a fact (anything JSON) over restarts; None forgets it."""
        if value is None:
            self.run("DELETE FROM facts WHERE name = ?", name)
        else:
            self.run("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, json.dumps(value))
