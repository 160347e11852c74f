"""The chat of a server where not everybody may make an account."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from bot.households.invitation_view import JOIN
from core.config import Registration, Settings
from core.db import Database
from core.delivery import chats
from core.households import households, invite_links, registration
from core.models import Role
from core.telegram import linking
from tests.bot.conftest import Parts, settle_in, share_home
from tests.bot.phone import Phone


@pytest.fixture(params=[Registration.INVITE, Registration.CLOSED])
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    return settings.model_copy(update={"registration": request.param})


async def test_a_newcomer_is_offered_only_what_they_can_have(running: Parts, alice: Phone) -> None:
    for text in ("/start", "/help", "milk"):
        assert (await alice.say(text)).labels() == ["I have an account"]


async def test_somebody_with_an_account_may_still_create_a_household(
    running: Parts, database: Database, alice: Phone
) -> None:
    await database.write(settle_in, alice)
    welcome = await alice.say("/start")
    await alice.press(welcome, "Create a household", sees="Alice's Home is yours")


async def test_an_old_button_makes_no_account(running: Parts, database: Database, alice: Phone) -> None:
    who = await database.write(settle_in, alice)
    welcome = await alice.say("/start")
    await database.write(linking.unlink, who)
    refusal = await alice.toast(welcome, "Create a household")
    assert refusal.text in (registration.CLOSED, registration.NOT_HERE)
    assert (await alice.say("/start")).labels() == ["I have an account"]


async def test_an_invite_link_lets_a_newcomer_in_unless_nobody_may_register(
    running: Parts, database: Database, settings: Settings, alice: Phone, charlie: Phone
) -> None:
    who = await database.write(share_home, alice, {})
    home = (await database.read(households.ids_of_person, who.user_id))[0]
    link = await database.write(invite_links.issue, who, home, Role.MEMBER)
    question = await charlie.say(f"/start {JOIN}{link.token}")
    if settings.registration is Registration.CLOSED:
        assert (await charlie.toast(question, "Ask to join")).text == registration.CLOSED
        assert await database.read(chat_owner, charlie) is None
    else:
        await charlie.press(question, "Ask to join", sees="has been asked")
        assert await database.read(chat_owner, charlie) is not None


def chat_owner(session: Session, phone: Phone) -> UUID | None:
    chat = chats.find(session, phone.id)
    return chat.user_id if chat else None
