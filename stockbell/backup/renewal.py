"""What is done with a backup before anybody uses it: it is migrated, and begins anew."""

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from core import migrations
from core.errors import ConfigurationError
from core.operations import restoring
from core.operations.restoring import Restored

NO_BACKUP = "This is no backup of Stockbell: it does not say which release made it."


def renew(connection: Connection) -> tuple[str, Restored]:
    """Bring the tables to this release and let them begin anew, in the transaction of the connection.

    Returns the revision that they had. Raises ConfigurationError for a backup of a newer release.
    """
    before = migrations.upgrade_within(connection)
    if before is None:
        raise ConfigurationError(NO_BACKUP)
    with Session(connection) as session:
        restored = restoring.begin_anew(session)
        # The transaction is the caller's: this only says that nothing is to be undone.
        session.commit()
    return before, restored
