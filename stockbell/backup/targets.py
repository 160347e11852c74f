"""Whether a database may be replaced by a backup."""

from collections.abc import Callable, Collection

from core.errors import ConfigurationError


def require_replaceable(
    name: str, tables: Collection[str], has_people: Callable[[], bool], *, force: bool
) -> None:
    """Raise ConfigurationError for a database that is not Stockbell's, or whose people would be lost."""
    if tables and "alembic_version" not in tables:
        raise ConfigurationError(f"{name} holds tables that are not Stockbell's. Name another database.")
    if not force and "users" in tables and has_people():
        raise ConfigurationError(
            f"{name} is not empty. To replace everything in it by the backup, repeat this with --force."
        )
