"""Alembic's connection to the database, from the command line and from core.migrations."""

from sqlalchemy import Connection

from alembic import context
from core.config import load_settings
from core.migrations import engine_for, wait_for_others
from core.models import Base


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite changes a table by rebuilding it.
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = engine_for(load_settings().database_url)
    with engine.connect() as connection:
        wait_for_others(connection)
        run(connection)
        connection.commit()
    engine.dispose()
