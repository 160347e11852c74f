"""Migrations go up, agree with the models, go down, and up again."""

from pathlib import Path

import pytest

from core import migrations
from core.errors import ConfigurationError


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
