"""A backup is one file; what is restored from it is whole, and everybody notices that it is older."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from api.app import create_app
from core import migrations
from core.accounts import accounts, sign_ins
from core.clock import utcnow
from core.config import Settings
from core.db import Database, table
from core.errors import ConfigurationError
from core.inventory import stock
from core.models import Chat, Item, RefreshToken, StockMovement, Stream, User
from core.wake import Wake
from stockbell.backup import archive
from tests.api.live import listening
from tests.core import world
from tests.core.world import World
from tests.stockbell.processes import Operator
from tests.support.people import Person
from tests.support.postgres import tools
from tests.support.serving import serving

pytestmark = pytest.mark.both_databases


@pytest.fixture(autouse=True)
def with_tools(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the pg_dump of the very server."""
    if not database_url.startswith("sqlite"):
        monkeypatch.setenv("PATH", str(tools()), prepend=":")


@pytest.fixture
def opened(database_url: str) -> Iterator[Callable[[], Database]]:
    """Opens the database; what a test leaves open is closed."""
    databases: list[Database] = []

    def make() -> Database:
        databases.append(Database(database_url))
        return databases[-1]

    yield make
    for database in databases:
        database.dispose()


def epochs(session: Session) -> dict[str, str]:
    rows = session.execute(select(table(Stream).c.id, table(Stream).c.epoch))
    return {row.id: row.epoch for row in rows}


def gaps(session: Session) -> list[str]:
    """Return the streams whose entries are not exactly 1, 2, 3 ... up to their number."""
    numbers = select(table(Stream).c.id, table(Stream).c.seq)
    return [
        row.id
        for row in session.execute(numbers)
        if world.numbers(session, row.id) != list(range(1, row.seq + 1))
    ]


def unexplained(session: Session) -> int:
    """Return by how much the stock differs from what its movements say."""
    there = session.execute(select(func.sum(table(Item).c.quantity))).scalar_one()
    moved = session.execute(select(func.sum(table(StockMovement).c.delta))).scalar_one()
    return int(there - moved)


def modes(folder: Path, word: str) -> dict[str, int]:
    """Return the files with a word in their names, hidden ones too, and who may do what with them."""
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir() if word in path.name}


def names(session: Session) -> set[str]:
    return set(session.execute(select(table(User).c.display_name)).scalars())


def cut_in_half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def add_dora(session: Session) -> None:
    accounts.register(session, "dora@home.example", "no hash", "Dora", "UTC")


def hold_chats(session: Session) -> None:
    session.execute(update(table(Chat)).values(leased_until=utcnow()))


def count_of(session: Session, model: type[Any]) -> int:
    return session.execute(select(func.count()).select_from(table(model))).scalar_one()


def held(session: Session) -> int:
    query = select(func.count()).where(table(Chat).c.leased_until.is_not(None))
    return session.execute(query).scalar_one()


async def while_bob_uses_milk(
    database: Database, home: World, work: Callable[[], Coroutine[Any, Any, None]]
) -> int:
    """Do the work while stock changes all the time, and return how often it changed."""
    done = asyncio.create_task(work())
    changes = 0
    while not done.done():
        change = stock.consume if changes % 2 == 0 else stock.restock
        await database.write(change, home.in_chat("bob"), home.home, home.milk, 3000)
        changes += 1
    await done
    return changes


async def test_a_backup_during_writes_comes_back_whole(
    operator: Operator, settings: Settings, opened: Callable[[], Database], tmp_path: Path
) -> None:
    database = opened()
    home = await database.write(world.build)
    await database.write(hold_chats)
    await database.write(sign_ins.open_family, home.alice)

    async def save() -> None:
        ended = await operator.run(tmp_path, "backup", "monday.backup", DATABASE_URL=settings.database_url)
        assert (ended.code, ended.err) == (0, "")
        assert "monday.backup" in ended.out

    assert await while_bob_uses_milk(database, home, save) >= 2
    assert modes(tmp_path, "monday") == {"monday.backup": 0o600}
    before = await database.read(epochs)
    await database.write(add_dora)
    database.dispose()

    ended = await operator.run(
        tmp_path, "restore", "monday.backup", "--force", DATABASE_URL=settings.database_url
    )
    assert (ended.code, ended.err) == (0, "")
    assert "Accounts: 3, households: 2, items: 1." in ended.out
    assert "released: 3" in ended.out

    database = opened()
    assert await database.read(names) == {"Alice", "Bob", "Charlie"}
    assert await database.read(gaps) == []
    assert await database.read(unexplained) == 0
    after = await database.read(epochs)
    assert before.keys() - after.keys() == set()
    assert not set(after.values()) & set(before.values())
    assert await database.read(held) == 0
    assert await database.read(count_of, RefreshToken) == 0
    # It is a database to go on with.
    await database.write(stock.restock, home.in_chat("bob"), home.home, home.milk, 3000)
    await database.write(add_dora)


async def test_a_client_from_before_reads_everything_again(
    settings: Settings, opened: Callable[[], Database], tmp_path: Path
) -> None:
    file, wake = tmp_path / "monday.backup", Wake()
    database = opened()
    async with serving(create_app(settings, database, wake)) as url, Person(url, "Alice") as alice:
        await alice.register()
        await asyncio.to_thread(archive.backup, settings, file)
        await alice.add_item("Milk")
        async with listening(alice) as ear:
            since = ear.all("connected")[0]["streams"]
    database.dispose()
    await asyncio.to_thread(archive.restore, settings, file, force=True)

    database = opened()
    async with serving(create_app(settings, database, wake)) as url:
        alice.base_url = url
        async with listening(alice, since=since) as ear:
            await ear.first("resync", len(since))
            assert {told["stream"] for told in ear.all("resync")} == set(since)


async def test_nothing_is_replaced_by_mistake(
    settings: Settings, opened: Callable[[], Database], tmp_path: Path
) -> None:
    database, file = opened(), tmp_path / "monday.backup"
    await database.write(world.build)
    await asyncio.to_thread(archive.backup, settings, file)
    with pytest.raises(ConfigurationError, match="exists already"):
        archive.backup(settings, file)
    await database.write(add_dora)
    with pytest.raises(ConfigurationError, match="Stop"):
        await asyncio.to_thread(archive.restore, settings, file, force=True)
    database.dispose()
    with pytest.raises(ConfigurationError, match="--force"):
        archive.restore(settings, file, force=False)
    for damage in (cut_in_half, lambda _: b"Dear Alice", lambda _: b""):
        damaged = tmp_path / "damaged.backup"
        damaged.write_bytes(damage(file.read_bytes()))
        with pytest.raises(ConfigurationError):
            archive.restore(settings, damaged, force=True)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        archive.restore(settings, tmp_path / "none.backup", force=True)
    database = opened()
    assert "Dora" in await database.read(names)
    assert modes(tmp_path, "monday").keys() == {"monday.backup"}
    assert modes(tmp_path, ".stockbell") == {}


async def test_an_older_backup_is_migrated_and_a_newer_one_refused(
    settings: Settings, opened: Callable[[], Database], tmp_path: Path
) -> None:
    url = settings.database_url
    migrations.downgrade(url, "0002")
    archive.backup(settings, tmp_path / "older.backup")
    migrations.upgrade(url)
    assert "revision 0002" in archive.restore(settings, tmp_path / "older.backup", force=False)
    migrations.require(url)
    migrations.check(url)

    database = opened()
    await database.write(add_dora)
    database.dispose()
    release = relabel(url, "9999")
    archive.backup(settings, tmp_path / "newer.backup")
    relabel(url, release)
    with pytest.raises(ConfigurationError, match="newer release"):
        archive.restore(settings, tmp_path / "newer.backup", force=True)
    migrations.require(url)
    database = opened()
    assert await database.read(names) == {"Dora"}


def relabel(url: str, revision: str) -> str:
    """Let a database say that it is of another revision, and return which it was."""
    engine = migrations.engine_for(url)
    with engine.begin() as connection:
        before: str = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")
    engine.dispose()
    return before


def test_somebody_elses_database_is_left_alone(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "monday.backup"
    archive.backup(settings, file)
    migrations.downgrade(settings.database_url)
    if settings.sqlite_file is not None:
        with sqlite3.connect(settings.sqlite_file) as photos:
            photos.execute("ALTER TABLE alembic_version RENAME TO photos")
        photos.close()
    else:
        with psycopg.connect(settings.database_url.replace("+psycopg", "", 1)) as server:
            server.execute("ALTER TABLE alembic_version RENAME TO photos")
    with pytest.raises(ConfigurationError, match="not Stockbell's"):
        archive.restore(settings, file, force=True)


def test_what_is_missing_is_named(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if settings.sqlite_file is not None:
        archive.backup(settings, tmp_path / "sqlite.backup")
        elsewhere = settings.model_copy(update={"database_url": "postgresql+psycopg://127.0.0.1:1/stockbell"})
        with pytest.raises(ConfigurationError, match="backup of SQLite"):
            archive.restore(elsewhere, tmp_path / "sqlite.backup", force=True)
        settings.sqlite_file.unlink()
        with pytest.raises(ConfigurationError, match="no database"):
            archive.backup(settings, tmp_path / "none.backup")
        archive.restore(settings, tmp_path / "sqlite.backup", force=False)
        migrations.require(settings.database_url)
        return
    wrong = settings.model_copy(
        update={"database_url": "postgresql+psycopg://a:canary@127.0.0.1:1/stockbell"}
    )
    with pytest.raises(ConfigurationError, match="pg_dump could not") as caught:
        archive.backup(wrong, tmp_path / "none.backup")
    assert "canary" not in str(caught.value)
    monkeypatch.setenv("PATH", os.devnull)
    with pytest.raises(ConfigurationError, match="postgresql-client"):
        archive.backup(settings, tmp_path / "none.backup")
    assert modes(tmp_path, "none") == {}
