"""Before a change that is much more noise the bot says what it would have been, and asks."""

from datetime import timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.actors import Actor
from core.db import Database
from core.delivery import chats
from core.households import households
from core.inventory import stock
from core.models import Role, When
from core.settings import household_preferences, preferences
from tests.bot.conftest import Parts, share_home
from tests.bot.phone import Phone
from tests.bot.settings.test_settings import menu, on_the_web

# What is said in the chat does not depend on the database; what it comes to is tested on both in tests/core.

BUSY = "That is much more\nIn the last 7 days it would have been "


@pytest.fixture
async def who(running: Parts, database: Database, alice: Phone, bob: Phone) -> Actor:
    """Alice, in whose household Bob was busy two days ago."""
    minutes = count()
    begin = clock.utcnow() - timedelta(days=2)
    with clock.reading_from(lambda: begin + timedelta(minutes=10 * next(minutes))):
        return await database.write(keep_busy, alice, bob)


def keep_busy(session: Session, alice: Phone, bob: Phone) -> Actor:
    who = share_home(session, alice, {bob: Role.MEMBER})
    his = chats.find(session, bob.id)
    assert his is not None
    [home] = households.of_person(session, who.user_id)
    for number in range(15):
        values = {"name": f"Jar {number}", "quantity": 1000, "unit": "pcs", "location": "pantry"}
        stock.add(session, his.actor, home.id, values)
    return who


async def test_a_kind_that_is_much_more_is_asked_about(alice: Phone, who: Actor, database: Database) -> None:
    page = await menu(alice, ("Kinds", "Kinds of news"), ("What others do", "It is off."))
    question = await alice.press(page, "Turn on", sees=BUSY)
    assert "messages here instead of 0. The latest:\n• Bob added Jar 14" in question.text
    assert question.text.endswith("\n\nSave it?")
    assert question.labels() == ["Save", "Cancel"]
    assert "memberActivity" not in (await database.read(preferences.get, who)).topics
    page = await alice.press(question, "Cancel", sees="It is off.")
    question = await alice.press(page, "Turn on", sees=BUSY)
    page = await alice.press(question, "Save", sees="It is on.")
    assert "memberActivity" in (await database.read(preferences.get, who)).topics
    # Less is never asked about.
    await alice.press(page, "Turn off", sees="It is off.")


async def test_the_question_gives_way_when_the_settings_change_elsewhere(
    alice: Phone, who: Actor, database: Database
) -> None:
    page = await menu(alice, ("Kinds", "Kinds of news"), ("What others do", "It is off."))
    question = await alice.press(page, "Turn on", sees=BUSY)
    await database.write(on_the_web, who, {"topics": ["memberActivity"]})
    await alice.sandbox.wait_for(alice.id, lambda seen: seen.id == question.id and "It is on." in seen.text)


def hear_of_it_by_mail(session: Session, who: Actor) -> None:
    topics = ["memberActivity"]
    preferences.change(session, who, {"topics": topics}, {"memberActivity": {"telegram": When.OFF}})


async def test_a_route_and_a_channel_that_are_much_more_are_asked_about(
    alice: Phone, who: Actor, database: Database
) -> None:
    await database.write(hear_of_it_by_mail, who)
    page = await menu(alice, ("Kinds", "Kinds of news"), ("What others do", "It is on."))
    question = await alice.press(page, "Telegram: off", sees=BUSY)
    await alice.press(question, "Save", sees="It is on.")
    page = await menu(alice, ("Channels", "Where you hear from me"))
    await alice.toast(page, "✓ Telegram")
    page = await alice.sandbox.wait_for(alice.id, lambda seen: "– Telegram" in seen.labels())
    question = await alice.press(page, "– Telegram", sees=BUSY)
    assert (await database.read(preferences.get, who)).telegram_enabled is False
    await alice.press(question, "Save", sees="Where you hear from me")
    assert (await database.read(preferences.get, who)).telegram_enabled is True


def hear_nothing_of_home(session: Session, who: Actor) -> None:
    preferences.change(session, who, {"topics": ["memberActivity"]})
    [home] = households.of_person(session, who.user_id)
    household_preferences.put(session, who, home.id, [])


async def test_so_it_is_for_one_household_apart(alice: Phone, who: Actor, database: Database) -> None:
    await database.write(hear_nothing_of_home, who)
    page = await menu(alice, ("Settings for Alice's Home", "These replace your general"))
    page = await alice.press(page, "What others do", sees="It is off.")
    question = await alice.press(page, "Turn on", sees=BUSY)
    page = await alice.press(question, "Cancel", sees="It is off.")
    page = await alice.press(page, "‹ Back", sees="These replace your general")
    question = await alice.press(page, "Use my general settings", sees=BUSY)
    await alice.press(question, "Save", sees="uses your general settings")


def be_quiet(session: Session, who: Actor) -> None:
    """Hear of what others do, but for an hour a day have quiet hours."""
    busy = clock.utcnow().astimezone(ZoneInfo(preferences.get(session, who).timezone))
    start, end = busy - timedelta(hours=1), busy - timedelta(hours=2)
    quiet = {"quiet_enabled": True, "quiet_start": f"{start:%H:%M}", "quiet_end": f"{end:%H:%M}"}
    preferences.change(session, who, {"topics": ["memberActivity"], **quiet})


async def test_to_end_quiet_hours_is_asked_about_when_they_keep_much_away(
    alice: Phone, who: Actor, database: Database
) -> None:
    await database.write(be_quiet, who)
    page = await menu(alice, ("Quiet hours", "The days are the ones they start on"))
    question = await alice.press(page, "Turn off", sees=BUSY)
    page = await alice.press(question, "Cancel", sees="The days are the ones they start on")
    question = await alice.say("/settings quiet off")
    assert question.text.startswith(BUSY)
    assert (await database.read(preferences.get, who)).quiet_enabled is True
    await alice.press(question, "Save", sees="Quiet hours: off")
    assert (await database.read(preferences.get, who)).quiet_enabled is False
    # There is nothing to ask about any more, nor about being quiet.
    assert "Quiet hours: off" not in (await alice.say("/settings quiet on")).text
