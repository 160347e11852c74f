"""Migrations go up, agree with the models, go down, and up again."""

from pathlib import Path

import pytest

from core import migrations
from core.errors import ConfigurationError


@pytest.mark.both_databases
def test_up_down_and_up_again(database_url: str) -> None:
    migrations.check(database_url)
    migrations.downgrade(database_url)
    migrations.upgrade(database_url)
    migrations.check(database_url)


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
