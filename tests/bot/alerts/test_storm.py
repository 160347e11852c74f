"""A storm of changes: one chat hears of it at once, then seldom, and everything is there to be seen."""

import asyncio
import contextlib
import random
import re
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise

import pytest
from aiogram import Bot
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.alerts.channel import TelegramChannel
from bot.client import create_bot
from core import clock
from core.actors import Actor, Face
from core.config import Settings
from core.db import Database, table
from core.delivery.dispatcher import Dispatcher
from core.households import households, members
from core.inventory import catalog, stock
from core.models import ChannelName, Delivery, DeliveryState, Role
from core.settings import preferences
from core.wake import Wake
from sandbox.client import Acceptance, ChatMessage, SandboxClient
from tests.bot.conftest import Parts, settle_in
from tests.bot.phone import Phone
from tests.core.world import Watch
from tests.support.scale import scaled

ITEMS, CHANGES, SECONDS = scaled(500), scaled(10_000), scaled(60, 0.2)
TICKS_A_SECOND = 10
# Between two messages of a storm to one chat, the first two apart.
PAUSE_S = 10
# Once the storm is over, the last message comes within the pause between two.
PATIENCE_S = 60.0
TOLD = re.compile(r"Tin (\d+)(?:: | to )([\d,]+) pcs")


@pytest.fixture
async def paced(bot_settings: Settings) -> AsyncIterator[Bot]:
    """The Bot at its own pace."""
    async with create_bot(bot_settings) as made:
        yield made


class Pantry:
    """Alice's household with many tins, in which Bob changes one after the other."""

    def __init__(self, session: Session, alice: Phone, bob: Phone) -> None:
        self.alice, self._bob = settle_in(session, alice), settle_in(session, bob)
        self.home = households.create(session, self.alice, "Home", None, "UTC").id
        members.join(session, self._bob, self.home, Role.MEMBER)
        self._tins = [
            stock.add(
                session,
                self.alice,
                self.home,
                {"name": f"Tin {number}", "quantity": 1000, "unit": "pcs", "location": "pantry"},
            ).item.id
            for number in range(ITEMS)
        ]
        preferences.change(session, Actor(self.alice.user_id, Face.WEB), {"topics": ["memberActivity"]})
        self._changes = 0

    def change(self, session: Session, chance: random.Random, times: int) -> None:
        for _ in range(times):
            self._changes += 1
            values = {"quantity": 1000 * (1 + self._changes)}
            stock.patch(session, self._bob, self.home, chance.choice(self._tins), None, values)

    def quantities(self, session: Session) -> dict[int, int]:
        """Return how much of each tin there is, but for those that nobody touched."""
        everything = catalog.everything(session, self.alice, self.home)
        return {int(item.name[4:]): item.quantity // 1000 for item in everything if item.version > 1}


def waiting(session: Session) -> int:
    deliveries = table(Delivery)
    unsettled = deliveries.c.state.in_((DeliveryState.PENDING, DeliveryState.SENDING))
    query = select(func.count()).where(deliveries.c.channel == ChannelName.TELEGRAM, unsettled)
    return session.execute(query).scalar_one()


@contextlib.asynccontextmanager
async def sending(database: Database, bot: Bot, wake: Wake) -> AsyncIterator[None]:
    """Run a dispatcher; at the end of the block let it send what is left."""
    stop = asyncio.Event()
    running = asyncio.create_task(Dispatcher(database, TelegramChannel(bot)).run(stop, wake.listener()))
    yield
    async with asyncio.timeout(PATIENCE_S):
        while await database.read(waiting):  # noqa: ASYNC110 - the dispatcher tells nobody when it is done
            await asyncio.sleep(0.1)
    stop.set()
    wake()
    await running


async def storm(database: Database, pantry: Pantry) -> None:
    """Change much in a short time, evenly."""
    chance, loop = random.Random(1), asyncio.get_running_loop()
    began, ticks = loop.time(), SECONDS * TICKS_A_SECOND
    for tick in range(ticks):
        await database.write(pantry.change, chance, CHANGES // ticks)
        await asyncio.sleep(began + (tick + 1) / TICKS_A_SECOND - loop.time())


async def pages(parts: Parts, phone: Phone, message_id: int) -> list[str]:
    """Return what a message says on all of its pages, turning them one after the other."""
    seen = []
    while True:
        message = await shown(phone, message_id)
        seen.append(message.text)
        more = [button for row in message.buttons for button in row if button.text.endswith("more ›")]
        if not more:
            return seen
        assert more[0].callback_data is not None
        await phone.sandbox.press(phone.id, message_id, more[0].callback_data)
        await parts.poller.run_once(0)
        await parts.worker.run_once()


async def shown(phone: Phone, message_id: int) -> ChatMessage:
    return next(message for message in await phone.chat() if message.id == message_id)


async def all_told(parts: Parts, phone: Phone, accepted: Sequence[Acceptance]) -> dict[int, int]:
    """Return the last that somebody was told of each tin."""
    told: dict[int, int] = {}
    for message in accepted:
        for text in await pages(parts, phone, message.message_id):
            told |= {int(tin): int(left.replace(",", "")) for tin, left in TOLD.findall(text)}
    return told


async def test_a_storm_is_told_soon_then_seldom_and_nothing_of_it_is_missing(
    database: Database, parts: Parts, sandbox: SandboxClient, alice: Phone, bob: Phone
) -> None:
    await sandbox.write(alice.id, "/start")
    chance, watch, sent_at = random.Random(1), Watch(), list[int]()
    dispatcher = Dispatcher(database, TelegramChannel(parts.bot))
    with clock.reading_from(watch):
        pantry = await database.write(Pantry, alice, bob)
        for second in range(60):
            if second < 35:
                await database.write(pantry.change, chance, 3)
            sent_at += [second] * await dispatcher.run_once()
            watch.advance(seconds=1)
    accepted = await sandbox.acceptances()
    assert len(accepted) == len(sent_at)
    assert sent_at[0] == 0
    assert all(later - earlier >= PAUSE_S for earlier, later in pairwise(sent_at[1:]))
    assert await all_told(parts, alice, accepted) == await database.read(pantry.quantities)


@pytest.mark.long
async def test_a_storm_on_a_real_clock_keeps_to_the_limits_of_telegram(
    database: Database,
    bot_settings: Settings,
    paced: Bot,
    parts: Parts,
    sandbox: SandboxClient,
    alice: Phone,
    bob: Phone,
    wake: Wake,
) -> None:
    await sandbox.write(alice.id, "/start")
    await sandbox.limits(True)
    pantry = await database.write(Pantry, alice, bob)
    async with sending(database, paced, wake):
        await storm(database, pantry)
    accepted = [one for one in await sandbox.acceptances() if one.chat_id == alice.id]
    assert len(accepted) > 1, "the first did not wait for the end of the storm"
    assert {call.status for call in await sandbox.calls("sendMessage")} == {200}
    await sandbox.limits(False)
    assert await all_told(parts, alice, accepted) == await database.read(pantry.quantities)
