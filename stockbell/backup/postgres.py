"""Backups of PostgreSQL, made by pg_dump and read by pg_restore."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from core import migrations
from core.db import APPLICATION
from core.errors import ConfigurationError
from core.operations.restoring import Restored
from stockbell.backup import replacing

MAGIC = b"PGDMP"
RUNNING = "Stockbell is running on this database. Stop all of its processes first, then restore."
TABLES = """
    SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
"""
OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = %s AND pid <> pg_backend_pid()
"""
# Newer tools write it, but PostgreSQL before 17 does not know it.
UNKNOWN_SETTING = b"SET transaction_timeout"


def dump(url: str, draft: Path) -> None:
    """Write one consistent snapshot of the database. Raises ConfigurationError if pg_dump cannot."""
    conninfo, environment = _address(url)
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={draft}", f"--dbname={conninfo}"]
    finished = subprocess.run(  # noqa: S603 - our own arguments
        [_tool("pg_dump"), *options],
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if finished.returncode != 0:
        raise ConfigurationError(f"pg_dump could not make the backup: {_last_line(finished.stderr)}")


def restore(file: Path, url: str, *, force: bool) -> tuple[str, Restored]:
    """Replace the database by a backup, in one transaction, and return the backup's revision.

    Raises ConfigurationError, and then leaves the database unchanged.
    """
    tool = _tool("pg_restore")
    engine = migrations.engine_for(url)
    try:
        with engine.connect() as connection:
            migrations.wait_for_others(connection)
            _drop_tables(connection, force=force)
            _load(connection, tool, file)
            renewed = replacing.renew(connection)
            connection.commit()
            return renewed
    except (DBAPIError, psycopg.Error) as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error).strip().splitlines()
        raise ConfigurationError(
            f"PostgreSQL did not accept the backup ({reason[0] if reason else type(error).__name__}). "
            "Nothing was changed."
        ) from error
    finally:
        engine.dispose()


def _drop_tables(connection: Connection, *, force: bool) -> None:
    if connection.exec_driver_sql(OTHERS, (APPLICATION,)).scalar_one():
        raise ConfigurationError(RUNNING)
    tables = list(connection.exec_driver_sql(TABLES).scalars())
    quote = connection.dialect.identifier_preparer.quote
    replacing.require_replaceable(
        "The database of DATABASE_URL",
        tables,
        lambda: connection.exec_driver_sql("SELECT 1 FROM users LIMIT 1").first() is not None,
        force=force,
    )
    if tables:
        connection.exec_driver_sql(f"DROP TABLE {', '.join(map(quote, tables))} CASCADE")


def _load(connection: Connection, tool: str, file: Path) -> None:
    """Run pg_restore's script for a backup in the connection's transaction."""
    driver: Any = connection.connection.driver_connection
    with (
        tempfile.TemporaryFile("w+", errors="replace") as complaints,
        subprocess.Popen(  # noqa: S603 - our own arguments
            [tool, "--no-owner", "--no-privileges", "--file=-", str(file)],
            stdout=subprocess.PIPE,
            stderr=complaints,
        ) as process,
        driver.cursor() as cursor,
    ):
        assert process.stdout is not None
        try:
            _run_script(cursor, process.stdout)
        except BaseException:
            process.kill()
            raise
        if process.wait() != 0:
            complaints.seek(0)
            raise ConfigurationError(f"pg_restore cannot read {file}: {_last_line(complaints.read())}")
        # The script empties the search path, among other settings.
        cursor.execute("RESET ALL")


def _run_script(cursor: Any, script: Iterable[bytes]) -> None:
    """Execute an SQL script, with its data between COPY and a `\\.` line."""
    lines, statements = iter(script), list[bytes]()
    for line in lines:
        if line.startswith(b"COPY ") and line.rstrip().endswith(b" FROM stdin;"):
            _execute(cursor, statements)
            with cursor.copy(line.rstrip().removesuffix(b";")) as copy:
                for row in lines:
                    if row.rstrip(b"\n") == b"\\.":
                        break
                    copy.write(row)
        elif not line.startswith((b"\\", UNKNOWN_SETTING)):
            # Lines with a backslash are for psql only.
            statements.append(line)
    _execute(cursor, statements)


def _execute(cursor: Any, statements: list[bytes]) -> None:
    if statements:
        cursor.execute(b"".join(statements))
        statements.clear()


def _address(url: str) -> tuple[str, dict[str, str]]:
    """Return connection arguments, which other users can see, and an environment with the password."""
    parameters = conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://", 1))
    password = parameters.pop("password", None)
    environment = dict(os.environ)
    if password is not None:
        environment["PGPASSWORD"] = str(password)
    return make_conninfo("", **parameters), environment


def _tool(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise ConfigurationError(
            f"{name} was not found. Backups of PostgreSQL need it, in the server's version or newer. On "
            "Debian and Ubuntu: sudo apt install postgresql-client."
        )
    return found


def _last_line(text: str) -> str:
    return ([line for line in text.splitlines() if line.strip()] or ["it did not say why"])[-1].strip()
