"""An open settings menu follows what its person changes elsewhere: on the web, or by typing below it."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from bot.app import create_dispatcher
from bot.worker import Worker
from core.accounts import accounts
from core.actors import Actor, Face
from core.config import Settings
from core.db import Database
from core.delivery import chats
from core.households import households, members
from core.models import Role, Scope, WatchLevel
from core.settings import household_preferences, open_menus, preferences, watching
from core.telegram import linking
from sandbox.client import ChatMessage
from tests.bot.conftest import Parts, share_home
from tests.bot.phone import Phone
from tests.bot.settings.test_settings import menu, on_the_web
from tests.bot.waiting import until

# The locks that decide who comes first differ between the databases: tests/stories asks both.


@pytest.fixture
async def who(running: Parts, database: Database, alice: Phone, bob: Phone) -> Actor:
    """Alice, who shares a household with Bob."""
    return await database.write(share_home, alice, {bob: Role.MEMBER})


def on_web(who: Actor) -> Actor:
    return Actor(who.user_id, Face.WEB)


async def edits(phone: Phone) -> int:
    """Return how often the bot edited a message."""
    return len(await phone.sandbox.calls("editMessageText"))


async def shown(phone: Phone, message: ChatMessage, sees: str) -> ChatMessage:
    """Return a message once it says something or has a button of that label."""
    return await phone.sandbox.wait_for(
        phone.id, lambda seen: seen.id == message.id and (sees in seen.text or sees in seen.labels())
    )


@pytest.mark.parametrize(
    ("labels", "values", "sees"),
    [
        ([], {"expiration_warning_days": 30}, "Expiry warnings: 30 days before"),
        ([("Channels", "Where you hear")], {"in_app_enabled": False}, "– Inbox"),
        ([("Times", "You may also")], {"preferred_time": "18:30"}, "Preferred time: 18:30"),
        (
            [("Times", "You may also"), ("Preferred", "Expiry warnings come")],
            {"preferred_time": "20:00"},
            "✓ 20:00",
        ),
        (
            [("Times", "You may also"), ("Weekly", "It is turned off")],
            {"preferred_time": "18:30"},
            "digest: 18:30",
        ),
        ([("Quiet hours", "nothing in quiet hours")], {"quiet_enabled": True}, "Turn off"),
        ([("Expiry warnings", "How long")], {"expiration_warning_days": 14}, "✓ 14"),
        ([("Kinds", "Kinds of news")], {"topics": ["memberActivity"]}, "✓ What others do"),
        ([("Kinds", "Kinds of news"), ("✓ Low", "It is on")], {"topics": []}, "It is off."),
    ],
)
async def test_a_page_that_is_open_shows_what_the_web_changes(
    alice: Phone,
    who: Actor,
    database: Database,
    labels: list[tuple[str, str]],
    values: dict[str, Any],
    sees: str,
) -> None:
    page = await menu(alice, *labels)
    assert sees not in page.text
    assert sees not in page.labels()
    await database.write(on_the_web, who, values)
    await shown(alice, page, sees)
    assert (await alice.chat())[-1].id == page.id, "it is edited in place"


def set_apart(session: Session, who: Actor) -> None:
    [home] = households.of_person(session, who.user_id)
    household_preferences.put(session, on_web(who), home.id, ["memberActivity"])


def ignore_dairy(session: Session, who: Actor) -> None:
    [home] = households.of_person(session, who.user_id)
    watching.put(session, on_web(who), home.id, Scope.CATEGORY, "Dairy", {"level": WatchLevel.MUTE})


async def test_the_page_of_a_household_shows_what_the_web_changes(
    alice: Phone, who: Actor, database: Database
) -> None:
    page = await menu(alice, ("Settings for Alice's Home", "uses your general settings"))
    await database.write(set_apart, who)
    page = await shown(alice, page, "✓ What others do")
    page = await alice.press(page, "‹ Back", sees="Alice's Home has its own settings")
    page = await alice.press(page, "What I follow", sees="Nothing so far.")
    await database.write(ignore_dairy, who)
    await shown(alice, page, "dairy (category): ignored")


async def test_only_the_menu_that_was_touched_last_is_edited(
    alice: Phone, who: Actor, database: Database
) -> None:
    old = await menu(alice, ("Expiry warnings", "How long"))
    new = await menu(alice, ("Expiry warnings", "How long"))
    await database.write(on_the_web, who, {"expiration_warning_days": 14})
    await shown(alice, new, "✓ 14")
    assert "✓ 3" in (await shown(alice, old, "How long")).labels()
    await alice.press(old, "‹ Back", sees="14 days before")
    await database.write(on_the_web, who, {"expiration_warning_days": 30})
    await shown(alice, old, "Expiry warnings: 30 days before")
    assert "✓ 14" in (await shown(alice, new, "How long")).labels()


async def test_what_a_page_does_not_show_edits_nothing_and_neither_do_others(
    alice: Phone, bob: Phone, who: Actor, database: Database
) -> None:
    page = await menu(alice, ("Expiry warnings", "How long"))
    his = await menu(bob, ("Expiry warnings", "How long"))
    before = await edits(alice)
    await database.write(on_the_web, who, {"quiet_enabled": True})
    await until(lambda: none_waits(database))
    await database.write(on_the_web, who, {"expiration_warning_days": 14})
    await shown(alice, page, "✓ 14")
    assert await edits(alice) == before + 1
    assert "✓ 3" in (await shown(bob, his, "How long")).labels()


async def none_waits(database: Database) -> bool:
    return not await database.read(open_menus.stale)


async def test_what_is_typed_below_an_open_menu_shows_in_it(
    alice: Phone, who: Actor, database: Database
) -> None:
    page = await alice.say("/settings")
    answer = await alice.say("/mute 8h")
    await shown(alice, page, "End the mute")
    # The answer is an answer, and stays one.
    assert answer.text.startswith("Muted until")
    assert (await shown(alice, answer, "Muted until")).text == answer.text


async def test_what_is_pressed_below_an_open_menu_shows_in_it(alice: Phone, who: Actor) -> None:
    page = await alice.say("/settings")
    answer = await alice.say("/mute 8h")
    await shown(alice, page, "End the mute")
    await alice.press(answer, "End the mute", sees="You hear from me again.")
    await shown(alice, page, "Mute")
    assert (await shown(alice, answer, "You hear from me again.")).labels() == ["Settings"]


async def test_the_answer_to_a_button_stays_until_the_web_changes_what_it_says(
    alice: Phone, who: Actor, database: Database
) -> None:
    page = await menu(alice, ("Mute", "You are not muted."))
    await alice.press(page, "8 hours", sees="Muted until")
    before = await edits(alice)
    await database.write(on_the_web, who, {"expiration_warning_days": 14})
    await until(lambda: none_waits(database))
    await database.write(on_the_web, who, {"muted_until": None})
    await shown(alice, page, "You are not muted.")
    assert await edits(alice) == before + 1


async def test_a_mute_that_the_web_ends_while_the_answer_is_on_its_way_is_over(
    alice: Phone, who: Actor, database: Database
) -> None:
    page = await menu(alice, ("Mute", "You are not muted."))
    await alice.sandbox.inject("timeout", method="editMessageText", hang=0.05)
    before = await edits(alice)
    await alice.toast(page, "8 hours")

    async def is_on_its_way() -> bool:
        return await edits(alice) > before

    await until(is_on_its_way)
    await database.write(on_the_web, who, {"muted_until": None})
    await alice.hears("Muted until")
    await shown(alice, page, "You are not muted.")


async def test_the_page_of_a_household_that_they_were_taken_from_becomes_the_first_one(
    alice: Phone, bob: Phone, who: Actor, database: Database
) -> None:
    his = await database.read(actor_of, bob)
    page = await menu(bob, ("Settings for Alice's Home", "uses your general settings"))
    await database.write(take_out, who, his)
    page = await shown(bob, page, "What you hear, and when")
    assert "Alice's Home" not in page.text


async def test_the_first_page_names_the_household_that_the_chat_was_switched_to(
    alice: Phone, who: Actor, database: Database
) -> None:
    await database.write(households.create, on_web(who), "The cabin", None, "Europe/Berlin")
    page = await alice.say("/settings")
    assert "The cabin uses these settings" in page.text
    choice = await alice.say("/household")
    await alice.toast(choice, "Alice's Home")
    await shown(alice, page, "Alice's Home uses these settings")


def actor_of(session: Session, phone: Phone) -> Actor:
    found = chats.find(session, phone.id)
    assert found is not None
    return found.actor


def take_out(session: Session, who: Actor, other: Actor) -> None:
    [home] = households.of_person(session, who.user_id)
    members.remove(session, on_web(who), home.id, other.user_id)


async def test_after_unlinking_the_chat_hears_no_more_of_the_settings(
    alice: Phone, bob: Phone, who: Actor, database: Database
) -> None:
    page = await menu(alice, ("Expiry warnings", "How long"))
    his = await menu(bob, ("Expiry warnings", "How long"))
    await database.write(linking.unlink, on_web(who))
    before = await edits(alice)
    await database.write(on_the_web, who, {"expiration_warning_days": 14})
    await database.write(on_the_web, await database.read(actor_of, bob), {"expiration_warning_days": 14})
    await shown(bob, his, "✓ 14")
    assert await edits(alice) == before + 1
    assert "✓ 3" in (await shown(alice, page, "How long")).labels()


async def test_a_chat_that_is_linked_to_another_account_shows_what_that_one_chose(
    alice: Phone, who: Actor, database: Database
) -> None:
    page = await menu(alice, ("Expiry warnings", "How long"))
    await database.write(linking.unlink, on_web(who))
    await database.write(link_to_new_account, alice)
    await shown(alice, page, "✓ 30")


def link_to_new_account(session: Session, phone: Phone) -> None:
    account = accounts.create_without_email(session, "Alice at work", "Europe/Berlin")
    preferences.change(session, Actor(account.id, Face.WEB), {"expiration_warning_days": 30})
    found = chats.find(session, phone.id)
    assert found is not None
    linking.attach(session, found.id, account.id, Face.WEB)


async def test_what_changes_while_the_menu_is_on_its_way_shows_in_it_at_once(
    alice: Phone, who: Actor, database: Database
) -> None:
    await alice.sandbox.inject("timeout", method="sendMessage", hang=0.05)
    await alice.sandbox.write(alice.id, "/settings")
    await alice.sandbox.wait_for_call(lambda call: call.method == "sendMessage")
    await database.write(on_the_web, who, {"expiration_warning_days": 14})
    await alice.hears("Expiry warnings: 14 days before")
    assert await edits(alice) == 1


async def test_a_menu_that_was_deleted_is_tried_once(
    running: Parts, alice: Phone, who: Actor, database: Database
) -> None:
    page = await menu(alice, ("Expiry warnings", "How long"))
    await running.bot.delete_message(alice.id, page.id)
    await database.write(on_the_web, who, {"expiration_warning_days": 14})

    async def is_forgotten() -> bool:
        return await database.read(open_menus.find, alice.id) is None

    await until(is_forgotten)


async def test_many_changes_are_one_edit_and_a_bot_that_was_restarted_makes_it(
    parts: Parts, database: Database, bot_settings: Settings, alice: Phone
) -> None:
    who = await opened(parts, database, alice)
    page = await alice.hears("What you hear, and when")
    for days in (7, 14, 30):
        await database.write(on_the_web, who, {"expiration_warning_days": days})
    handlers = create_dispatcher(database, bot_settings.signing_key(), bot_settings)
    restarted = Worker(parts.bot, handlers, database)
    assert await restarted.run_once() == 1
    assert "30 days before" in (await shown(alice, page, "What you hear")).text
    assert await edits(alice) == 1
    assert await restarted.run_once() == 0


async def opened(parts: Parts, database: Database, phone: Phone) -> Actor:
    """Give somebody a household, and let a bot that is run a step at a time show them the menu."""
    who = await database.write(share_home, phone, {})
    await phone.sandbox.write(phone.id, "/settings")
    await parts.poller.run_once(1)
    await parts.worker.run_once()
    # Whether something changed while it was on its way.
    await parts.worker.run_once()
    return who


async def test_what_changes_while_the_bot_is_blocked_shows_when_it_no_longer_is(
    parts: Parts, database: Database, alice: Phone
) -> None:
    who = await opened(parts, database, alice)
    await alice.sandbox.block(alice.id)
    await parts.poller.run_once(1)
    await parts.worker.run_once()
    await database.write(on_the_web, who, {"expiration_warning_days": 14})
    assert await parts.worker.run_once() == 0
    await alice.sandbox.unblock(alice.id)
    await parts.poller.run_once(1)
    while await parts.worker.run_once():
        pass
    await alice.hears("Expiry warnings: 14 days before")
    assert await edits(alice) == 1


async def test_when_telegram_is_down_for_a_moment_the_menu_is_edited_after_it(
    parts: Parts, database: Database, bot_settings: Settings, alice: Phone
) -> None:
    who = await opened(parts, database, alice)
    handlers = create_dispatcher(database, bot_settings.signing_key(), bot_settings)
    patient = Worker(parts.bot, handlers, database, menu_pause=60)
    await alice.sandbox.inject("5xx", 3, method="editMessageText")
    await database.write(on_the_web, who, {"expiration_warning_days": 14})
    assert await patient.run_once() == 1
    assert await patient.run_once() == 0, "it waits, and so does the menu"
    assert await parts.worker.run_once() == 1
    await alice.hears("Expiry warnings: 14 days before")


async def test_an_edit_that_telegram_does_not_take_is_given_up_until_the_next_change(
    parts: Parts, database: Database, alice: Phone
) -> None:
    who = await opened(parts, database, alice)
    await alice.sandbox.inject("401", method="editMessageText")
    await database.write(on_the_web, who, {"expiration_warning_days": 14})
    assert await parts.worker.run_once() == 1
    assert await parts.worker.run_once() == 0
    # Whatever changes next, also what this page does not show.
    await database.write(on_the_web, who, {"quiet_days": [1]})
    assert await parts.worker.run_once() == 1
    await alice.hears("Expiry warnings: 14 days before")
