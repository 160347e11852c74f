"""The telegram channel: alerts that reach the other phone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from aiogram import Bot
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.channel import TelegramChannel
from bot.client import create_bot
from core import events
from core.channels import DeliveryError, Line, Outgoing
from core.config import Settings
from core.db import Database
from core.items import ExpirationStatus, ItemState
from core.models import MovementKind, Role, Topic
from sandbox.client import FaultKind, SandboxClient
from tests.bot.conftest import Parts, share_home
from tests.bot.phone import Phone

CHANNEL = TelegramChannel(Bot("1:composes-only"))
NOW = datetime(2026, 6, 1, tzinfo=UTC)
MILK = ItemState(
    id=uuid4(),
    household_id=uuid4(),
    name="Milk <3 & co",
    quantity=1000,
    unit="l",
    location="fridge",
    category=None,
    expiration_date=date(2026, 6, 3),
    best_before_date=None,
    purchase_date=None,
    price=None,
    notes=None,
    min_quantity=2000,
    barcode=None,
    version=3,
    created_at=NOW,
    created_by=None,
    updated_at=NOW,
    updated_by=None,
    days_until_expiration=2,
    expiration_status=ExpirationStatus.EXPIRING_SOON,
)


def ran_low(item: ItemState, user: str = "Bob") -> events.StockRanLow:
    return events.StockRanLow(
        household_id=item.household_id,
        item=item,
        user_id=uuid4(),
        user_name=user,
        kind=MovementKind.CONSUMED,
        delta=-1000,
        at=NOW,
    )


def line(event: events.Event, household: str | None = None) -> Line:
    return Line(Topic.LOW_STOCK, event, household, NOW)


def outgoing(address: int, text: str = "Hi") -> Outgoing:
    return Outgoing(uuid4(), uuid4(), address, text, [], 1, 0)


async def test_bob_uses_milk_and_alice_hears_that_it_is_low_with_buttons_that_work(
    running: Parts, database: Database, alice: Phone, bob: Phone, charlie: Phone
) -> None:
    await database.write(share_home, alice, {bob: Role.MEMBER})
    await database.write(share_home, charlie, {})
    await alice.say("/add 3 l milk")
    await alice.say("/min 2 milk")
    used = await bob.say("/use 2 milk")
    assert "It is low now." in used.text
    alert = await alice.hears("is running low")
    assert alert.labels() == ["−1", "+1", "Details", "To buy"]
    await alice.press(alert, "+1", sees="There is enough again.")
    assert not [message for message in await charlie.chat() if message.from_bot]
    assert not [message for message in await bob.chat() if "running low" in message.text]


def test_one_line_about_an_item_has_its_buttons_and_shows_names_literally() -> None:
    composed = CHANNEL.compose([line(ran_low(MILK), household="Cabin & Co")])
    assert composed.used == 1
    assert composed.text.startswith("⚠️ Cabin &amp; Co: <b>Milk &lt;3 &amp; co</b> is running low")
    assert [label for label, _ in composed.buttons[0]] == ["−1", "+1", "Details", "To buy"]
    assert all(len(data.encode()) <= 64 for _, data in composed.buttons[0])


def test_several_lines_and_what_is_gone_have_no_buttons() -> None:
    removed = events.ItemRemoved(
        household_id=MILK.household_id, item=MILK, user_id=uuid4(), user_name="Bob", at=NOW
    )
    assert CHANNEL.compose([line(ran_low(MILK)), line(ran_low(MILK))]).buttons == []
    assert CHANNEL.compose([line(removed)]).buttons == []


@given(st.lists(st.text(min_size=1, max_size=200), min_size=1, max_size=50))
def test_a_message_always_fits_and_tells_at_least_one_thing(names: list[str]) -> None:
    lines = [line(ran_low(replace(MILK, name=name), user=name[:80])) for name in names]
    composed = CHANNEL.compose(lines)
    assert 1 <= composed.used <= len(lines)
    plain = composed.text.replace("<b>", "").replace("</b>", "")
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(entity, character)
    assert len(plain.encode("utf-16-le", "surrogatepass")) // 2 <= 4096


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_each_failure_is_told_apart(telegram: Bot, sandbox: SandboxClient, alice: Phone) -> None:
    channel = TelegramChannel(telegram)
    await sandbox.write(alice.id, "/start")
    assert await channel.send(outgoing(alice.id)) > 0
    passing: list[FaultKind] = ["5xx", "html_502", "reset_before", "reset_after"]
    for fault in passing:
        await sandbox.inject(fault, method="sendMessage")
        with pytest.raises(DeliveryError) as caught:
            await channel.send(outgoing(alice.id))
        assert (caught.value.permanent, caught.value.retry_after) == (False, None), fault
    await sandbox.inject("429", method="sendMessage", retry_after=7)
    with pytest.raises(DeliveryError) as caught:
        await channel.send(outgoing(alice.id))
    assert (caught.value.permanent, caught.value.retry_after) == (False, 7)
    await sandbox.block(alice.id)
    for address in (alice.id, 424242):
        with pytest.raises(DeliveryError) as caught:
            await channel.send(outgoing(address))
        assert caught.value.permanent


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_message_that_telegram_cannot_parse_does_not_suspend_the_chat(
    telegram: Bot, sandbox: SandboxClient, alice: Phone
) -> None:
    await sandbox.write(alice.id, "/start")
    with pytest.raises(DeliveryError) as caught:
        await TelegramChannel(telegram).send(outgoing(alice.id, "<b>"))
    assert not caught.value.permanent
    assert "parse" in str(caught.value)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nobody_listening_is_a_passing_failure(settings: Settings) -> None:
    nowhere = {"telegram_bot_token": SecretStr("1:x"), "telegram_api_base": "http://127.0.0.1:9"}
    async with create_bot(settings.model_copy(update=nowhere)) as lonely:
        with pytest.raises(DeliveryError, match="no connection to the Bot API"):
            await TelegramChannel(lonely).send(outgoing(1))
