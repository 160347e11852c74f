"""The engine and its transactions.

One call is one transaction: `await tx.write(inventory.consume, who, ...)` runs the function in a worker
thread with a session of its own, commits, and hands back plain data. The functions never commit.
"""

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection, Engine, Executable, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from core.errors import OutcomeUnknown, Unavailable

if TYPE_CHECKING:
    import psycopg

P = ParamSpec("P")
T = TypeVar("T")

SQLITE_BUSY_TIMEOUT_MS = 5000
CONNECT_TIMEOUT_S = 5
# How a PostgreSQL server knows whose connections these are.
APPLICATION = "stockbell"
# serialization_failure and deadlock_detected: PostgreSQL has undone everything, and core does no I/O.
RETRIABLE = {"40001", "40P01"}
ATTEMPTS = 5
WRITERS, READERS = 8, 4
# SQLite takes 32,766 parameters in a statement; a plan for fewer is made sooner.
IDS_A_STATEMENT = 500
# lock_not_available: the wait for another transaction took longer than LOCK_TIMEOUT.
LOCK_TIMEOUT = "5s"
IDLE_TIMEOUT = "30s"
UNKNOWN = "The connection broke while this was being saved. Look whether it was, before you try it again."
UNAVAILABLE = "The database cannot be reached at the moment. Nothing was changed; please try again shortly."


class Transactions(Protocol):
    """What handlers need of a database: one call, one transaction."""

    async def write(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T: ...

    async def read(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T: ...


@dataclass(frozen=True)
class Engines:
    """What writes to a database, over so many connections at once, and what only reads from it."""

    writer: Engine
    reader: Engine
    writers: int


def open_engines(url: str) -> Engines:
    """Return the engines of a database. They connect when they are used."""
    if url.startswith("sqlite"):
        return Engines(
            sqlite_engine(url, pool_size=1), sqlite_engine(url, pool_size=READERS, read_only=True), writers=1
        )
    return Engines(
        postgres_engine(url, pool_size=WRITERS), postgres_engine(url, pool_size=READERS), writers=WRITERS
    )


class Database:
    """Transactions on SQLite (one writer thread) or PostgreSQL (eight), and four threads that only read.

    Readers have threads and connections of their own, so that they do not queue behind writers who wait for a
    household. `on_commit` is called in the event loop after each commit that somebody outside may wait for.
    `can_mail` is what the function of the same name answers in these transactions. `engines` are those of the
    URL; who opens it again and again may keep them, because they remember what statements were compiled to.
    Raises Unavailable when the database cannot be used: nothing has happened then, unless it is
    OutcomeUnknown.
    """

    def __init__(
        self,
        url: str,
        *,
        on_commit: Callable[[], None] | None = None,
        can_mail: bool = False,
        engines: Engines | None = None,
    ) -> None:
        self.url = url
        self.on_commit = on_commit
        self._can_mail = can_mail
        opened = engines or open_engines(url)
        self._writer, self._reader = opened.writer, opened.reader
        self._write_threads = ThreadPoolExecutor(opened.writers, "db-write")
        self._read_threads = ThreadPoolExecutor(READERS, "db-read")

    async def write(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(session, ...)` in one transaction, commit it, and return its result."""
        loop = asyncio.get_running_loop()
        result, announced = await loop.run_in_executor(
            self._write_threads, lambda: self._transaction(self._writer, function, *args, **kwargs)
        )
        if announced and self.on_commit is not None:
            self.on_commit()
        return result

    async def read(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `function(session, ...)` in one transaction that changes nothing."""
        loop = asyncio.get_running_loop()
        result, _ = await loop.run_in_executor(
            self._read_threads, lambda: self._transaction(self._reader, function, *args, **kwargs)
        )
        return result

    def write_now(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do the same as `write` in this very thread, for commands that have no event loop."""
        return self._transaction(self._writer, function, *args, **kwargs)[0]

    def _transaction(
        self,
        engine: Engine,
        function: Callable[Concatenate[Session, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> tuple[T, bool]:
        for attempt in range(1, ATTEMPTS + 1):
            returned = False
            try:
                with self._session(engine) as session, session.begin():
                    result = function(session, *args, **kwargs)
                    # From here on only the commit can fail.
                    returned = True
                return result, "announced" in session.info
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if attempt < ATTEMPTS and state in RETRIABLE:
                    time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, no secret
                    continue
                if isinstance(error, OperationalError | InterfaceError):
                    raise _unavailable(error, lost=returned and state is None) from error
                raise
            except PoolTimeout as error:
                raise Unavailable(UNAVAILABLE) from error
        raise AssertionError("the last attempt returns or raises")

    def _session(self, engine: Engine) -> Session:
        return Session(engine, expire_on_commit=False, info={"can_mail": self._can_mail})

    def dispose(self) -> None:
        """Wait for running transactions and close every connection."""
        self._write_threads.shutdown()
        self._read_threads.shutdown()
        self._writer.dispose()
        self._reader.dispose()


def _unavailable(error: DBAPIError, *, lost: bool) -> Unavailable:
    """Return what to tell; `lost` when it was the commit that got no answer at all."""
    return OutcomeUnknown(UNKNOWN) if lost and error.connection_invalidated else Unavailable(UNAVAILABLE)


def announce_after_commit(session: Session) -> None:
    """Mark the transaction as one that somebody outside waits for."""
    session.info["announced"] = True


def see_one_moment(session: Session) -> None:
    """Let all statements of a transaction see the same moment. It comes first, and returns when it has begun.

    SQLite's do anyway, but one that writes may wait for seconds before it begins. On PostgreSQL each would
    see what was committed meanwhile, too; now a row that somebody else changed since then makes the
    transaction begin anew.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    else:
        session.connection()


def can_mail(session: Session) -> bool:
    """Say whether this server can send mail at all."""
    return bool(session.info["can_mail"])


def sqlite_engine(url: str, *, pool_size: int, read_only: bool = False) -> Engine:
    """Return an engine for a SQLite file, durable at each commit, with BEGIN under our control."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        # What people typed, and the hashes of their passwords, have no place in an error's text.
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": SQLITE_BUSY_TIMEOUT_MS / 1000},
    )
    # A read that turns into a write fails at once with "database is locked"; IMMEDIATE waits its turn.
    begin = "BEGIN" if read_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def postgres_engine(url: str, *, pool_size: int) -> Engine:
    """Return a pooled engine on psycopg 3 that notices dead connections before it uses them."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "application_name": APPLICATION},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: "psycopg.Connection[object]", _record: object) -> None:
        # A process that froze in the middle of a transaction must not hold a household for ever.
        connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_TIMEOUT}'")
        connection.commit()

    return engine


def table(model: type[SQLModel]) -> Table:
    """Return the Core table of a model: prebuilt statements on it cost a fifth of the ORM's."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


def upsert(session: Session, target: Table) -> "sqlite.Insert | postgresql.Insert":
    """Return an INSERT that understands ON CONFLICT in the session's dialect."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(target)
    return postgresql.insert(target)


def batches(values: Sequence[T], size: int = IDS_A_STATEMENT) -> Iterator[Sequence[T]]:
    """Give the values in slices that one statement can name."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def fetch_all(
    session: Session,
    query: Executable,
    kind: Callable[..., T],
    parameters: Mapping[str, object] | None = None,
) -> list[T]:
    """Return what a query finds: of each row a `kind`, whose fields are its columns, in their order."""
    return [kind(*row) for row in session.execute(query, parameters)]


def fetch_first(
    session: Session,
    query: Executable,
    kind: Callable[..., T],
    parameters: Mapping[str, object] | None = None,
) -> T | None:
    """Return the first of what `fetch_all` would, or None."""
    row = session.execute(query, parameters).first()
    return kind(*row) if row is not None else None
