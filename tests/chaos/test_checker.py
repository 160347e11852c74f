"""The judge itself: a sender that was thought dead comes back, and must not speak for who took its place."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiogram import Bot
from sqlalchemy.orm import Session

from bot.alerts.channel import TelegramChannel
from core import clock
from core.actors import Actor, Face
from core.db import Database
from core.delivery.dispatcher import Dispatcher
from core.guards import access
from core.inventory import stock
from core.wording.channels import DeliveryError, Outgoing
from core.wording.outcomes import Failure
from sandbox.client import Acceptance
from sandbox.messages.html import parse_html
from tests.chaos import evidence, town
from tests.chaos.checker import Checker
from tests.chaos.evidence import Evidence
from tests.chaos.planted import IgnoresTheFence
from tests.chaos.town import Town
from tests.core.world import Watch


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    with clock.reading_from(watch):
        yield watch


class Slow(TelegramChannel):
    """Accepts messages into a list, and answers only when told to; one that is cut off accepts none."""

    def __init__(self, accepted: list[Acceptance], *, cut_off: bool = False) -> None:
        super().__init__(Bot("1:composes-only"))
        self._accepted = accepted
        self._cut_off = cut_off
        self.called, self.answers = asyncio.Event(), asyncio.Event()

    async def turn(self, message: Outgoing) -> None:
        """There is no other pace than that of the chats."""

    async def send(self, message: Outgoing) -> int:
        if not self._cut_off:
            text, number = parse_html(message.text)[0], len(self._accepted) + 1
            sent = "sendMessage", int(message.address), number, text
            self._accepted.append(Acceptance(number, 0.0, *sent, silent=False, fault=None, ambiguous=False))
        self.called.set()
        await self.answers.wait()
        if self._cut_off:
            raise DeliveryError(Failure.AMBIGUOUS, "no answer")
        return len(self._accepted)


def use(session: Session, homes: Town, quantity: int) -> None:
    """Let the second person of the first household tell the third of a tin."""
    home = homes.homes[0]
    who, [item_id, *_] = Actor(home.people[1], Face.WEB), home.items
    before = stock.find(session, access.change(session, who, home.id), item_id)
    name = f"{home.items[item_id]} #{before.version + 1}"
    stock.patch(session, who, home.id, item_id, None, {"name": name, "quantity": quantity})


async def story(database: Database, watch: Watch, kind: type[Dispatcher]) -> Checker:
    homes = await database.write(town.build)
    accepted: list[Acceptance] = []
    dispatching: list[asyncio.Task[int]] = []

    async def begin(*, cut_off: bool = False) -> Slow:
        channel = Slow(accepted, cut_off=cut_off)
        dispatcher = kind(database, channel, lease=timedelta(seconds=20))
        dispatching.append(asyncio.create_task(dispatcher.run_once()))
        called = asyncio.create_task(channel.called.wait())
        await asyncio.wait({dispatching[-1], called}, return_when=asyncio.FIRST_COMPLETED)
        called.cancel()
        return channel

    await database.write(use, homes, 4000)
    lost = await begin(cut_off=True)
    watch.advance(seconds=21)
    (await begin()).answers.set()
    await dispatching[-1]
    await database.write(use, homes, 3000)
    watch.advance(seconds=2)
    second = await begin()
    lost.answers.set()
    await dispatching[0]
    watch.advance(seconds=2)
    (await begin()).answers.set()
    second.answers.set()
    await asyncio.gather(*dispatching)
    return Checker(Evidence(homes, await database.read(evidence.read), accepted, [], {}))


@pytest.mark.both_databases
async def test_who_lost_the_chat_does_not_free_it(database: Database, watch: Watch) -> None:
    checker = await story(database, watch, Dispatcher)
    assert checker.findings() == []


@pytest.mark.both_databases
async def test_the_judge_sees_who_ignores_the_fence(database: Database, watch: Watch) -> None:
    checker = await story(database, watch, IgnoresTheFence)
    assert {finding.kind for finding in checker.findings()} == {"repeated"}
