"""The judge itself: what excuses that a message came again, and what does not."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

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
from tests.chaos import evidence, leases, town
from tests.chaos.checker import Checker
from tests.chaos.evidence import Evidence
from tests.chaos.journal import Journal, WatchedChannel, WatchedTransactions
from tests.chaos.leases import Leases
from tests.chaos.planted import ForgetsToSettle, IgnoresTheFence, TakesWhatIsHeld
from tests.chaos.town import Town
from tests.core.world import Watch

LEASE = timedelta(seconds=20)


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    with clock.reading_from(watch):
        yield watch


class Phone(TelegramChannel):
    """Accepts messages into a list, and answers when told to; one that is cut off accepts none.

    With `loses_answers` it answers at once that nobody knows; `fault` is whether the sandbox says so too.
    """

    def __init__(self, *, cut_off: bool = False, loses_answers: bool = False, fault: bool = False) -> None:
        super().__init__(Bot("1:composes-only"))
        self.accepted: list[Acceptance] = []
        self._cut_off, self._loses_answers, self._fault = cut_off, loses_answers, fault
        self.called, self.answers = asyncio.Event(), asyncio.Event()

    async def turn(self, message: Outgoing) -> None:
        """There is no other pace than that of the chats."""

    async def send(self, message: Outgoing) -> int:
        if not self._cut_off:
            text, number = parse_html(message.text)[0], len(self.accepted) + 1
            sent = "sendMessage", int(message.address), number, text
            self.accepted.append(
                Acceptance(number, 0.0, *sent, silent=False, fault=None, ambiguous=self._fault)
            )
        self.called.set()
        if self._loses_answers:
            raise DeliveryError(Failure.AMBIGUOUS, "no answer")
        await self.answers.wait()
        if self._cut_off:
            raise DeliveryError(Failure.AMBIGUOUS, "no answer")
        return len(self.accepted)


class Stage:
    """Several dispatchers one after the other, in a town where one person hears of a tin."""

    def __init__(self, database: Database, homes: Town, journal: Journal) -> None:
        self._database = database
        self._homes = homes
        self._journal = journal
        self._accepted: list[Acceptance] = []
        self._sending: list[asyncio.Task[int]] = []

    async def use(self, quantity: int) -> None:
        await self._database.write(use, self._homes, quantity)

    async def begin(
        self,
        phone: Phone | None = None,
        kind: type[Dispatcher] = Dispatcher,
        *,
        patience: float = 60,
        send_timeout: float = 60,
    ) -> Phone:
        """Let a dispatcher begin to send, and return the phone that it calls.

        It waits for an answer for as long as its `patience` lasts, which ought to be `send_timeout`.
        """
        phone = phone or Phone()
        phone.accepted = self._accepted
        dispatcher = kind(
            WatchedTransactions(self._database, self._journal),
            WatchedChannel(phone, self._journal, send_timeout),
            send_timeout=timedelta(seconds=patience),
            lease=LEASE,
        )
        sending = asyncio.create_task(dispatcher.run_once())
        called = asyncio.create_task(phone.called.wait())
        self._sending.append(sending)
        await asyncio.wait({sending, called}, return_when=asyncio.FIRST_COMPLETED)
        called.cancel()
        return phone

    async def end(self, number: int) -> None:
        """Wait until a dispatcher has nothing more to do."""
        await self._sending[number]

    async def verdict(self) -> set[str]:
        """Return what kinds of things went wrong when all dispatchers were done."""
        await asyncio.gather(*self._sending)
        stored, claims = await self._database.read(evidence.read), await self._database.read(leases.read)
        steps = list(self._journal.read())
        checker = Checker(Evidence(self._homes, stored, self._accepted, steps, Leases(claims, LEASE)))
        return {finding.kind for finding in checker.findings()}


@pytest.fixture
async def stage(database: Database, watch: Watch, tmp_path: Path) -> Stage:
    """One with something to be told."""
    homes = await database.write(town.build)
    await database.write(leases.watch)
    stage = Stage(database, homes, Journal(tmp_path / "journal"))
    await stage.use(4000)
    return stage


def use(session: Session, homes: Town, quantity: int) -> None:
    """Let the second person of the first household tell the third of a tin."""
    home = homes.homes[0]
    who, [item_id, *_] = Actor(home.people[1], Face.WEB), home.items
    before = stock.find(session, access.change(session, who, home.id), item_id)
    name = f"{home.items[item_id]} #{before.version + 1}"
    stock.patch(session, who, home.id, item_id, None, {"name": name, "quantity": quantity})


@pytest.mark.both_databases
@pytest.mark.parametrize(("kind", "verdict"), [(Dispatcher, set()), (IgnoresTheFence, {"repeated"})])
async def test_who_lost_the_chat_does_not_free_it(
    stage: Stage, watch: Watch, kind: type[Dispatcher], verdict: set[str]
) -> None:
    lost = await stage.begin(Phone(cut_off=True), kind)
    watch.advance(seconds=21)
    (await stage.begin(kind=kind)).answers.set()
    await stage.end(1)
    await stage.use(3000)
    watch.advance(seconds=2)
    second = await stage.begin(kind=kind)
    lost.answers.set()
    await stage.end(0)
    watch.advance(seconds=2)
    (await stage.begin(kind=kind)).answers.set()
    second.answers.set()
    assert await stage.verdict() == verdict


@pytest.mark.both_databases
@pytest.mark.parametrize(("kind", "verdict"), [(Dispatcher, set()), (TakesWhatIsHeld, {"repeated"})])
async def test_who_holds_the_chat_sends_alone(
    stage: Stage, kind: type[Dispatcher], verdict: set[str]
) -> None:
    first = await stage.begin()
    (await stage.begin(kind=kind)).answers.set()
    await stage.end(1)
    first.answers.set()
    assert await stage.verdict() == verdict


@pytest.mark.parametrize(("kind", "verdict"), [(Dispatcher, set()), (ForgetsToSettle, {"repeated"})])
async def test_what_came_was_settled_before_the_lease_ran_out(
    stage: Stage, watch: Watch, kind: type[Dispatcher], verdict: set[str]
) -> None:
    (await stage.begin(kind=kind)).answers.set()
    await stage.end(0)
    watch.advance(seconds=21)
    (await stage.begin()).answers.set()
    assert await stage.verdict() == verdict


@pytest.mark.both_databases
async def test_a_lease_that_ran_out_excuses_who_takes_over(stage: Stage, watch: Watch) -> None:
    first = await stage.begin()
    watch.advance(seconds=21)
    second = await stage.begin()
    first.answers.set()
    second.answers.set()
    assert await stage.verdict() == set()


@pytest.mark.parametrize(("send_timeout", "verdict"), [(0.01, set()), (60, {"repeated"})])
async def test_who_waited_for_an_answer_in_vain_may_send_again_but_not_who_did_not(
    stage: Stage, watch: Watch, send_timeout: float, verdict: set[str]
) -> None:
    await stage.begin(patience=0.01, send_timeout=send_timeout)
    await stage.end(0)
    watch.advance(seconds=2)
    (await stage.begin()).answers.set()
    assert await stage.verdict() == verdict


@pytest.mark.parametrize(("fault", "verdict"), [(True, set()), (False, {"repeated"})])
async def test_an_answer_that_only_its_reader_calls_lost_is_no_excuse(
    stage: Stage, watch: Watch, fault: bool, verdict: set[str]
) -> None:
    await stage.begin(Phone(loses_answers=True, fault=fault))
    await stage.end(0)
    watch.advance(seconds=2)
    (await stage.begin()).answers.set()
    assert await stage.verdict() == verdict
