"""Replacing a database by a backup: whether it is allowed, and what is done before use."""

from collections.abc import Callable, Collection

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from core import migrations
from core.errors import ConfigurationError
from core.operations import restoring
from core.operations.restoring import Restored

NO_BACKUP = "This is not a backup of Stockbell: it does not say which release made it."


def require_replaceable(
    name: str, tables: Collection[str], has_people: Callable[[], bool], *, force: bool
) -> None:
    """Raise ConfigurationError for a database that is not Stockbell's, or has people in it."""
    if tables and "alembic_version" not in tables:
        raise ConfigurationError(f"{name} has tables that are not Stockbell's. Choose another database.")
    if not force and "users" in tables and has_people():
        raise ConfigurationError(
            f"{name} is not empty. To replace everything in it, repeat this with --force."
        )


def renew(connection: Connection) -> tuple[str, Restored]:
    """Migrate the tables and prepare them for use, in the connection's transaction.

    Return the revision that they had. Raises ConfigurationError for a backup of a newer release.
    """
    before = migrations.upgrade_within(connection)
    if before is None:
        raise ConfigurationError(NO_BACKUP)
    with Session(connection) as session:
        restored = restoring.begin_anew(session)
        # The transaction is the caller's; without this the session would roll it back.
        session.commit()
    return before, restored
