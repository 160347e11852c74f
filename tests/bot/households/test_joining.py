"""Joining by an invite link: Alice makes it, Charlie opens it, Alice lets him in or does not."""

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from core import clock
from core.actors import Actor
from core.db import Database
from core.delivery import chats
from core.households import households, members
from core.models import Role
from sandbox.client import SandboxClient
from tests.bot.conftest import Parts, settle_in, share_home
from tests.bot.phone import Phone


@pytest.fixture
async def who(running: Parts, database: Database, alice: Phone, bob: Phone) -> Actor:
    """Alice, who shares a household with Bob."""
    return await database.write(share_home, alice, {bob: Role.MEMBER})


async def invite(phone: Phone, command: str = "/invite") -> str:
    """Return what somebody sends who opens the link that the command makes."""
    answer = (await phone.say(command)).text
    found = re.search(r"/StockbellDemoBot\?start=(join_[A-Za-z0-9_-]+)", answer)
    assert found is not None, answer
    assert len(found[1]) <= 64
    return f"/start {found[1]}"


async def has_account(database: Database, phone: Phone) -> bool:
    chat = await database.read(chats.find, phone.id)
    return chat is not None and chat.user_id is not None


async def test_charlie_who_is_new_asks_and_is_let_in(
    alice: Phone, bob: Phone, charlie: Phone, who: Actor, database: Database
) -> None:
    opened = await charlie.say(await invite(alice))
    assert opened.text.startswith("Alice invites you to Alice's Home, as a member.")
    assert not await has_account(database, charlie)
    await charlie.press(opened, "Ask to join", sees="Alice has been asked to let you into Alice's Home.")
    assert "You are not in a household" in (await charlie.say("/stock")).text
    alert = await alice.hears(
        "Charlie (@charlie) opened your link and wants to join Alice's Home as a member."
    )
    assert alert.labels() == ["Let in Charlie", "Refuse Charlie"]
    answered = await alice.press(alert, "Let in", sees="Charlie is in Alice's Home now, as a member.")
    assert answered.labels() == []
    await charlie.hears("You are in Alice's Home now.")
    assert "nothing in Alice's Home yet" in (await charlie.say("/stock")).text
    assert "Charlie: member" in (await bob.say("/members")).text


async def test_charlie_who_has_an_account_joins_with_it_as_a_viewer(
    alice: Phone, charlie: Phone, who: Actor, database: Database
) -> None:
    await database.write(share_home, charlie, {})
    opened = await charlie.say(await invite(alice, "/invite viewer"))
    assert "as a viewer." in opened.text
    await charlie.press(opened, "Ask to join", sees="Alice has been asked")
    await alice.press(await alice.hears("wants to join"), "Let in", sees="as a viewer.")
    await charlie.hears("You are in Alice's Home now.")
    told = await charlie.say("/household")
    assert "This chat is about Alice's Home." in told.text
    assert told.labels() == ["Charlie's Home"]


async def test_whoever_is_refused_is_told_and_is_not_in(
    alice: Phone, charlie: Phone, who: Actor, database: Database
) -> None:
    link = await invite(alice)
    await charlie.press(await charlie.say(link), "Ask to join", sees="has been asked")
    await alice.press(await alice.hears("wants to join"), "Refuse", sees="Charlie was not let in.")
    await charlie.hears("You were not let into Alice's Home.")
    assert "You are not in a household" in (await charlie.say("/stock")).text
    assert "This link was used" in (await charlie.say(link)).text


async def test_cancelling_makes_no_account(
    alice: Phone, charlie: Phone, who: Actor, database: Database
) -> None:
    opened = await charlie.say(await invite(alice))
    await charlie.press(opened, "Cancel", sees="nothing was changed")
    assert not await has_account(database, charlie)


async def test_a_link_works_for_one_person_however_often_they_tap(
    alice: Phone, bob: Phone, charlie: Phone, who: Actor, sandbox: SandboxClient, database: Database
) -> None:
    await sandbox.add_person(5004, "Dora", "dora")
    dora = Phone(sandbox, 5004, "Dora")
    link = await invite(alice)
    his, hers = await charlie.say(link), await dora.say(link)
    data = his.button("Ask to join").callback_data or ""
    for _ in range(2):
        await sandbox.press(charlie.id, his.id, data)
    twice = await sandbox.wait_for(charlie.id, lambda seen: seen.id == his.id and len(seen.answers) == 2)
    assert "Alice has been asked" in twice.text
    await dora.press(hers, "Ask to join", sees="This link was used")
    assert not await has_account(database, dora)
    await alice.hears("Charlie (@charlie) opened your link")
    assert not [message for message in await alice.chat() if "Dora" in message.text]


async def test_a_link_ends_after_a_day_and_a_new_one_ends_it_too(
    alice: Phone, charlie: Phone, who: Actor, database: Database
) -> None:
    first = await invite(alice)
    opened = await charlie.say(first)
    second = await invite(alice)
    await charlie.press(opened, "Ask to join", sees="This link was used, was taken back, or has expired.")
    later = clock.utcnow() + timedelta(hours=25)
    with clock.reading_from(lambda: later):
        assert "has expired" in (await charlie.say(second)).text
    assert "invites you" in (await charlie.say(second)).text
    for wrong in ("/start join_", "/start join_" + "x" * 3000, "/start join_<b>"):
        assert "has expired" in (await charlie.say(wrong)).text
    assert not await has_account(database, charlie)


async def test_a_new_link_says_that_the_one_before_is_dead_and_members_lists_what_works(
    alice: Phone, bob: Phone, charlie: Phone, who: Actor
) -> None:
    assert "replaces" not in (await alice.say("/invite viewer")).text
    fresh = (await alice.say("/invite")).text
    assert re.search(r"It replaces the link from \d+ \w+, \d\d:\d\d, which no longer works\.", fresh)
    listed = (await alice.say("/members")).text
    assert "Unused links\nfrom Alice, as a member, until " in listed
    assert listed.count("from Alice") == 1
    assert "Links" not in (await bob.say("/members")).text
    await charlie.press(await charlie.say(await invite(alice)), "Ask to join", sees="has been asked")
    assert "Links" not in (await alice.say("/members")).text
    assert "replaces" not in (await alice.say("/invite")).text


async def test_the_link_of_somebody_who_was_removed_is_dead(
    alice: Phone, bob: Phone, charlie: Phone, who: Actor, database: Database
) -> None:
    def make_bob_an_admin(session: Session) -> Actor:
        [home] = households.of_person(session, who.user_id)
        his = chats.find(session, bob.id)
        assert his is not None
        members.change_role(session, who, home.id, his.actor.user_id, Role.ADMIN)
        return his.actor

    await bob.say("/start")
    his = await database.write(make_bob_an_admin)
    await bob.hears("Alice made Bob an admin of Alice's Home.")
    link = await invite(bob)
    await charlie.press(await charlie.say(link), "Ask to join", sees="Bob has been asked")
    alert = await bob.hears("wants to join")
    unused = await invite(bob)
    [home] = await database.read(households.of_person, who.user_id)
    await database.write(members.remove, who, home.id, his.user_id)
    assert "You are not a member of this household" in (await bob.toast(alert, "Let in")).text
    assert "has expired" in (await charlie.say(unused)).text
    assert "You are not in a household" in (await charlie.say("/stock")).text


async def test_who_waits_is_listed_beside_a_new_link_which_stays(
    alice: Phone, charlie: Phone, who: Actor
) -> None:
    await charlie.press(await charlie.say(await invite(alice)), "Ask to join", sees="has been asked")
    alert = await alice.hears("wants to join")
    fresh = await alice.say("/invite")
    assert fresh.labels() == ["Let in Charlie", "Refuse Charlie"]
    assert "Charlie" not in fresh.text
    assert "Charlie, as a member" in (await alice.say("/members")).text
    answered = await alice.press(fresh, "Let in", sees="Charlie is in Alice's Home now")
    assert "?start=join_" in answered.text
    again = await alice.toast(alert, "Let in")
    assert again.text == "This request to join was answered already, or has expired."


async def test_only_admins_invite(alice: Phone, bob: Phone, who: Actor) -> None:
    assert "Only an admin of this household may do that." in (await bob.say("/invite")).text
    assert "Only an admin" in (await bob.say("/invite ann@example.com")).text
    assert "Roles are viewer, member and admin." in (await alice.say("/invite boss")).text


async def test_a_member_who_opens_the_link_is_told_that_they_are_in(
    alice: Phone, bob: Phone, who: Actor
) -> None:
    link = await invite(alice)
    opened = await bob.say(link)
    assert (await bob.toast(opened, "Ask to join")).text == "You are in Alice's Home already."
    assert "invites you" in (await bob.say(link)).text


async def test_a_link_is_not_taken_in_a_group(
    alice: Phone, charlie: Phone, who: Actor, sandbox: SandboxClient, database: Database
) -> None:
    link = await invite(alice)
    await sandbox.add_group(-1001, "Flat", [charlie.id])
    sent = await sandbox.write(charlie.id, link, chat_id=-1001)
    answer = await sandbox.wait_for(charlie.id, "private chat", after=sent.id, chat_id=-1001)
    assert "Alice" not in answer.text
    assert not await has_account(database, charlie)
    assert "invites you" in (await charlie.say(link)).text


async def test_names_with_markup_are_shown_as_they_are(
    running: Parts, database: Database, sandbox: SandboxClient, alice: Phone
) -> None:
    name = "<b>Eve</b> & co"
    await sandbox.add_person(5005, name, None)
    eve = Phone(sandbox, 5005, name)
    who = await database.write(settle_in, alice)
    await database.write(households.create, who, "<i>Home</i>", None, "UTC")
    opened = await eve.say(await invite(alice))
    assert "Alice invites you to <i>Home</i>, as a member." in opened.text
    await eve.press(opened, "Ask to join", sees="let you into <i>Home</i>")
    alert = await alice.hears(f"{name} opened your link")
    await alice.press(alert, "Let in", sees=f"{name} is in <i>Home</i> now")
    crowd = await alice.say("/members")
    assert f"{name}: member" in crowd.text
    await alice.press(crowd, "<b>Eve", sees=f"{name}\n<i>Home</i>: member since")
