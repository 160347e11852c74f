"""Following and ignoring in the chat, minimums of one's own, and what is critical."""

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.actors import Actor
from core.db import Database
from core.households import households
from core.inventory import stock
from core.models import Role, Scope
from core.settings import watching
from core.settings.watching import WatchState
from sandbox.client import ChatMessage
from tests.bot.conftest import Parts, home_of, share_home
from tests.bot.phone import Phone


def furnish(session: Session, alice: Phone, bob: Phone, charlie: Phone) -> Actor:
    """Give Alice, Bob and the viewer Charlie a household with milk, cheese and soap."""
    who = share_home(session, alice, {bob: Role.MEMBER, charlie: Role.VIEWER})
    [home] = households.of_person(session, who.user_id)
    for name, category, location in (
        ("Milk", "Dairy", "fridge"),
        ("Cheese", "Dairy", "fridge"),
        ("Soap", "Bathroom", "Bathroom"),
    ):
        values = {"name": name, "quantity": 5000, "unit": "pcs", "location": location, "category": category}
        stock.add(session, who, home.id, values)
    return who


@pytest.fixture
async def who(running: Parts, database: Database, alice: Phone, bob: Phone, charlie: Phone) -> Actor:
    return await database.write(furnish, alice, bob, charlie)


def watched(session: Session, who: Actor) -> list[WatchState]:
    [home] = households.of_person(session, who.user_id)
    return watching.mine(session, who, home.id)


async def details(phone: Phone, name: str) -> ChatMessage:
    """Open the other side of an item's card."""
    return await phone.press(await phone.say(f"/find {name}"), "Details", sees="Last changes")


async def test_a_place_is_followed_and_taken_back(
    alice: Phone, bob: Phone, who: Actor, database: Database
) -> None:
    answer = await alice.say("/follow the Fridge")
    assert answer.text == "You follow everything in fridge: you hear about everything."
    await bob.say("/use 1 milk")
    await alice.hears("Bob used 1 pc of Milk")
    assert "You follow Milk until " in (await alice.say("/follow milk for 2 weeks")).text
    await alice.press(answer, "Take it back", sees="Milk: followed until")
    page = await alice.press(await alice.sandbox.wait_for(alice.id, "Milk: followed"), "✖", sees="Nothing so")
    assert "If you ignore it, you hear nothing" in page.text
    assert await database.read(watched, who) == []


async def test_a_category_is_ignored_for_a_while(
    alice: Phone, bob: Phone, who: Actor, database: Database
) -> None:
    await alice.say("/min 3 cheese")
    answer = await alice.say("/ignore dairy for 2 weeks")
    assert answer.text.startswith("You ignore everything in the category dairy until ")
    [watch] = await database.read(watched, who)
    assert (watch.scope, watch.level) == (Scope.CATEGORY, "mute")
    assert watch.until is not None
    assert 13 <= (watch.until - clock.utcnow()).days <= 14
    await bob.say("/use 4 cheese")
    assert "you ignored or snoozed it" in (await alice.say("/why")).text
    assert "You ignore its category or place." in (await details(alice, "cheese")).text


async def test_what_may_be_several_things_is_asked(alice: Phone, who: Actor, database: Database) -> None:
    question = await alice.say("/ignore bathroom until tomorrow")
    assert question.text == "Which one do you mean?"
    assert question.labels() == ["The category Bathroom", "The location Bathroom", "Cancel"]
    await alice.press(question, "The location", sees="You ignore everything in bathroom until")
    question = await alice.say("/follow mlik")
    assert question.labels() == ["Milk · 5 pcs · fridge", "Cancel"]
    await alice.press(question, "Milk", sees="You follow Milk")
    page = await alice.press(await alice.say("/settings"), "What I follow", sees="in Alice's Home")
    assert page.labels() == ["✖ bathroom (location)", "✖ Milk", "‹ Back"]
    assert "Milk: followed" in page.text
    page = await alice.press(page, "✖ bathroom", sees="What I follow and ignore in Alice's Home\nMilk")
    await alice.press(page, "✖ Milk", sees="Nothing so far.")


async def test_what_nobody_understands_is_said(alice: Phone, who: Actor, database: Database) -> None:
    assert "There is no “caviar”" in (await alice.say("/ignore caviar")).text
    assert "for example: /follow pantry" in (await alice.say("/follow")).text
    assert "more than 30 days" in (await alice.say("/ignore milk for 9 weeks")).text
    assert "I do not understand how long." in (await alice.say("/ignore milk until whenever")).text
    assert await database.read(watched, who) == []


async def test_an_item_is_followed_ignored_and_as_usual(alice: Phone, who: Actor, database: Database) -> None:
    page = await details(alice, "milk")
    assert page.labels() == ["Follow", "Ignore", "✓ As usual", "Critical: wake everybody", "‹ Back"]
    page = await alice.press(page, "Ignore", sees="You ignore it.")
    page = await alice.press(page, "Follow", sees="You follow it.")
    assert "✓ Follow" in page.labels()
    await alice.press(page, "As usual", sees="Last changes")
    await alice.sandbox.wait_for(alice.id, lambda seen: seen.id == page.id and "You follow" not in seen.text)
    assert await database.read(watched, who) == []


async def test_a_minimum_of_ones_own_warns_that_person_alone(
    alice: Phone, bob: Phone, charlie: Phone, who: Actor, database: Database
) -> None:
    assert "Your own minimum: 4 pcs" in (await charlie.say("/mymin 4 milk")).text
    await bob.say("/use 2 milk")
    await charlie.hears("Milk is running low: 3 pcs left, the minimum is 4 pcs.")
    assert not [one for one in await alice.chat() if "running low" in one.text]
    assert "Your own minimum" not in (await charlie.say("/mymin 0 milk")).text
    question = await charlie.say("/mymin 2 mlik")
    await charlie.press(question, "Milk", sees="Your own minimum: 2 pcs")
    assert "Say how many first, for example: /mymin 2 milk" in (await charlie.say("/mymin milk")).text


def is_critical(session: Session, who: Actor, name: str) -> bool:
    return next(item.critical for item in home_of(session, who) if item.name == name)


async def test_an_item_becomes_critical_unless_it_changed(
    alice: Phone, bob: Phone, charlie: Phone, who: Actor, database: Database
) -> None:
    page = await details(alice, "milk")
    await bob.say("/use 1 milk")
    stale = await alice.toast(page, "Critical: wake everybody")
    assert "It has just changed." in stale.text
    assert not await database.read(is_critical, who, "Milk")
    page = await alice.press(await details(alice, "milk"), "Critical", sees="even at night")
    assert await database.read(is_critical, who, "Milk")
    page = await alice.press(page, "No longer critical", sees="Last changes")
    theirs = await details(charlie, "milk")
    assert theirs.labels() == ["Follow", "Ignore", "✓ As usual", "‹ Back"]


async def test_who_ignores_a_critical_item_is_told_that_it_wakes_the_others(
    alice: Phone, bob: Phone, who: Actor
) -> None:
    page = await alice.press(await details(alice, "milk"), "Critical", sees="I tell everybody at once")
    others = "Critical for the others: when it runs out, I tell them at once, even at night."
    await alice.press(page, "Ignore", sees=f"{others}\nYou ignore it.\n")
    await bob.say("/use 5 milk")
    assert "not told: you ignored or snoozed it" in (await alice.say("/why")).text
    assert "I tell everybody at once" in (await details(bob, "milk")).text


async def test_a_critical_item_wakes_who_is_muted(
    alice: Phone, bob: Phone, who: Actor, database: Database
) -> None:
    await alice.press(await details(alice, "milk"), "Critical", sees="even at night")
    last = (await alice.say("/mute 8h")).id
    await bob.say("/use 5 cheese")
    await bob.say("/use 5 milk")
    alert = await alice.hears("Milk is out of stock", after=last)
    assert "Cheese" not in alert.text
