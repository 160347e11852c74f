"""The bot over real wires: a sandbox, phones, the poller, the worker and the dispatcher."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import aiogram
import pytest
from aiogram import Bot
from pydantic import SecretStr
from sqlalchemy.orm import Session

from bot.alerts.channel import TelegramChannel
from bot.app import create_dispatcher
from bot.client import create_bot
from bot.identity import claim_identity
from bot.poller import Poller
from bot.worker import Worker
from core.accounts import accounts
from core.actors import Actor, Face
from core.config import Settings
from core.db import Database
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.delivery.dispatcher import Dispatcher
from core.households import households, members
from core.inventory import catalog
from core.models import Role
from core.telegram import linking
from core.values.items import ItemState
from core.wake import Wake
from sandbox.client import SandboxClient
from sandbox.settings import DEFAULT_TOKEN
from tests.bot.phone import Phone
from tests.support.pace import UNLIMITED
from tests.support.sandboxes import sandbox_at

ALICE, BOB, CHARLIE = 5001, 5002, 5003
PHONES = {ALICE: "Alice", BOB: "Bob", CHARLIE: "Charlie"}


@pytest.fixture
async def sandbox_url() -> AsyncIterator[str]:
    """Where a fresh Bot API listens, whose phones are Alice's, Bob's and Charlie's."""
    async with sandbox_at(None, phones=PHONES) as url:
        yield url


@pytest.fixture
async def sandbox(sandbox_url: str) -> AsyncIterator[SandboxClient]:
    async with SandboxClient(sandbox_url) as client:
        yield client


@pytest.fixture
def alice(sandbox: SandboxClient) -> Phone:
    return Phone(sandbox, ALICE, "Alice")


@pytest.fixture
def bob(sandbox: SandboxClient) -> Phone:
    return Phone(sandbox, BOB, "Bob")


@pytest.fixture
def charlie(sandbox: SandboxClient) -> Phone:
    return Phone(sandbox, CHARLIE, "Charlie")


@pytest.fixture
def bot_settings(settings: Settings, sandbox_url: str) -> Settings:
    """Settings that lead the bot to the sandbox."""
    return settings.model_copy(
        update={"telegram_bot_token": SecretStr(DEFAULT_TOKEN), "telegram_api_base": sandbox_url}
    )


@pytest.fixture
async def telegram(bot_settings: Settings) -> AsyncIterator[Bot]:
    """The Bot, doing nothing by itself, and as fast as it is asked: its pace has tests of its own."""
    async with create_bot(bot_settings, pace=UNLIMITED) as made:
        yield made


@dataclass(frozen=True)
class Parts:
    """What the bot process is made of."""

    bot: Bot
    poller: Poller
    worker: Worker


@pytest.fixture(scope="session")
def handlers() -> Callable[[Database, Settings], aiogram.Dispatcher]:
    """What the bot understands, on a database. It is made once, because that takes a while."""
    made: list[aiogram.Dispatcher] = []

    def on(database: Database, settings: Settings) -> aiogram.Dispatcher:
        if not made:
            made.append(create_dispatcher(database, settings.signing_key(), settings))
        made[0].workflow_data.update(tx=database, key=settings.signing_key(), settings=settings)
        return made[0]

    return on


@pytest.fixture
def parts(
    telegram: Bot,
    database: Database,
    bot_settings: Settings,
    wake: Wake,
    handlers: Callable[[Database, Settings], aiogram.Dispatcher],
) -> Parts:
    """The parts of the bot, to be run a step at a time."""
    understood = handlers(database, bot_settings)
    return Parts(telegram, Poller(telegram, database, wake), Worker(telegram, understood, database))


@pytest.fixture
async def running(parts: Parts, database: Database, wake: Wake) -> AsyncIterator[Parts]:
    """The bot as it runs in production, its alerts included."""
    await claim_identity(parts.bot, database)
    stop = asyncio.Event()
    outbox = Dispatcher(database, TelegramChannel(parts.bot))
    async with asyncio.TaskGroup() as group:
        group.create_task(parts.poller.run(stop))
        group.create_task(parts.worker.run(stop, wake.listener()))
        group.create_task(outbox.run(stop, wake.listener()))
        yield parts
        stop.set()
        wake()


def settle_in(session: Session, phone: Phone) -> Actor:
    """Give somebody an account and link their phone to it."""
    account = accounts.create_without_email(session, phone.name, "Europe/Berlin")
    person = TelegramPerson(phone.id, phone.name, phone.name.lower())
    linking.attach(session, chats.greet(session, person).id, account.id, Face.TELEGRAM)
    return Actor(account.id, Face.TELEGRAM)


def share_home(session: Session, owner: Phone, others: dict[Phone, Role]) -> Actor:
    """Give the owner a household and make the others members of it."""
    who = settle_in(session, owner)
    home = households.create(session, who, f"{owner.name}'s Home", None, "Europe/Berlin")
    for phone, role in others.items():
        members.join(session, settle_in(session, phone), home.id, role)
    return who


def home_of(session: Session, who: Actor) -> list[ItemState]:
    """Return everything in somebody's only household."""
    [home] = households.of_person(session, who.user_id)
    return catalog.everything(session, who, home.id)
