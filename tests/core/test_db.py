"""Transactions: what a caller is told when the database fails, and how many statements a change takes."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from core.accounts import accounts
from core.actors import Actor, Face
from core.db import Database
from core.errors import OutcomeUnknown, Unavailable
from core.households import households, members
from core.inventory import catalog, stock
from core.models import Role
from tests.core import world
from tests.support.databases import PostgresTemplate

MOST_STATEMENTS = 12


@contextlib.asynccontextmanager
async def proxy_to(host: str, port: int, armed: asyncio.Event) -> AsyncIterator[int]:
    """Stand between a client and PostgreSQL; once armed, the answer to a COMMIT never comes back."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(host, port)
        swallow = asyncio.Event()

        async def there() -> None:
            while data := await reader.read(65536):
                if armed.is_set() and b"COMMIT" in data:
                    swallow.set()
                far_writer.write(data)

        async def back() -> None:
            while (data := await far_reader.read(65536)) and not swallow.is_set():
                writer.write(data)

        tasks = [asyncio.create_task(there()), asyncio.create_task(back())]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        for end in (writer, far_writer):
            end.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_nobody_is_told_that_nothing_changed_when_it_may_have(
    postgres_template: PostgresTemplate,
) -> None:
    with postgres_template.copy() as url:
        direct, armed = Database(url), asyncio.Event()
        home = await direct.write(world.build)
        who = home.on_web("alice")
        host, port = url.partition("@")[2].partition("/")[0].split(":")
        async with proxy_to(host, int(port), armed) as proxy:
            through = Database(url.replace(f":{port}/", f":{proxy}/"))
            await through.write(stock.consume, who, home.home, home.milk, 100)
            armed.set()
            with pytest.raises(OutcomeUnknown, match="Check whether it was"):
                await through.write(stock.consume, who, home.home, home.milk, 100)
            through.dispose()
        found = await direct.read(catalog.everything, who, home.home)
        assert found[0].quantity == 3800, "it was saved, though nobody was told so"
        direct.dispose()


async def test_a_database_that_is_away_changed_nothing() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    with pytest.raises(Unavailable, match="Nothing was changed"):
        await database.read(households.of_person, uuid4())
    database.dispose()


@pytest.mark.both_databases
async def test_a_stock_change_takes_a_dozen_statements_whatever_the_number_of_members(
    database: Database, statements: list[str]
) -> None:
    home = await database.write(world.build)

    def crowd(session: Session) -> None:
        for number in range(30):
            name = f"Member {number}"
            made = accounts.register(session, f"m{number}@example.com", "no hash", name, "UTC")
            members.join(session, Actor(made.id, Face.WEB), home.home, Role.MEMBER)
            world.listen_to(session, made.id, "lowStock", "memberActivity")

    await database.write(crowd)
    who, item = home.on_web("bob"), home.milk
    for change in (
        lambda s: stock.consume(s, who, home.home, item, 3000),
        lambda s: stock.restock(s, who, home.home, item, 3000),
        lambda s: stock.move(s, who, home.home, item, "cellar"),
        lambda s: stock.patch(s, who, home.home, item, None, {"quantity": 1000}),
        lambda s: stock.remove(s, who, home.home, item),
    ):
        statements.clear()
        await database.write(change)
        assert 5 < len(statements) <= MOST_STATEMENTS, "\n".join(statements)
