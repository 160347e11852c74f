"""Plain words, without a slash."""

import pytest

from bot.reading import free_text
from core.actors import Actor, Face
from core.config import Settings
from core.db import Database
from core.telegram import linking
from tests.bot.account.test_linking import register
from tests.bot.conftest import Parts, home_of, share_home
from tests.bot.phone import Phone


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("add 2 l milk", "/add 2 l milk"),
        ("Add  2 l milk.", "/add 2 l milk"),
        ("please buy bread", "/buy bread"),
        ("I've used 1 milk", "/use 1 milk"),
        ("we ate two eggs!", "/use two eggs"),
        ("drank 1 l milk", "/use 1 l milk"),
        ("bought 2 l milk", "/add 2 l milk"),
        ("threw away 1 milk: sour", "/waste 1 milk: sour"),
        ("move milk to freezer", "/move milk to freezer"),
        ("stock", "/stock"),
        ("Add", "/add"),
        ("List?", "/list"),
        ("help", "/help"),
        ("Hello there!", "/help"),
        ("good morning", "/help"),
        ("what's low?", "/low"),
        ("what is running low", "/low"),
        ("What’s expiring?", "/expiring"),
        ("what's in the fridge?", "/stock fridge"),
        ("what do we have", "/stock"),
        ("what's in stock?", "/stock"),
        ("how much milk do we have", "/find milk"),
        ("How many eggs are left?", "/find eggs"),
        ("do we have any oat milk?", "/find oat milk"),
        ("where is the milk", "/find milk"),
    ],
)
def test_plain_words_mean_a_command(typed: str, command: str) -> None:
    assert free_text.command(typed) == command


@pytest.mark.parametrize(
    "typed",
    ["milk", "low fat milk", "useful box", "test tubes", "today's bread", "buy milk?", "", "🥛"],
)
def test_what_may_be_a_name_is_no_command(typed: str) -> None:
    assert free_text.command(typed) is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ACDE3467", "ACDE3467"),
        (" acde-3467 ", "ACDE3467"),
        ("ACDE FGHJ", "ACDEFGHJ"),
        ("machette", None),
        ("ACDE346", None),
        ("ACDE346O", None),
    ],
)
def test_only_what_looks_like_a_code_is_one(typed: str, code: str | None) -> None:
    assert free_text.code(typed) == code


async def test_plain_words_do_what_the_command_does(running: Parts, database: Database, alice: Phone) -> None:
    who = await database.write(share_home, alice, {})
    assert (await alice.say("add 3 l milk")).text.endswith("New in stock. Added 3 l.")
    assert "Used 1 l." in (await alice.say("used 1 milk")).text
    assert "milk · 2 l · pantry" in (await alice.say("use 1 mlik")).labels()[0]
    assert "On the list “Shopping”: bread." in (await alice.say("buy bread")).text
    assert "Nothing is low" in (await alice.say("what's low?")).text
    assert (await alice.say("how much milk do we have")).text.startswith("milk\n2 l · pantry")
    assert "What I understand" in (await alice.say("hello")).text
    asked = await alice.say("threw away 1 mlik: sour")
    card = await alice.press(asked, "milk", sees="Threw away 1 l.")
    await alice.press(card, "Details", sees="sour")
    created = await alice.press(await alice.say("bought 2 silk"), "Create", sees="silk\n2 pcs")
    assert created.text.endswith("Added 2 pcs.")
    assert {item.name for item in await database.read(home_of, who)} == {"milk", "silk"}


async def test_the_name_of_an_item_is_no_command(running: Parts, database: Database, alice: Phone) -> None:
    await database.write(share_home, alice, {})
    await alice.say("/add 2 stock cubes")
    assert (await alice.say("Stock cubes")).text.startswith("stock cubes\n2 pcs")


async def test_a_pasted_code_is_redeemed_like_link_and_counted_like_it(
    running: Parts, database: Database, alice: Phone, bob: Phone, bot_settings: Settings
) -> None:
    dora = await database.write(register, "Dora")
    issued = await database.write(
        linking.issue_for_user, bot_settings.signing_key(), Actor(dora.id, Face.WEB)
    )
    question = await alice.say(issued.code)
    await alice.press(question, "Yes, link it", sees="this chat now belongs to Dora")
    assert "There is no" in (await alice.say("ACDEFGHJ")).text
    for guess in ("ACDEFGHJ", "ACDEFGHK", "ACDEFGHM", "ACDEFGHN", "ACDEFGHP"):
        assert "This code is wrong" in (await bob.say(guess)).text
    assert "Too many wrong codes" in (await bob.say("ACDEFGHQ")).text
