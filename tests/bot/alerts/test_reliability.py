"""What goes wrong in one chat, or for a while in all, costs nobody a message."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import pytest
from aiogram import Bot
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.alerts.channel import TelegramChannel
from bot.client import create_bot
from core import clock
from core.accounts import accounts
from core.actors import Actor, Face
from core.config import Settings
from core.db import Database, table
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.delivery.dispatcher import Dispatcher
from core.households import households, members
from core.inventory import stock
from core.models import Chat, Role
from core.telegram import inbound, linking
from core.telegram.inbound import ReceivedUpdate
from sandbox.client import OutageKind, SandboxClient
from tests.bot.conftest import Parts, home_of, share_home
from tests.bot.phone import Phone
from tests.core.world import Watch
from tests.support.pace import UNLIMITED
from tests.support.scale import scaled

CHATS, FIRST = scaled(100, 0.2), 8000
ADMIN = TelegramPerson(7999, "Alice", "alice")


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    with clock.reading_from(watch):
        yield watch


@pytest.fixture
async def quick(bot_settings: Settings) -> AsyncIterator[Bot]:
    """A bot that holds nothing back, because the sandbox bears it."""
    async with create_bot(bot_settings, pace=UNLIMITED) as made:
        yield made


@pytest.fixture
def dispatcher(database: Database, quick: Bot, watch: Watch) -> Dispatcher:
    return Dispatcher(database, TelegramChannel(quick))


def settle_in(session: Session, person: TelegramPerson) -> Actor:
    account = accounts.create_without_email(session, person.first_name, "UTC")
    linking.attach(session, chats.greet(session, person).id, account.id, Face.TELEGRAM)
    return Actor(account.id, Face.TELEGRAM)


class Larder:
    """A household whose admin uses milk, of which the others hear."""

    def __init__(self, session: Session, *others: TelegramPerson) -> None:
        self.admin = settle_in(session, ADMIN)
        self.home = households.create(session, self.admin, "Home", None, "UTC").id
        for other in others:
            members.join(session, settle_in(session, other), self.home, Role.MEMBER)
        item = {"name": "Milk", "quantity": 4000, "unit": "l", "location": "fridge", "min_quantity": 3000}
        self.milk = stock.add(session, self.admin, self.home, item).item.id

    def use(self, session: Session, thousandths: int) -> None:
        stock.consume(session, self.admin, self.home, self.milk, thousandths)


async def crowd(sandbox: SandboxClient, size: int) -> list[TelegramPerson]:
    """Give many people phones, on which they started the bot."""
    people = [TelegramPerson(FIRST + n, f"Person {n}", f"person{n}") for n in range(size)]
    for person in people:
        await sandbox.add_person(person.telegram_id, person.first_name, person.username)
        await sandbox.write(person.telegram_id, "/start")
    return people


async def send_all(dispatcher: Dispatcher, watch: Watch) -> None:
    """Let everything be sent that is due within two minutes."""
    for _ in range(12):
        while await dispatcher.run_once():
            pass
        watch.advance(seconds=10)


async def texts(sandbox: SandboxClient) -> dict[int, list[str]]:
    """Return what each chat was told, in order."""
    told: dict[int, list[str]] = defaultdict(list)
    for one in await sandbox.acceptances():
        told[one.chat_id].append(one.text)
    return told


async def test_of_many_chats_one_blocked_the_bot_and_the_others_hear_everything(
    database: Database, sandbox: SandboxClient, dispatcher: Dispatcher, watch: Watch
) -> None:
    people = await crowd(sandbox, CHATS)
    blocker, *listeners = people
    larder = await database.write(Larder, *people)
    await sandbox.block(blocker.telegram_id)
    for left in ("2 l left", "out of stock"):
        await database.write(larder.use, 2000)
        await send_all(dispatcher, watch)
        told = await texts(sandbox)
        assert all(left in told[listener.telegram_id][-1] for listener in listeners)
    calls = Counter(int(call.parameters["chat_id"]) for call in await sandbox.calls("sendMessage"))
    assert calls == {blocker.telegram_id: 1} | {listener.telegram_id: 2 for listener in listeners}


@pytest.mark.parametrize(
    "kind", ["html_502", *(pytest.param(kind, marks=pytest.mark.long) for kind in ("5xx", "reset_before"))]
)
async def test_a_day_without_telegram_delays_what_everybody_hears(
    database: Database, sandbox: SandboxClient, dispatcher: Dispatcher, watch: Watch, kind: OutageKind
) -> None:
    people = await crowd(sandbox, 10)
    larder = await database.write(Larder, *people)
    await sandbox.begin_outage(kind)
    await database.write(larder.use, 2000)
    await dispatcher.run_once()
    for _ in range(23 * 2):
        watch.advance(minutes=30)
        before = len(await sandbox.outage_calls())
        for _ in range(3):
            await dispatcher.run_once()
        assert len(await sandbox.outage_calls()) - before <= 1, "it is asked once, not by everybody"
    await database.write(larder.use, 2000)
    await sandbox.end_outage()
    for _ in range(3):
        await send_all(dispatcher, watch)
    told = await texts(sandbox)
    assert all("out of stock" in told[person.telegram_id][-1] for person in people)
    assert dispatcher.problem is None


async def test_a_group_that_becomes_a_supergroup_misses_nothing(
    database: Database, sandbox: SandboxClient, dispatcher: Dispatcher, watch: Watch, alice: Phone
) -> None:
    group = TelegramPerson(-77, "The kitchen")
    await sandbox.add_group(group.telegram_id, group.first_name, [alice.id])
    larder = await database.write(Larder, group)
    await database.write(larder.use, 2000)
    moved_to = await sandbox.migrate_group(group.telegram_id)
    await send_all(dispatcher, watch)
    await database.write(larder.use, 2000)
    await send_all(dispatcher, watch)
    assert [text.partition(":")[0][:20] for text in (await texts(sandbox))[moved_to]] == [
        "⚠️ Milk is running l",
        "⚠️ Milk is out of st",
    ]
    assert set(await texts(sandbox)) == {moved_to}

    def addresses(session: Session) -> list[int]:
        return list(session.execute(select(table(Chat).c.telegram_id)).scalars())

    assert set(await database.read(addresses)) == {ADMIN.telegram_id, moved_to}


async def test_a_token_that_is_refused_for_a_while_costs_nobody_anything(
    database: Database,
    sandbox: SandboxClient,
    dispatcher: Dispatcher,
    watch: Watch,
    bob: Phone,
    charlie: Phone,
) -> None:
    others = [TelegramPerson(phone.id, phone.name) for phone in (bob, charlie)]
    for phone in (bob, charlie):
        await sandbox.write(phone.id, "/start")
    larder = await database.write(Larder, *others)
    await database.write(larder.use, 2000)
    await sandbox.inject("401", 2, method="sendMessage")
    assert await dispatcher.run_once() == 2
    assert dispatcher.problem == "Unauthorized"
    await send_all(dispatcher, watch)
    assert dispatcher.problem is None
    assert {chat: len(told) for chat, told in (await texts(sandbox)).items()} == {bob.id: 1, charlie.id: 1}


@pytest.mark.both_databases
async def test_updates_that_come_ten_times_act_once_each(
    parts: Parts, database: Database, alice: Phone
) -> None:
    who = await database.write(share_home, alice, {})
    for text in ("/add 9 l milk", "/use 1 milk", "/use 2 milk", "/add 3 kg flour"):
        await alice.sandbox.write(alice.id, text)
    await parts.poller.run_once(0)
    received = await database.read(inbound.pending)
    assert len(received) == 4
    for _ in range(10):
        await database.write(inbound.store, _shuffled(received))
        await parts.worker.run_once()
    items = {item.name: item.quantity for item in await database.read(home_of, who)}
    assert items == {"milk": 6000, "flour": 3000}
    answers = [message for message in await alice.chat() if message.from_bot]
    assert len(answers) == 4


def _shuffled(received: list[ReceivedUpdate]) -> list[ReceivedUpdate]:
    """Return the same updates as a repetition brings them: equal, but not the same objects."""
    payloads: list[dict[str, Any]] = [dict(one.payload) for one in reversed(received)]
    return [replace(ReceivedUpdate.of(payload)) for payload in payloads]
