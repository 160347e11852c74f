"""The chat of a server where not everybody may make an account."""

import pytest

from core import linking, registration
from core.config import Registration, Settings
from core.db import Database
from tests.bot.conftest import Parts, settle_in
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
