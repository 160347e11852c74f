"""The telegram channel: alerts that reach the other phone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from aiogram import Bot
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.alerts import alert_view
from bot.alerts.channel import TelegramChannel
from bot.client import create_bot
from core import events
from core.config import Settings
from core.db import Database
from core.events import severity
from core.events.severity import Severity
from core.models import ChannelName, MovementKind, Role, Topic
from core.values.items import ExpirationStatus, ItemState
from core.wording.channels import Composed, DeliveryError, Line, Outgoing
from core.wording.outcomes import Failure
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
    critical=False,
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
    return Line(Topic.LOW_STOCK, event, severity.of(event), NOW, household=household)


def outgoing(address: int, text: str = "Hi", how_bad: Severity = Severity.LOW) -> Outgoing:
    return Outgoing(
        id=uuid4(),
        channel=ChannelName.TELEGRAM,
        destination=uuid4(),
        address=address,
        text=text,
        buttons=[],
        subject=None,
        html=None,
        severity=how_bad,
        fence=1,
        attempts=0,
        repeats=0,
        most_lines=50,
        plain=False,
        frozen_at=NOW,
    )


def compose(*lines: Line) -> Composed:
    return CHANNEL.compose(uuid4(), lines, 50)


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
    composed = compose(line(ran_low(MILK), household="Cabin & Co"))
    assert composed.text.startswith("⚠️ Cabin &amp; Co: <b>Milk &lt;3 &amp; co</b> is running low")
    assert [label for label, _ in composed.buttons[0]] == ["−1", "+1", "Details", "To buy"]
    assert all(len(data.encode()) <= 64 for _, data in composed.buttons[0])


def test_several_lines_and_what_is_gone_have_no_buttons_of_items() -> None:
    removed = events.ItemRemoved(
        household_id=MILK.household_id, item=MILK, user_id=uuid4(), user_name="Bob", at=NOW
    )
    assert compose(line(ran_low(MILK)), line(ran_low(MILK))).buttons == []
    assert compose(line(removed)).buttons == []


@given(st.lists(st.text(min_size=1, max_size=200), min_size=1, max_size=50))
def test_a_message_always_fits_and_tells_at_least_one_thing(names: list[str]) -> None:
    lines = [line(ran_low(replace(MILK, name=name), user=name[:80])) for name in names]
    composed = compose(*lines)
    told = min(len(lines), alert_view.PER_PAGE)
    assert len(composed.text.split("\n\n")) >= told
    assert bool(composed.buttons) == (len(lines) > told or len(lines) == 1)
    plain = composed.text.replace("<b>", "").replace("</b>", "")
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(entity, character)
    assert len(plain.encode("utf-16-le", "surrogatepass")) // 2 <= 4096


async def failure(channel: TelegramChannel, message: Outgoing) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await channel.send(message)
    return caught.value


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_each_failure_is_told_apart(telegram: Bot, sandbox: SandboxClient, alice: Phone) -> None:
    channel = TelegramChannel(telegram)
    await sandbox.write(alice.id, "/start")
    assert await channel.send(outgoing(alice.id)) or 0 > 0
    expected: dict[FaultKind, Failure] = {
        "5xx": Failure.CLEAN,
        "html_502": Failure.AMBIGUOUS,
        "reset_before": Failure.AMBIGUOUS,
        "reset_after": Failure.AMBIGUOUS,
    }
    for fault, meaning in expected.items():
        await sandbox.inject(fault, method="sendMessage")
        error = await failure(channel, outgoing(alice.id))
        assert (error.failure, error.retry_after) == (meaning, None), fault
    await sandbox.inject("429", method="sendMessage", retry_after=7)
    error = await failure(channel, outgoing(alice.id))
    assert (error.failure, error.retry_after) == (Failure.WAIT, 7)
    await sandbox.block(alice.id)
    for address in (alice.id, 424242):
        assert (await failure(channel, outgoing(address))).failure is Failure.GONE


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_message_that_telegram_cannot_parse_goes_out_without_markup(
    telegram: Bot, sandbox: SandboxClient, alice: Phone
) -> None:
    await sandbox.write(alice.id, "/start")
    channel, broken = TelegramChannel(telegram), outgoing(alice.id, "<b>Milk &lt;3")
    assert (await failure(channel, broken)).failure is Failure.UNPARSABLE
    await channel.send(replace(broken, plain=True))
    await alice.hears("Milk <3")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_message_that_may_have_arrived_says_so_when_it_comes_again(
    telegram: Bot, sandbox: SandboxClient, alice: Phone
) -> None:
    await sandbox.write(alice.id, "/start")
    await TelegramChannel(telegram).send(replace(outgoing(alice.id), repeats=1))
    assert (await alice.hears("Hi")).text.startswith(alert_view.MAYBE_AGAIN)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_only_what_has_to_be_seen_to_makes_a_sound(
    telegram: Bot, sandbox: SandboxClient, alice: Phone
) -> None:
    await sandbox.write(alice.id, "/start")
    for how_bad in Severity:
        await TelegramChannel(telegram).send(outgoing(alice.id, how_bad.name, how_bad))
    silent = [message.text for message in await alice.chat() if message.silent]
    assert silent == ["ACTIVITY", "GOOD"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nobody_listening_is_a_passing_failure(settings: Settings) -> None:
    nowhere = {"telegram_bot_token": SecretStr("1:x"), "telegram_api_base": "http://127.0.0.1:9"}
    async with create_bot(settings.model_copy(update=nowhere)) as lonely:
        with pytest.raises(DeliveryError, match="no connection to the Bot API"):
            await TelegramChannel(lonely).send(outgoing(1))
