"""Migrations go up, agree with the models, go down, and up again."""

from pathlib import Path

import pytest
from sqlalchemy import inspect

from core import migrations
from core.errors import ConfigurationError
from core.models.base import Base


@pytest.mark.both_databases
def test_up_down_and_up_again(database_url: str) -> None:
    migrations.check(database_url)
    migrations.downgrade(database_url)
    migrations.upgrade(database_url)
    migrations.check(database_url)


def checks_and_counters(url: str) -> tuple[dict[str, set[str]], set[str]]:
    """Return the names of each table's checks, and the tables whose ids SQLite never gives twice."""
    engine = migrations.engine_for(url)
    with engine.connect() as connection:
        seen = inspect(connection)
        checks = {
            name: {str(check["name"]) for check in seen.get_check_constraints(name)}
            for name in seen.get_table_names()
            if name != "alembic_version"
        }
        made = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%'")
        counters = {row.name for row in made}
    engine.dispose()
    return checks, counters


def test_checks_and_counters_are_those_of_the_models(database_url: str, tmp_path: Path) -> None:
    # Alembic compares neither, and rebuilding a table on SQLite loses both unless they are named.
    fresh = f"sqlite:///{tmp_path}/fresh.db"
    engine = migrations.engine_for(fresh)
    Base.metadata.create_all(engine)
    engine.dispose()
    assert checks_and_counters(database_url) == checks_and_counters(fresh)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere.*cannot be written.*DATABASE_URL"):
        migrations.upgrade(f"sqlite:///{tmp_path}/nowhere/stockbell.db")


def test_an_unreachable_postgresql_is_a_sentence_without_the_password() -> None:
    with pytest.raises(ConfigurationError, match=r"PostgreSQL cannot be reached") as caught:
        migrations.upgrade("postgresql+psycopg://stockbell:canary-password@127.0.0.1:1/stockbell")
    assert "canary-password" not in str(caught.value)


@pytest.mark.both_databases
def test_a_database_of_a_newer_release_is_refused(database_url: str) -> None:
    engine = migrations.engine_for(database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    for command in (migrations.upgrade, migrations.require):
        with pytest.raises(ConfigurationError, match="newer release"):
            command(database_url)


@pytest.mark.both_databases
def test_a_database_that_is_not_migrated_says_what_to_run(database_url: str, tmp_path: Path) -> None:
    migrations.require(database_url)
    migrations.downgrade(database_url)
    with pytest.raises(ConfigurationError, match="stockbell migrate"):
        migrations.require(database_url)
    with pytest.raises(ConfigurationError, match="stockbell migrate"):
        migrations.require(f"sqlite:///{tmp_path}/none.db")
    assert not (tmp_path / "none.db").exists()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "letter.db").write_text("Dear Alice, " * 200)
    with pytest.raises(ConfigurationError, match=r"letter\.db cannot be used"):
        migrations.upgrade(f"sqlite:///{tmp_path}/letter.db")
