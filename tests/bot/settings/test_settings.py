"""The settings in the chat: a menu that edits itself in place, and what is typed."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core import events
from core.actors import Actor, Face
from core.db import Database
from core.events import streams
from core.households import households
from core.models import Role
from core.settings import household_preferences, preferences
from core.values.settings import NotificationSettings
from sandbox.client import ChatMessage
from tests.bot.conftest import Parts, share_home
from tests.bot.phone import Phone

# What is said in the chat does not depend on the database; what it comes to is tested on both in tests/core.


@pytest.fixture
async def who(running: Parts, database: Database, alice: Phone, bob: Phone) -> Actor:
    """Alice, who shares a household with Bob."""
    return await database.write(share_home, alice, {bob: Role.MEMBER})


async def of(database: Database, who: Actor) -> NotificationSettings:
    return await database.read(preferences.get, who)


def on_the_web(session: Session, who: Actor, values: Mapping[str, Any]) -> None:
    """Change settings as the web does."""
    preferences.change(session, Actor(who.user_id, Face.WEB), values)


async def menu(alice: Phone, *labels: tuple[str, str]) -> ChatMessage:
    """Open the menu and press the buttons, each until the message says something."""
    message = await alice.say("/settings")
    for label, sees in labels:
        message = await alice.press(message, label, sees=sees)
    return message


async def labelled(alice: Phone, message: ChatMessage, label: str) -> ChatMessage:
    """Return a message once it has a button of this very label."""
    return await alice.sandbox.wait_for(
        alice.id, lambda seen: seen.id == message.id and label in seen.labels()
    )


async def test_the_first_page_tells_what_is_on(alice: Phone, who: Actor) -> None:
    message = await alice.say("/settings")
    assert message.text == (
        "What you hear, and when\n"
        "Kinds: Low and out of stock, About to expire, Shopping reminder\n"
        "Channels: Telegram, Inbox, Email (unavailable)\n"
        "Usual time: 09:00 (Europe/Berlin)\n"
        "Quiet hours: off\n"
        "Expiry warnings: 3 days before\n"
        "Alice's Home uses these settings"
    )
    assert message.labels() == [
        "Kinds",
        "Channels",
        "Times",
        "Quiet hours",
        "Expiry warnings",
        "Mute",
        "Settings for Alice's Home",
        "What I follow and ignore",
    ]


async def test_every_page_leads_back_in_the_same_message(alice: Phone, who: Actor) -> None:
    message = await alice.say("/settings")
    pages = {
        "Kinds": "Kinds of news",
        "Channels": "Where you hear from me",
        "Times": "Preferred time: 09:00",
        "Quiet hours": "Quiet hours: off\nI send nothing in quiet hours",
        "Expiry warnings": "How long in advance",
        "Mute": "You are not muted.",
        "Settings for Alice's Home": "Settings for Alice's Home",
        "What I follow and ignore": "in Alice's Home",
    }
    for label, sees in pages.items():
        await alice.press(message, label, sees=sees)
        shown = next(one for one in await alice.chat() if one.id == message.id)
        message = await alice.press(shown, "‹ Back", sees="What you hear, and when")
    assert message.id == (await alice.chat())[-1].id


async def test_a_kind_is_switched_and_routed(alice: Phone, who: Actor, database: Database) -> None:
    page = await menu(alice, ("Kinds", "Kinds of news"), ("What others do", "It is off."))
    page = await alice.press(page, "Turn on", sees="It is on.")
    assert "memberActivity" in (await of(database, who)).topics
    page = await menu(alice, ("Kinds", "Kinds of news"), ("✓ Low", "It is on."))
    assert page.labels() == [
        "Turn off",
        "Telegram: at once",
        "Inbox: at once",
        "Email (unavailable): at once",
        "‹ Back",
    ]
    for label in ("in the digest", "off", "at once"):
        await alice.toast(page, "Telegram")
        page = await labelled(alice, page, f"Telegram: {label}")
        now = await of(database, who)
        assert now.routes["lowStock"]["telegram"] == {"in the digest": "digest", "at once": "now"}.get(
            label, label
        )
    await alice.toast(page, "Inbox")
    page = await labelled(alice, page, "Inbox: off")
    assert (await of(database, who)).routes["lowStock"] == {
        "telegram": "now",
        "inApp": "off",
        "email": "now",
    }


async def test_what_comes_at_its_own_time_is_on_and_not_at_once(alice: Phone, who: Actor) -> None:
    page = await menu(alice, ("Kinds", "Kinds of news"), ("– Weekly digest", "It is off."))
    assert page.labels() == ["Turn on", "Telegram: on", "Inbox: on", "Email (unavailable): on", "‹ Back"]


async def test_a_press_on_an_old_menu_does_what_it_says_and_shows_what_is_so_now(
    alice: Phone, who: Actor, database: Database
) -> None:
    old = [await menu(alice, ("Channels", "Where you hear from me")) for _ in range(2)]
    assert "This server cannot send email" in old[0].text
    assert old[0].labels() == ["✓ Telegram", "✓ Inbox", "✓ Email (unavailable)", "‹ Back"]
    await database.write(on_the_web, who, {"email_enabled": False})
    for message in old:
        await alice.toast(message, "✓ Telegram")
        shown = await labelled(alice, message, "– Telegram")
        assert shown.labels() == ["– Telegram", "✓ Inbox", "– Email (unavailable)", "‹ Back"]
        assert (await of(database, who)).telegram_enabled is False


async def test_the_times_are_tapped(alice: Phone, who: Actor, database: Database) -> None:
    page = await menu(
        alice, ("Times", "You may also send"), ("Weekly digest", "It is turned off: see Kinds.")
    )
    page = await alice.press(page, "18:00", sees="Weekly digest: 18:00, Mon")
    page = await alice.press(page, "– Fri", sees="Weekly digest: 18:00, Mon, Fri")
    page = await alice.press(page, "✓ Mon", sees="Weekly digest: 18:00, Fri")
    assert "At least one day has to stay." in (await alice.toast(page, "✓ Fri")).text
    page = await alice.press(page, "At the preferred time", sees="Weekly digest: 09:00, Fri")
    page = await alice.press(page, "‹ Back", sees="You may also send")
    page = await alice.press(page, "Preferred time", sees="Expiry warnings come at this time")
    await alice.press(page, "07:00", sees="Preferred time: 07:00")
    now = (await of(database, who)).schedules["weeklyInventoryReport"]
    assert (now.time, now.weekdays) == ("07:00", [5])


async def test_quiet_hours_are_tapped(alice: Phone, who: Actor, database: Database) -> None:
    page = await menu(alice, ("Quiet hours", "I send nothing"))
    page = await alice.press(page, "Turn on", sees="Quiet hours: 22:00 to 07:00, every day")
    page = await alice.press(page, "from 23:00", sees="23:00 to 07:00")
    page = await alice.press(page, "to 08:00", sees="23:00 to 08:00")
    page = await alice.press(page, "✓ Sat", sees="23:00 to 08:00, Mon, Tue, Wed, Thu, Fri, Sun")
    page = await alice.press(page, "✓ Sun", sees="23:00 to 08:00, Mon to Fri")
    await alice.press(page, "Turn off", sees="Quiet hours: off")
    now = await of(database, who)
    assert (now.quiet_enabled, now.quiet_start, now.quiet_end) == (False, "23:00", "08:00")
    assert now.quiet_days == [1, 2, 3, 4, 5]


async def test_days_of_warning_are_tapped(alice: Phone, who: Actor, database: Database) -> None:
    page = await menu(alice, ("Expiry warnings", "How long in advance"))
    assert page.labels() == ["1", "2", "✓ 3", "5", "7", "14", "30", "‹ Back"]
    page = await alice.press(page, "14", sees="14 days before")
    assert (await of(database, who)).expiration_warning_days == 14


def own_topics(session: Session, who: Actor) -> tuple[bool, list[str]]:
    [home] = households.of_person(session, who.user_id)
    own = household_preferences.get(session, who, home.id)
    return own.apart, list(own.topics)


async def test_a_household_is_set_apart_and_joined_again(
    alice: Phone, who: Actor, database: Database
) -> None:
    page = await menu(alice, ("Settings for Alice's Home", "uses your general settings"))
    page = await alice.press(page, "Choose for this", sees="Kinds of news, Alice's Home")
    page = await alice.press(page, "✓ Low", sees="Low and out of stock, Alice's Home")
    page = await alice.press(page, "Turn off", sees="It is off.")
    assert await database.read(own_topics, who) == (True, ["expiration", "shoppingReminder"])
    assert "lowStock" in (await of(database, who)).topics
    page = await alice.press(page, "‹ Back", sees="These replace your general settings")
    assert "– Low and out of stock" in page.labels()
    assert "Alice's Home has its own settings" in (await alice.say("/settings")).text
    await alice.press(page, "Use my general settings", sees="uses your general settings")
    apart, topics = await database.read(own_topics, who)
    assert not apart
    assert "lowStock" in topics


async def test_settings_are_typed_as_people_type_them(alice: Phone, who: Actor, database: Database) -> None:
    typed = {
        "/settings daily 8:30": "Daily digest: 08:30, every day",
        "/settings weekly Mon 18:00": "Weekly digest: 18:00, Mon",
        "/settings weekly 20:15": "Weekly digest: 20:15, Mon",
        "/settings shopping Sat 10": "Shopping reminder: 10:00, Sat",
        "/settings shopping 5 pm weekdays": "Shopping reminder: 17:00, Mon to Fri",
        "/settings warn 5": "Expiry warnings: 5 days before",
        "/settings warn 1 day": "Expiry warnings: 1 day before",
        "/settings time 8pm": "Preferred time: 20:00",
        "/settings quiet 22-7": "Quiet hours: 22:00 to 07:00, every day",
        "/settings quiet 22:00 7:30 weekdays": "Quiet hours: 22:00 to 07:30, Mon to Fri",
        "/settings quiet from 10 pm to 6 am": "Quiet hours: 22:00 to 06:00, Mon to Fri",
        "/settings quiet 7-7": "Quiet hours: 24 hours from 07:00, Mon to Fri",
        "/settings quiet 22:00 6:00": "Quiet hours: 22:00 to 06:00, Mon to Fri",
        "/settings quiet off": "Quiet hours: off",
        "/SETTINGS Quiet On": "Quiet hours: 22:00 to 06:00",
        "/settings zone Asia/Tokyo": "Preferred time: 20:00 in Asia/Tokyo",
        "/settings kinds": "Kinds of news",
        "/settings channels": "Where you hear from me",
        "/settings daily": "Daily digest: 08:30",
    }
    for text, sees in typed.items():
        assert sees in (await alice.say(text)).text, text
    now = await of(database, who)
    assert (now.timezone, now.preferred_time, now.expiration_warning_days) == ("Asia/Tokyo", "20:00", 1)


async def test_what_is_not_understood_is_answered_with_examples(
    alice: Phone, who: Actor, database: Database
) -> None:
    before = await of(database, who)
    typed = {
        "/settings colours": "Send /settings alone for the menu, or for example",
        "/settings zone": "Send /settings alone for the menu, or for example",
        "/settings daily soon": "Write for example: /settings daily 8:30",
        "/settings time 25": "Write for example: 8:00",
        "/settings warn 31": "from 1 to 30, for example: /settings warn 5",
        "/settings warn ٣": "from 1 to 30",
        "/settings quiet 22": "Write for example: /settings quiet 22-7",
        "/settings zone Moon": "must be an IANA name",
    }
    for text, sees in typed.items():
        assert sees in (await alice.say(text)).text, text
    assert await of(database, who) == before


async def test_without_a_household_the_rest_is_there(
    running: Parts, alice: Phone, who: Actor, bob: Phone
) -> None:
    await bob.press(await bob.say("/leave"), "Yes, leave", sees="You left")
    message = await bob.say("/settings")
    assert "Alice's Home" not in message.text
    assert message.labels() == ["Kinds", "Channels", "Times", "Quiet hours", "Expiry warnings", "Mute"]


async def test_the_web_sees_what_the_chat_changed_and_the_chat_what_the_web_did(
    alice: Phone, who: Actor, database: Database
) -> None:
    page = await menu(alice, ("Expiry warnings", "How long in advance"))
    before = await database.read(entries, who)
    await alice.press(page, "7", sees="7 days before")
    [told] = (await database.read(entries, who))[len(before) :]
    assert isinstance(told, events.SettingsUpdated)
    assert told.settings.expiration_warning_days == 7
    await database.write(on_the_web, who, {"expiration_warning_days": 30})
    assert "Expiry warnings: 30 days before" in (await alice.say("/settings")).text


def entries(session: Session, who: Actor) -> list[events.Event]:
    """Return what a person's own sockets were sent."""
    stream = streams.of_user(who.user_id)
    through = streams.positions(session, [stream])[stream].seq
    return list(streams.read_between(session, stream, 0, through))
