"""Members: who is in, as what, invited by email, removed, leaving."""

import pytest
from sqlalchemy.orm import Session

from core.accounts import accounts
from core.actors import Actor, Face
from core.db import Database
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.households import households, invitations
from core.models import Role
from core.telegram import linking
from tests.bot.conftest import Parts, share_home
from tests.bot.phone import Phone

# What is said in the chat does not depend on the database; what it comes to is tested on both in tests/core.


@pytest.fixture
async def who(running: Parts, database: Database, alice: Phone, bob: Phone) -> Actor:
    """Alice, who shares a household with Bob. Both have started the bot."""
    made = await database.write(share_home, alice, {bob: Role.MEMBER})
    await bob.say("/start")
    return made


async def test_everybody_sees_the_members_and_admins_get_buttons(
    alice: Phone, bob: Phone, who: Actor
) -> None:
    hers, his = await alice.say("/members"), await bob.say("/members")
    assert hers.text.startswith("Members of Alice's Home\nAlice (you): admin\nBob: member")
    assert hers.labels() == ["Bob"]
    assert his.text == "Members of Alice's Home\nAlice: admin\nBob (you): member"
    assert his.labels() == []


async def test_a_role_is_given_and_bob_hears_of_it(alice: Phone, bob: Phone, who: Actor) -> None:
    shown = await alice.press(await alice.say("/members"), "Bob", sees="Alice's Home: member since")
    assert shown.labels() == ["Make admin", "Make viewer", "Remove", "‹ Back"]
    shown = await alice.press(shown, "Make viewer", sees="Alice's Home: viewer since")
    await bob.hears("Alice made Bob a viewer of Alice's Home.")
    assert "You may only look" in (await bob.say("/add 1 milk")).text
    shown = await alice.press(shown, "Make admin", sees="Alice's Home: admin since")
    await alice.press(shown, "‹ Back", sees="Bob: admin")
    await bob.hears("Alice made Bob an admin of Alice's Home.")
    assert (await bob.say("/members")).labels() == ["Alice"]


async def test_bob_is_removed_after_a_question_and_told(alice: Phone, bob: Phone, who: Actor) -> None:
    shown = await alice.press(await alice.say("/members"), "Bob", sees="member since")
    question = await alice.press(shown, "Remove", sees="Remove Bob from Alice's Home?")
    shown = await alice.press(question, "Cancel", sees="member since")
    question = await alice.press(shown, "Remove", sees="Remove Bob from Alice's Home?")
    crowd = await alice.press(question, "Yes, remove", sees="Members of Alice's Home")
    assert "Bob" not in crowd.text
    assert crowd.answers[-1].text == "Bob was removed."
    await bob.hears("Alice removed Bob from Alice's Home.")
    assert "You are not in a household." in (await bob.say("/stock")).text


async def test_two_admins_cannot_end_without_one(alice: Phone, bob: Phone, who: Actor) -> None:
    alone = "Alice is the last admin of Alice's Home. Make somebody else an admin first"
    assert alone in (await alice.say("/leave")).text
    shown = await alice.press(await alice.say("/members"), "Bob", sees="member since")
    await alice.press(shown, "Make admin", sees="admin since")
    await bob.hears("Alice made Bob an admin of Alice's Home.")
    hers = await alice.say("/leave")
    his = await bob.say("/leave")
    assert hers.text.startswith("Leave Alice's Home?")
    await bob.press(his, "Yes, leave", sees="You left Alice's Home. You are not in a household now.")
    assert (await alice.toast(hers, "Yes, leave")).text.startswith("Alice is the last admin")
    assert "Alice (you): admin" in (await alice.say("/members")).text


async def test_whoever_leaves_one_household_goes_on_in_the_other(bob: Phone, who: Actor) -> None:
    await bob.say("/household new Cabin")
    told = await bob.say("/household")
    await bob.press(told, "Alice's Home", sees="This chat is about Alice's Home.")
    question = await bob.say("/leave")
    await bob.press(question, "Yes, leave", sees="You left Alice's Home. This chat is about Cabin now.")
    assert "nothing in Cabin yet" in (await bob.say("/stock")).text


def register(session: Session, phone: Phone, address: str) -> Actor:
    """Give somebody an account with an email, and link their phone to it."""
    account = accounts.register(session, address, "hash", phone.name, "UTC")
    person = TelegramPerson(phone.id, phone.name, phone.name.lower())
    linking.attach(session, chats.greet(session, person).id, account.id, Face.TELEGRAM)
    return Actor(account.id, Face.TELEGRAM)


async def test_an_invited_address_joins_from_the_chat(
    alice: Phone, charlie: Phone, who: Actor, database: Database
) -> None:
    await database.write(register, charlie, "charlie@example.com")
    made = await alice.say("/invite CHARLIE@example.com viewer")
    assert "charlie@example.com may join Alice's Home as a viewer, for 7 days." in made.text
    assert "has been invited already" in (await alice.say("/invite charlie@example.com")).text
    assert "Invited\ncharlie@example.com, as a viewer" in (await alice.say("/members")).text
    for text in ("/household", "/stock"):
        told = await charlie.say(text)
        assert "Alice invites you to Alice's Home as a viewer." in told.text
        assert told.labels() == ["Join Alice's Home", "Create a household"]
    await charlie.press(told, "Join", sees="This chat is about Alice's Home.\nYou are a viewer")
    assert "already in the household" in (await alice.say("/invite charlie@example.com")).text


async def test_an_invitation_is_revoked(alice: Phone, charlie: Phone, who: Actor, database: Database) -> None:
    await database.write(register, charlie, "charlie@example.com")
    await charlie.say("/household new Flat")
    await alice.say("/invite charlie@example.com")
    told = await charlie.say("/household")
    assert "Alice invites you to Alice's Home as a member." in told.text
    crowd = await alice.say("/members")
    assert crowd.labels() == ["Bob", "Revoke charlie@example.com"]
    assert (await alice.toast(crowd, "Revoke")).text == "The invitation was revoked."
    await alice.sandbox.wait_for(alice.id, lambda seen: seen.id == crowd.id and seen.labels() == ["Bob"])
    assert "This invitation was used or has expired." in (await charlie.toast(told, "Join")).text
    assert "email must be an address" in (await alice.say("/invite nobody@")).text.lower()


def crowd_in(session: Session, who: Actor, number: int) -> None:
    [home] = households.of_person(session, who.user_id)
    for count in range(number):
        address = f"person{count:02}@example.com"
        account = accounts.register(session, address, "hash", f"Person {count:02}", "UTC")
        made = invitations.invite(session, who, home.id, address, Role.MEMBER)
        invitations.accept(session, Actor(account.id, Face.WEB), home.id, made.id)


async def test_many_members_have_pages(alice: Phone, who: Actor, database: Database) -> None:
    await database.write(crowd_in, who, 20)
    first = await alice.say("/members")
    assert first.text.startswith("Members of Alice's Home · page 1 of 3")
    last = await alice.press(await alice.press(first, "Next ›", sees="page 2"), "Next ›", sees="page 3 of 3")
    assert last.labels() == ["Person 18", "Person 19", "‹ Back"]
