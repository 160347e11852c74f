"""The sandbox in a process of its own, and in memory."""

import asyncio
import contextlib
import sqlite3
from pathlib import Path

import pytest

from sandbox.client import SandboxClient
from tests.sandbox.conftest import ALICE, bot_at
from tests.support.sandboxes import sandbox_at, sandbox_process


@pytest.mark.long
async def test_it_runs_alone_in_memory_and_stops_when_told_to() -> None:
    async with contextlib.AsyncExitStack() as stack:
        process = contextlib.AsyncExitStack()
        url = await process.enter_async_context(sandbox_process())
        client = await stack.enter_async_context(SandboxClient(url))
        bot = await stack.enter_async_context(bot_at(url))
        await client.add_person(ALICE, "Alice")
        await client.write(ALICE, "/start")
        (update,) = await bot.get_updates()
        await bot.send_message(ALICE, "hello")
        assert [one.text for one in await client.acceptances()] == ["hello"]
        poll = asyncio.create_task(bot.get_updates(offset=update.update_id + 1, timeout=50))
        await client.wait_for_call(lambda call: call.method == "getUpdates" and call.status is None)
        async with asyncio.timeout(40):
            await process.aclose()
            assert await poll == []


async def test_two_sandboxes_in_memory_know_nothing_of_each_other() -> None:
    async with (
        sandbox_at(None) as here,
        sandbox_at(None) as there,
        SandboxClient(here) as one,
        SandboxClient(there) as other,
    ):
        await one.add_person(ALICE, "Alice")
        assert (await other.state())["people"] == []


async def test_a_file_of_an_earlier_release_is_taken_over(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.db"
    with contextlib.closing(sqlite3.connect(file)) as old:
        old.executescript(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, first_name TEXT NOT NULL, username TEXT,"
            " language_code TEXT NOT NULL, started INTEGER NOT NULL DEFAULT 0,"
            " blocked INTEGER NOT NULL DEFAULT 0);"
            "CREATE TABLE groups (id INTEGER PRIMARY KEY, title TEXT NOT NULL);"
            "CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, chat_id INTEGER NOT NULL,"
            " body TEXT NOT NULL);"
            f"INSERT INTO people VALUES ({ALICE}, 'Alice', NULL, 'en', 1, 0);"
            "INSERT INTO groups VALUES (-77, 'Home');"
        )
    async with sandbox_at(file) as url, SandboxClient(url) as client, bot_at(url) as bot:
        await client.add_group(-77, "Home", [ALICE])
        await bot.send_message(ALICE, "hello")
        await bot.send_message(-77, "hello")
        assert len(await client.acceptances()) == 2
