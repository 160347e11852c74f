"""Digests and warnings in the chat: a button for each item, and what can be done about it."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from core import clock, events
from core.actors import Actor
from core.db import Database
from core.events import streams
from core.households import households
from core.inventory import stock
from core.models import Role, Topic
from core.notifications import announcing
from core.preferences import recipients
from core.settings import preferences, watching
from core.values.digests import ExpiringItem
from core.values.items import ItemState
from tests.bot.conftest import Parts, share_home
from tests.bot.phone import Phone

# What is said in the chat does not depend on the database; what it comes to is tested on both in tests/core.

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.fixture
async def who(running: Parts, database: Database, alice: Phone, bob: Phone) -> Actor:
    """Alice, who shares a household with Bob and has started the bot."""
    made = await database.write(share_home, alice, {bob: Role.MEMBER})
    await alice.say("/start")
    return made


def warn(session: Session, who: Actor, names: list[str]) -> None:
    """Warn somebody of new items that expire tomorrow."""
    [home] = households.of_person(session, who.user_id)
    tomorrow = clock.today("UTC") + timedelta(days=1)
    facts: dict[str, Any] = {"quantity": 2000, "unit": "l", "location": "fridge"}
    items = [
        stock.add(session, who, home.id, {"name": name, **facts, "expiration_date": tomorrow}).item
        for name in names
    ]
    streams.lock(session, streams.of_user(who.user_id))
    warning = events.ItemsExpiring(
        household_id=home.id,
        household_name=home.name,
        tomorrow=[_expiring(item) for item in items],
        at=clock.utcnow(),
    )
    [to] = recipients.of_person(session, who.user_id)
    announcing.announce_scheduled(session, to, Topic.EXPIRATION, warning)


def _expiring(item: ItemState) -> ExpiringItem:
    return ExpiringItem(item.id, item.name, item.quantity, item.unit, item.location, 1)


async def test_an_item_of_a_warning_is_used_up(alice: Phone, who: Actor, database: Database) -> None:
    await database.write(warn, who, ["Milk", "Eggs"])
    told = await alice.hears("Expires tomorrow")
    assert told.labels() == ["Milk", "Eggs"]
    card = await alice.open(told, "Milk")
    assert card.labels() == ["−1", "Used up", "To buy", "Snooze a day", "Snooze a week", "Details"]
    await alice.press(card, "Used up", sees="Used 2 l.")
    assert (await alice.open(told, "Milk")).labels() == ["To buy", "Snooze a day", "Snooze a week", "Details"]


async def test_an_expired_item_of_a_warning_is_thrown_away(
    alice: Phone, who: Actor, database: Database
) -> None:
    await database.write(warn, who, ["Milk"])
    told = await alice.hears("Expires tomorrow")
    await alice.say("/expires 2020-01-01 milk")
    await alice.say("/use 1.5 l milk")
    card = await alice.open(told, "Milk")
    assert card.labels()[:3] == ["Used up", "Throw away", "To buy"]
    await alice.press(card, "Throw away", sees="Threw away 0.5 l.")


async def test_an_item_that_changed_is_not_used_up_unseen(
    alice: Phone, bob: Phone, who: Actor, database: Database
) -> None:
    await database.write(warn, who, ["Milk"])
    card = await alice.open(await alice.hears("Expires tomorrow"), "Milk")
    await bob.say("/add 5 l milk")
    await alice.press(card, "Used up", sees="It has just changed, so nothing was done.")


async def test_an_item_is_used_once_and_put_on_the_list(alice: Phone, who: Actor, database: Database) -> None:
    await database.write(warn, who, ["Milk"])
    told = await alice.hears("Expires tomorrow")
    card = await alice.open(told, "Milk")
    assert "On the list “Shopping”: Milk" in (await alice.toast(card, "To buy")).text
    await alice.press(card, "−1", sees="Used 1 l.")


def watched(session: Session, who: Actor) -> list[tuple[str | None, datetime | None, datetime | None]]:
    """Return what somebody watches: the level with its end, and until when it is snoozed."""
    [home] = households.of_person(session, who.user_id)
    return [(one.level, one.until, one.snoozed_until) for one in watching.mine(session, who, home.id)]


def begins(days: int) -> datetime:
    """Return the moment at which the day after so many days begins in Tokyo."""
    return datetime.combine(clock.today("Asia/Tokyo") + timedelta(days=days), time(), TOKYO)


async def test_an_item_is_snoozed_and_that_is_taken_back(
    alice: Phone, who: Actor, database: Database
) -> None:
    # A warning of tomorrow at the same time must not find the item still snoozed: it may be its last day.
    await database.write(preferences.change, who, {"timezone": "Asia/Tokyo"})
    await database.write(warn, who, ["Milk"])
    told = await alice.hears("Expires tomorrow")
    snoozed = await alice.press(
        await alice.open(told, "Milk"), "Snooze a week", sees="You hear nothing about it until"
    )
    assert await database.read(watched, who) == [(None, None, begins(7))]
    snoozed = await alice.press(
        await alice.open(told, "Milk"), "Snooze a day", sees="You hear nothing about it until"
    )
    assert await database.read(watched, who) == [(None, None, begins(1))]
    page = await alice.press(snoozed, "End the snooze", sees="Last changes")
    assert "✓ As usual" in page.labels()
    assert await database.read(watched, who) == []


async def test_a_snooze_leaves_a_level_as_it_is(alice: Phone, who: Actor, database: Database) -> None:
    await database.write(preferences.change, who, {"timezone": "Asia/Tokyo"})
    await database.write(warn, who, ["Milk"])
    told = await alice.hears("Expires tomorrow")
    for command, level, then in (
        ("/follow milk", "follow", "Then you follow it again."),
        ("/ignore milk", "mute", "Then you ignore it again."),
    ):
        await alice.say(command)
        snoozed = await alice.press(await alice.open(told, "Milk"), "Snooze a day", sees=then)
        assert await database.read(watched, who) == [(level, None, begins(1))]
        await alice.press(await alice.open(told, "Milk"), "Details", sees=then)
        snoozed = await alice.press(await alice.open(told, "Milk"), "Snooze a week", sees=then)
        await alice.press(snoozed, "End the snooze", sees="Last changes")
        assert await database.read(watched, who) == [(level, None, None)]
    await alice.press(await alice.open(told, "Milk"), "Snooze a day", sees="You hear nothing about it until")
    answer = await alice.say("/follow milk")
    assert "you hear about everything" in answer.text
    assert await database.read(watched, who) == [("follow", None, None)], "who follows it hears of it at once"


async def test_a_page_has_at_most_eight_items(alice: Phone, who: Actor, database: Database) -> None:
    await database.write(warn, who, [f"Jar {number:02}" for number in range(12)])
    told = await alice.hears("Expires tomorrow")
    first = [f"Jar {number:02}" for number in range(8)]
    assert told.labels() == [*first, "All items ›"]
    page = await alice.open(told, "All items ›")
    assert page.text == "Items to see to · page 1 of 2"
    assert page.labels() == [*first, "Next ›"]
    page = await alice.press(page, "Next ›", sees="page 2 of 2")
    assert page.labels() == ["Jar 08", "Jar 09", "Jar 10", "Jar 11", "‹ Back"]
    assert (await alice.open(page, "Jar 11")).text.startswith("Jar 11\n2 l · fridge")


async def test_the_digest_of_this_moment_has_buttons_too(
    alice: Phone, bob: Phone, who: Actor, database: Database
) -> None:
    assert "Your day in Alice's Home" in (await alice.say("/digest")).text
    assert "Your week in Alice's Home" in (await alice.say("/digest Weekly")).text
    how = "Send /digest for the last day, or /digest weekly for the last week."
    assert (await alice.say("/digest xyz")).text == how
    await alice.say("/add 3 l milk")
    await alice.say("/min 2 milk")
    await alice.say("/add 1 soap")
    await bob.say("/use 2 milk")
    await alice.hears("milk is running low")
    digest = await alice.say("/digest")
    assert "Low or out\n• milk: 1 l left, the minimum is 2 l" in digest.text
    assert "Bob" in digest.text
    assert digest.labels() == ["milk", "soap"]
    await alice.press(await alice.open(digest, "milk"), "−1", sees="Used 1 l.")
    assert "milk: out of stock" in (await alice.say("/digest")).text
