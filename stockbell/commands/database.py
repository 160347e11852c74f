"""Opening and migrating the database of a command."""

import contextlib
import os
from collections.abc import Iterator

from core import migrations
from core.config import Settings
from core.db import Database
from core.errors import ConfigurationError


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """Open the database. Raises ConfigurationError unless it has this release's tables."""
    migrations.require(settings.database_url)
    database = Database(settings.database_url, can_mail=settings.can_mail)
    try:
        yield database
    finally:
        database.dispose()


def migrate(settings: Settings) -> None:
    """Migrate the database to this release's tables."""
    prepare(settings)
    migrations.upgrade(settings.database_url)


def prepare(settings: Settings) -> None:
    """Make the folders for data and for a SQLite file, and keep matplotlib's font cache there.

    By default it is in the user's home, which a service may not have.
    """
    os.environ.setdefault("MPLCONFIGDIR", str(settings.data_dir / "matplotlib"))
    for folder in {settings.data_dir, *([settings.sqlite_file.parent] if settings.sqlite_file else [])}:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"The folder {folder} cannot be created ({error.strerror}). Check DATA_DIR and DATABASE_URL."
            ) from error
