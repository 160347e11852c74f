"""A database for the length of one command."""

import contextlib
from collections.abc import Iterator

from core import migrations
from core.config import Settings
from core.db import Database


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Open the database of the settings. Raises ConfigurationError unless it has this release's tables."""
    migrations.require(settings.database_url)
    database = Database(settings.database_url, can_mail=settings.can_mail)
    try:
        yield database
    finally:
        database.dispose()
