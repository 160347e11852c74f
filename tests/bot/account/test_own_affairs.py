"""Households made, renamed and deleted; one's account; the day in figures."""

import json
from zoneinfo import ZoneInfo

import pytest

from core import clock
from core.accounts import accounts
from core.actors import Actor
from core.db import Database
from core.errors import Unauthenticated
from core.households import households
from core.models import Role
from tests.bot.conftest import Parts, share_home
from tests.bot.phone import Phone
from tests.sandbox.fetching import fetch

# What is said in the chat does not depend on the database; what it comes to is tested on both in tests/core.


@pytest.fixture
async def who(running: Parts, database: Database, alice: Phone, bob: Phone) -> Actor:
    """Alice, who shares a household with Bob."""
    return await database.write(share_home, alice, {bob: Role.MEMBER})


async def test_another_household_is_made_and_changed(alice: Phone, who: Actor, database: Database) -> None:
    made = await alice.say("/household new Office <3")
    assert made.text.startswith("This chat is about Office <3.\nYou are an admin")
    assert made.labels() == ["Alice's Home"]
    assert "Maple Street is saved" in (await alice.say("/household rename Maple   Street")).text
    assert "days begin at midnight in Asia/Tokyo" in (await alice.say("/household zone Asia/Tokyo")).text
    homes = await database.read(households.of_person, who.user_id)
    assert [(home.name, home.timezone) for home in homes] == [
        ("Alice's Home", "Europe/Berlin"),
        ("Maple Street", "Asia/Tokyo"),
    ]
    assert "must be an IANA name" in (await alice.say("/household zone Moon")).text
    assert "at most 100 characters" in (await alice.say("/household rename " + "x" * 101)).text
    for text in ("/household rename", "/household new", "/household zone", "/household sell"):
        assert "Send /household alone, or one of these" in (await alice.say(text)).text


async def test_renaming_keeps_the_description(alice: Phone, who: Actor, database: Database) -> None:
    [home] = await database.read(households.of_person, who.user_id)
    await database.write(households.change, who, home.id, home.name, "Third floor", None)
    await alice.say("/household rename Loft")
    [home] = await database.read(households.of_person, who.user_id)
    assert (home.name, home.description) == ("Loft", "Third floor")


async def test_a_household_is_deleted_after_a_question_that_names_it(
    alice: Phone, bob: Phone, who: Actor
) -> None:
    await alice.say("/add 2 l milk")
    assert "Only an admin" in (await bob.say("/household delete")).text
    assert "Only an admin" in (await bob.say("/household rename Mine")).text
    question = await alice.say("/household delete")
    assert "Delete Alice's Home with its 1 item, lists and history?" in question.text
    assert "1 other person loses it, too." in question.text
    await alice.press(question, "Cancel", sees="nothing was changed")
    await alice.press(await alice.say("/household delete"), "Yes, delete it", sees="Alice's Home is deleted.")
    await bob.hears("Alice deleted the household Alice's Home, and everything in it.")
    assert "You are not in a household" in (await bob.say("/stock")).text
    assert "You are not in a household" in (await alice.say("/household rename Again")).text
    assert "This chat is about Anew." in (await alice.say("/household new Anew")).text


async def test_the_account_is_shown_and_changed(alice: Phone, who: Actor, database: Database) -> None:
    shown = await alice.say("/account")
    assert shown.text.startswith(
        "You are Alice.\nEmail: none; this chat is the only way in\nZone: Europe/Berlin"
    )
    assert "You are now Ann <3." in (await alice.say("/account name Ann <3")).text
    assert "Your time zone is now Asia/Tokyo." in (await alice.say("/account zone Asia/Tokyo")).text
    account = await database.read(accounts.get, who)
    assert (account.display_name, account.timezone) == ("Ann <3", "Asia/Tokyo")
    assert "at most 80 characters" in (await alice.say("/account name " + "x" * 81)).text
    assert "must be an IANA name" in (await alice.say("/account zone Moon")).text
    for text in ("/account name", "/account sell", "/account delete now"):
        assert "Send /account alone, or one of these" in (await alice.say(text)).text


async def test_one_clock_for_a_person(alice: Phone, who: Actor) -> None:
    await alice.say("/add 2 l milk")
    assert "in Asia/Tokyo" in (await alice.say("/settings zone tokyo")).text
    assert "Zone: Asia/Tokyo" in (await alice.say("/account")).text
    assert "Your time zone is now America/New_York." in (await alice.say("/account zone new  york")).text
    assert "in America/New_York" in (await alice.say("/settings times")).text
    details = await alice.press(await alice.say("/find milk"), "Details", sees="Added by Alice")
    there = clock.utcnow().astimezone(ZoneInfo("America/New_York"))
    assert f"{there.day} {there:%b}, {there:%H:}" in details.text
    # The days of a household are its own.
    assert "midnight in Europe/Berlin" in (await alice.say("/household zone BERLIN")).text
    asked = await alice.say("/settings zone istanbul")
    assert asked.text == "Which one do you mean: Asia/Istanbul, Europe/Istanbul?"
    assert "in America/New_York" in (await alice.say("/settings times")).text


async def test_all_that_is_kept_comes_as_a_file(alice: Phone, who: Actor, sandbox_url: str) -> None:
    await alice.say("/add 2 l milk")
    sent = await alice.say("/account export")
    assert sent.text == "Everything I keep about you."
    assert sent.document is not None
    assert sent.document.name == "stockbell.json"
    content = await fetch(f"{sandbox_url}{sent.document.url}")
    kept = json.loads(content.body)
    assert kept["account"]["display_name"] == "Alice"
    assert [moved["item_name"] for moved in kept["movements"]] == ["milk"]
    assert "token_hash" not in content.body.decode()


async def test_an_account_is_deleted_and_the_chat_begins_anew(
    alice: Phone, bob: Phone, who: Actor, database: Database
) -> None:
    await alice.say("/household new Cabin")
    question = await alice.say("/account delete")
    assert "because nobody else is there: Cabin." in question.text
    assert "You leave Alice's Home" in question.text
    refused = await alice.press(question, "Yes", sees="You are the last admin of Alice's Home.")
    assert "Nothing was deleted." in refused.text
    await alice.press(await alice.say("/household"), "Alice's Home", sees="about Alice's Home")
    shown = await alice.press(await alice.say("/members"), "Bob", sees="member since")
    await alice.press(shown, "Make admin", sees="admin since")
    question = await alice.say("/account delete")
    await alice.press(question, "Cancel", sees="nothing was changed")
    stale = await alice.say("/account delete")
    question = await alice.say("/account delete")
    await alice.press(question, "Yes", sees="Your account is deleted and this chat is unlinked.")
    with pytest.raises(Unauthenticated):
        await database.read(accounts.get, who)
    assert "How would you like to begin?" in (await alice.say("/start")).text
    assert (await bob.say("/members")).text.startswith("Members of Alice's Home\nBob (you): admin")
    await alice.press(await alice.say("/start"), "Create a household", sees="is yours")
    assert "belongs to another account now" in (await alice.toast(stale, "Yes")).text


async def test_the_day_in_figures(alice: Phone, who: Actor) -> None:
    await alice.say("/add 3 l milk")
    await alice.say("/expires tomorrow milk")
    await alice.say("/add 1 bread")
    await alice.say("/min 2 bread")
    await alice.say("/use 1 milk")
    await alice.say("/waste 1 milk: sour")
    await alice.say("/waste 1 bread")
    await alice.say("/undo")
    told = await alice.say("/today")
    assert told.text == (
        "Today\n2 items: 1 low, 0 expired, 1 expiring within 7 days.\nAdded today: 2, used: 1.\n"
        "Thrown away this month: 1 time.\n\n/expiring 7 and /low show which."
    )
