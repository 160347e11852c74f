"""Muting in the chat: /mute, its buttons, and /unmute."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from bot import days
from core import clock
from core.actors import Actor
from core.db import Database
from core.models import Role
from core.settings import preferences
from tests.bot.conftest import Parts, share_home
from tests.bot.phone import Phone
from tests.bot.waiting import until as until_true

# What is said in the chat does not depend on the database; what it comes to is tested on both in tests/core.

BERLIN = "Europe/Berlin"
KEPT = "Nothing is lost: what still matters comes in one message afterwards."


@pytest.fixture
async def who(running: Parts, database: Database, alice: Phone, bob: Phone) -> Actor:
    """Alice, who shares a household with Bob."""
    return await database.write(share_home, alice, {bob: Role.MEMBER})


async def until(database: Database, who: Actor) -> datetime | None:
    return (await database.read(preferences.get, who)).muted_until


async def test_a_mute_says_until_when_and_that_nothing_is_lost(
    alice: Phone, who: Actor, database: Database
) -> None:
    before = clock.utcnow()
    answer = await alice.say("/mute 8h")
    ends = await until(database, who)
    assert ends is not None
    assert timedelta(hours=8) <= ends - before < timedelta(hours=8, minutes=1)
    assert answer.text.startswith(f"Muted until {days.moment(ends, BERLIN)} ({BERLIN}). {KEPT}")
    assert answer.labels() == ["End the mute", "Settings"]
    assert f"Muted until {days.moment(ends, BERLIN)}" in (await alice.say("/settings")).text
    await alice.press(answer, "End the mute", sees="You hear from me again.")
    assert await until(database, who) is None


async def test_a_mute_ends_at_a_time_of_the_persons_own_clock(
    alice: Phone, who: Actor, database: Database
) -> None:
    assert "07:30 (Europe/Berlin)" in (await alice.say("/mute until 7:30")).text
    ends = await until(database, who)
    assert ends is not None
    assert f"{ends.astimezone(ZoneInfo(BERLIN)):%H:%M}" == "07:30"
    assert "You hear from me again." in (await alice.say("/unmute")).text
    assert await until(database, who) is None
    assert (await alice.say("/unmute")).text == "You were not muted."


async def test_mute_alone_asks_for_how_long(alice: Phone, who: Actor, database: Database) -> None:
    question = await alice.say("/mute")
    assert question.labels() == ["1 hour", "8 hours", "Until the morning", "A week", "‹ Back"]
    for label, most in (("A week", 7 * 24), ("Until the morning", 25), ("8 hours", 8), ("1 hour", 1)):
        answer = await alice.press(await alice.say("/mute"), label, sees=f"({BERLIN}). Nothing")
        assert KEPT in answer.text
        ends = await until(database, who)
        assert ends is not None
        assert ends - clock.utcnow() <= timedelta(hours=most)
    assert "End the mute" in (await alice.say("/mute")).labels()


async def test_what_is_muted_comes_when_the_mute_ends(
    alice: Phone, bob: Phone, who: Actor, database: Database
) -> None:
    await alice.say("/add 3 l milk")
    await alice.say("/min 2 milk")
    muted = await alice.say("/mute 1 hour")
    await bob.say("/use 2 milk")

    async def waits() -> bool:
        return "waits until your mute ends" in (await alice.say("/why")).text

    await until_true(waits)
    last = (await alice.chat())[-1].id
    await alice.press(muted, "End the mute", sees="What waited and still matters comes now.")
    await alice.hears("milk is running low", after=last)


async def test_quiet_hours_after_a_mute_are_told(alice: Phone, who: Actor) -> None:
    await alice.say("/settings quiet 0:00 23:59")
    assert "Your quiet hours then last until" in (await alice.say("/mute until noon")).text
    assert "your quiet hours last until" in (await alice.say("/unmute")).text


async def test_what_is_no_time_is_answered_with_examples(
    alice: Phone, who: Actor, database: Database
) -> None:
    answer = await alice.say("/mute dairy")
    assert "I do not understand how long. Write for example: 8h" in answer.text
    assert "To hear nothing about one thing: /ignore milk" in answer.text
    assert "more than 30 days" in (await alice.say("/mute 400 days")).text
    assert await until(database, who) is None


def be_quiet(session: Session, who: Actor) -> None:
    around_the_clock = {"quiet_enabled": True, "quiet_start": "00:00", "quiet_end": "00:00"}
    preferences.change(session, who, around_the_clock)


async def test_in_quiet_hours_the_end_of_a_mute_does_not_promise_news_now(
    alice: Phone, who: Actor, database: Database
) -> None:
    await alice.say("/mute 8h")
    await database.write(be_quiet, who)
    answer = await alice.say("/unmute")
    assert answer.text.startswith("The mute is over, but your quiet hours last until ")
    assert "comes now" not in answer.text
