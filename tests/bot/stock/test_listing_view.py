"""Lists: what there is, what is low, what expires, what words find."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.actors import Actor
from core.db import Database
from core.households import households
from core.inventory import stock
from tests.bot.conftest import Parts, share_home
from tests.bot.phone import Phone


def fill(session: Session, who: Actor) -> None:
    """Put 40 things into three places; some are low, out, or about to expire."""
    [home] = households.of_person(session, who.user_id)
    today = clock.today(home.timezone)
    for number in range(40):
        stock.add(
            session,
            who,
            home.id,
            {
                "name": f"Thing {number:02}",
                "quantity": (number % 4) * 1000,
                "unit": "pcs",
                "location": ("fridge", "freezer", "pantry")[number % 3],
                "min_quantity": 2000 if number % 2 else None,
                "expiration_date": today + timedelta(days=number - 2) if number < 10 else None,
            },
        )
    soap = {"name": "Soap", "quantity": 1000, "unit": "pcs", "location": "pantry", "category": "Cleaning"}
    stock.add(session, who, home.id, soap)


@pytest.fixture
async def who(running: Parts, database: Database, alice: Phone) -> Actor:
    made = await database.write(share_home, alice, {})
    await database.write(fill, made)
    return made


async def test_the_stock_is_grouped_by_place_and_turns_pages_in_place(alice: Phone, who: Actor) -> None:
    first = await alice.say("/stock")
    assert first.text.startswith(
        "Alice's Home · page 1 of 3\n\nfreezer\n1. Thing 01: 1 pc · ⚠️ low · ⏳ expired yesterday"
    )
    assert first.labels() == [*map(str, range(1, 16)), "Next ›"]
    second = await alice.press(first, "Next ›", sees="page 2 of 3")
    assert second.labels()[-2:] == ["‹ Back", "Next ›"]
    third = await alice.press(second, "Next ›", sees="page 3 of 3")
    assert third.labels() == [*map(str, range(31, 42)), "‹ Back"]
    card = await alice.open(third, "31")
    assert card.labels()[-3:] == ["+1", "Details", "To buy"]
    assert card.text.startswith("Thing ")


async def test_a_part_of_the_stock_is_a_place_a_category_or_a_name(alice: Phone, who: Actor) -> None:
    place = await alice.say("/stock Freezer")
    assert place.text.startswith("Alice's Home: freezer\n\nfreezer\n1. Thing 01: 1 pc")
    assert place.labels() == list(map(str, range(1, 14)))
    named = await alice.say("/stock thing 1")
    assert named.text.startswith("Alice's Home: thing 1\n\nfreezer\n1. Thing 10: 2 pcs")
    assert (await alice.say("/stock cleaning")).text.startswith(
        "Alice's Home: Cleaning\n\npantry\n1. Soap: 1 pc"
    )
    many = await alice.say("what's in thing?")
    second = await alice.press(many, "Next ›", sees="page 2 of 3")
    assert "Soap" not in (await alice.press(second, "Next ›", sees="page 3 of 3")).text
    assert (await alice.say("/stock <xyz>")).text == (
        "There is no place, category or item “<xyz>” in Alice's Home. You have things here: "
        "freezer, fridge, pantry."
    )


async def test_low_shows_what_is_out_first(alice: Phone, who: Actor) -> None:
    low = await alice.say("/low")
    assert low.text.split("\n")[1] == "1. Thing 00: 0 pcs · ⚠️ out · ⏳ expired 2 days ago"


async def test_expiring_looks_as_far_ahead_as_asked(alice: Phone, who: Actor) -> None:
    soon = await alice.say("/expiring")
    assert soon.text.startswith("Expires within 3 days\n")
    assert "Thing 05" in soon.text
    assert "Thing 06" not in soon.text
    assert "Thing 09" in (await alice.say("/expiring 14")).text
    assert "Say how many days" in (await alice.say("/expiring soon")).text


async def test_words_find_a_list_or_a_card(alice: Phone, who: Actor) -> None:
    many = await alice.say("/find thing")
    assert "…and 25 more. Add a word to narrow it down." in many.text
    some = await alice.say("thing 1")
    assert len(some.labels()) == 10
    assert (await alice.say("/find THING 07")).text.startswith("Thing 07\n3 pcs · freezer\nExpires")


async def test_a_household_without_anything_is_told_what_to_do(
    running: Parts, database: Database, bob: Phone
) -> None:
    await database.write(share_home, bob, {})
    assert "/add 2 l milk" in (await bob.say("/stock")).text
    assert "Nothing is low" in (await bob.say("/low")).text
    assert "expires within 1 day." in (await bob.say("/expiring 1")).text
