"""Nothing that was committed is lost, and nothing that was not is told."""

import asyncio
import signal
import sys
from pathlib import Path

import psycopg
import pytest

from sandbox.client import SandboxClient
from tests.stories.conftest import ALICE
from tests.stories.test_main_story import link_from_chat, say
from tests.stories.town import Town, settings_for, stockbell
from tests.support.people import Person

PROJECT = Path(__file__).resolve().parents[2]
# A process that dies at the very moment when its change is committed: nobody can have sent anything yet.
DYING = """
import asyncio, os, signal, sys
from uuid import UUID
from core.inventory import stock
from core.actors import Actor, Face
from core.db import Database

url, user, household, item = sys.argv[1:]
database = Database(url, on_commit=lambda: os.kill(os.getpid(), signal.SIGKILL))
who = Actor(UUID(user), Face.TELEGRAM)
asyncio.run(database.write(stock.consume, who, UUID(household), UUID(item), 3000))
"""


@pytest.mark.long
@pytest.mark.both_databases
async def test_killed_between_commit_and_send_the_message_arrives_after_the_restart(
    database_url: str, sandbox: str, phones: SandboxClient, tmp_path: Path
) -> None:
    settings = settings_for(database_url, sandbox, tmp_path)
    async with stockbell(settings) as api, Person(api, "Alice") as alice, Person(api, "Bob") as bob:
        await alice.register()
        await bob.register()
        await alice.invite(bob)
        await link_from_chat(phones, ALICE, alice)
        item = await alice.add_item("Milk", 4, minQuantity=2)
        user, household = bob.user_id, alice.household_id

    died = await asyncio.create_subprocess_exec(
        sys.executable, "-c", DYING, database_url, user, household, item["id"], cwd=PROJECT
    )
    assert await died.wait() == -signal.SIGKILL
    assert not [message for message in await phones.transcript(ALICE) if "running low" in message.text]

    async with stockbell(settings):
        alert = await phones.wait_for(ALICE, "Milk is running low")
    assert "Bob used 3 l" in alert.text


def refuse_to_commit_movements(url: str) -> None:
    """Make the database itself fail at COMMIT, and not before, when a movement was written."""
    if url.startswith("sqlite"):
        import sqlite3

        with sqlite3.connect(url.removeprefix("sqlite:///")) as file:
            file.executescript(
                """
                CREATE TABLE nowhere (id INTEGER PRIMARY KEY);
                CREATE TABLE broken (id INTEGER REFERENCES nowhere (id) DEFERRABLE INITIALLY DEFERRED);
                CREATE TRIGGER break_commit AFTER INSERT ON stock_movements
                BEGIN INSERT INTO broken VALUES (1); END;
                """
            )
        file.close()
        return
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as server:
        server.execute(
            """
            CREATE FUNCTION break_commit() RETURNS trigger LANGUAGE plpgsql
            AS $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$
            """
        )
        server.execute(
            """
            CREATE CONSTRAINT TRIGGER break_commit AFTER INSERT ON stock_movements
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION break_commit()
            """
        )


@pytest.mark.both_databases
async def test_a_failed_commit_is_not_answered_as_success(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    async with Person(town.api, "Alice") as alice:
        await alice.register()
        await link_from_chat(town.phones, ALICE, alice)
        item = await alice.add_item("Milk", 4)
        refuse_to_commit_movements(town.settings.database_url)

        answer = await alice.call("POST", f"{alice.home}/items/{item['id']}/consume", {"quantity": 1})
        assert answer.status_code == 500
        assert answer.json()["error"] == "INTERNAL_ERROR"
        assert "Traceback" not in answer.text

        text = await say(town.phones, ALICE, "/use 1 milk", "")
        assert "Used" not in text
        now = await alice.get(f"{alice.home}/items/{item['id']}")
        assert (now["quantity"], now["version"]) == (4, 1)
