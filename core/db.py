"""The engines and their transactions.

One call is one transaction: `await tx.write(inventory.consume, who, ...)` runs the function in a worker
thread with its own session, commits, and returns plain data. The functions never commit.
"""

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar

from sqlalchemy import ColumnElement, Connection, Engine, Executable, Table, create_engine, event
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
Work: TypeAlias = Callable[Concatenate[Session, P], T]
"""What runs in a transaction: a function of a session and more."""

SQLITE_BUSY_TIMEOUT_MS = 5000
CONNECT_TIMEOUT_S = 5
# The name of our connections on a PostgreSQL server.
APPLICATION = "stockbell"
# serialization_failure, deadlock_detected: all is rolled back and core does no I/O, so it can be repeated.
RETRIABLE = {"40001", "40P01"}
ATTEMPTS = 5
WRITERS, READERS = 8, 4
# SQLite takes 32,766 parameters in a statement; one with fewer is planned faster.
IDS_A_STATEMENT = 500
LOCK_TIMEOUT = "5s"
IDLE_TIMEOUT = "30s"
UNKNOWN = "The connection broke while this was being saved. Check whether it was before you try again."
UNAVAILABLE = "The database cannot be reached at the moment. Nothing was changed; please try again shortly."


class Transactions(Protocol):
    """What handlers need from a database: one call, one transaction."""

    async def write(self, function: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...

    async def read(self, function: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T: ...


@dataclass(frozen=True)
class Engines:
    """The engines that write to a database, over `writers` connections, and that only read."""

    writer: Engine
    reader: Engine
    writers: int


def open_engines(url: str) -> Engines:
    """Return the engines of a database. They connect on first use."""
    if url.startswith("sqlite"):
        return Engines(sqlite_engine(url, 1), sqlite_engine(url, READERS, read_only=True), 1)
    return Engines(postgres_engine(url, WRITERS), postgres_engine(url, READERS), WRITERS)


class Database:
    """Transactions on SQLite (one writer thread) or PostgreSQL (eight), with four threads that only read.

    Readers have their own threads and connections, so that they do not queue behind writers that wait for a
    household. `on_commit` is called in the event loop after each commit that others may wait for. `can_mail`
    is what the function of that name returns in these transactions. `engines` may be passed in to keep their
    compiled statements. Raises Unavailable when the database cannot be used; nothing has changed then, unless
    it is OutcomeUnknown.
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

    async def write(self, function: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(session, ...)` in one transaction, commit it, and return its result."""
        loop = asyncio.get_running_loop()
        result, announced = await loop.run_in_executor(
            self._write_threads, lambda: self._transaction(self._writer, function, *args, **kwargs)
        )
        if announced and self.on_commit is not None:
            self.on_commit()
        return result

    async def read(self, function: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `function(session, ...)` in one transaction that changes nothing."""
        loop = asyncio.get_running_loop()
        result, _ = await loop.run_in_executor(
            self._read_threads, lambda: self._transaction(self._reader, function, *args, **kwargs)
        )
        return result

    def write_now(self, function: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do the same as `write` in the calling thread, for commands without an event loop."""
        return self._transaction(self._writer, function, *args, **kwargs)[0]

    def _transaction(
        self, engine: Engine, function: Work[P, T], *args: P.args, **kwargs: P.kwargs
    ) -> tuple[T, bool]:
        for attempt in range(1, ATTEMPTS + 1):
            returned = False
            try:
                info = {"can_mail": self._can_mail}
                with Session(engine, expire_on_commit=False, info=info) as session, session.begin():
                    result = function(session, *args, **kwargs)
                    # From here only the commit can fail.
                    returned = True
                return result, "announced" in session.info
            except DBAPIError as error:
                state = getattr(error.orig, "sqlstate", None)
                if attempt < ATTEMPTS and state in RETRIABLE:
                    time.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter, no secret
                    continue
                if isinstance(error, OperationalError | InterfaceError):
                    # Without any answer, a commit may have succeeded.
                    lost = returned and state is None and error.connection_invalidated
                    raise (OutcomeUnknown(UNKNOWN) if lost else Unavailable(UNAVAILABLE)) from error
                raise
            except PoolTimeout as error:
                raise Unavailable(UNAVAILABLE) from error
        raise AssertionError("the last attempt returns or raises")

    def dispose(self) -> None:
        """Wait for running transactions and close every connection."""
        self._write_threads.shutdown()
        self._read_threads.shutdown()
        self._writer.dispose()
        self._reader.dispose()


def announce_after_commit(session: Session) -> None:
    """Call `on_commit` after this transaction."""
    session.info["announced"] = True


def see_one_moment(session: Session) -> None:
    """Begin the transaction so that all of its statements see the same moment. It must come first.

    On SQLite they do anyway, but one that writes may wait for seconds before it begins. On PostgreSQL they
    otherwise see later commits; now the transaction restarts when it updates a row that has changed since.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    else:
        session.connection()


def can_mail(session: Session) -> bool:
    """Return whether this server can send mail."""
    return bool(session.info["can_mail"])


def sqlite_engine(url: str, pool_size: int, *, read_only: bool = False) -> Engine:
    """Return an engine for a SQLite file that is durable at each commit and begins explicitly."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        # User input and password hashes must not appear in error messages.
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": SQLITE_BUSY_TIMEOUT_MS / 1000},
    )
    # A read that turns into a write would fail with "database is locked"; IMMEDIATE waits for its turn.
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


def postgres_engine(url: str, pool_size: int) -> Engine:
    """Return a pooled engine on psycopg 3 that checks connections before it uses them."""
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
        # A process that froze in a transaction must not lock a household forever.
        connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
        connection.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_TIMEOUT}'")
        connection.commit()

    return engine


def table(model: type[SQLModel]) -> Table:
    """Return the Core table of a model: prebuilt statements on it cost a fifth of the ORM's time."""
    found: Table = model.__table__  # type: ignore[attr-defined]
    return found


def upsert(session: Session, target: Table) -> "sqlite.Insert | postgresql.Insert":
    """Return an INSERT that supports ON CONFLICT in the session's dialect."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(target)
    return postgresql.insert(target)


def batches(values: Sequence[T], size: int = IDS_A_STATEMENT) -> Iterator[Sequence[T]]:
    """Yield the values in slices small enough for one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def columns(kind: type, source: Table, **others: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    """Return a column for each field of a dataclass: the one so named in `source`, or one of `others`."""
    names = [field.name for field in fields(kind)]
    return [others[name] if name in others else source.c[name] for name in names]


def fetch_all(
    session: Session,
    query: Executable,
    kind: Callable[..., T],
    parameters: Mapping[str, object] | None = None,
) -> list[T]:
    """Return a `kind` for each row of a query, made from its columns in their order."""
    return [kind(*row) for row in session.execute(query, parameters)]


def fetch_first(
    session: Session,
    query: Executable,
    kind: Callable[..., T],
    parameters: Mapping[str, object] | None = None,
) -> T | None:
    """Return the first one that `fetch_all` would return, or None."""
    row = session.execute(query, parameters).first()
    return kind(*row) if row is not None else None


def finds(session: Session, statement: Executable) -> bool:
    """Return whether a statement finds, or returns, any row."""
    return session.execute(statement).first() is not None
