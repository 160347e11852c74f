"""Codes, passwords and tokens stay out of the log, whatever goes wrong and however much is logged."""

import logging
from collections.abc import Sequence
from typing import get_args

import pytest

from sandbox.client import FaultKind
from sandbox.settings import DEFAULT_TOKEN
from tests.stories.conftest import ALICE, BOB
from tests.stories.test_main_story import CODE, link_from_chat, say
from tests.stories.town import Town
from tests.support.people import PASSWORD, Person

# It hangs until somebody gives up.
SLOW = {"timeout", "timeout_after"}
ALL = tuple(sorted(set(get_args(FaultKind)) - SLOW))
# After the others the bot makes a pause.
QUICK = ("reset_before", "html_504_after", "unreadable_after")


@pytest.mark.parametrize("faults", [QUICK, pytest.param(ALL, marks=pytest.mark.long)], ids=["quick", "all"])
async def test_no_secret_is_logged_however_much_is(
    town: Town, caplog: pytest.LogCaptureFixture, faults: Sequence[FaultKind]
) -> None:
    caplog.set_level(logging.DEBUG)
    # It would write each row that it reads, of which the messages that people sent are some.
    caplog.set_level(logging.INFO, "sqlalchemy")
    async with Person(town.api, "Alice") as alice, Person(town.api, "Bob") as bob:
        await alice.register()
        await bob.register()
        await alice.invite(bob)
        await link_from_chat(town.phones, ALICE, alice)
        await say(town.phones, BOB, "/start", "")
        found = CODE.search(await say(town.phones, BOB, "/link", "code"))
        made = await bob.post("/telegram/generate-link-code")
        assert found is not None
        await bob.post("/auth/login", {"email": bob.email, "password": f"not {PASSWORD}"}, expect=401)
        await bob.post("/auth/login", {"email": bob.email, "password": PASSWORD})
        wrong = {"verificationCode": made["code"]}
        assert (await alice.call("POST", "/notifications/telegram/link", wrong)).status_code >= 400
        await town.phones.write(BOB, f"/link {made['code']}")
        item = await alice.add_item("Milk", 90, minQuantity=1)
        for kind in faults:
            await town.phones.inject(kind, method="sendMessage")
            await bob.post(f"{alice.home}/items/{item['id']}/consume", {"quantity": 1})
            await town.phones.write(ALICE, "/use 1 milk")
            await town.phones.wait_for_call(lambda call, kind=kind: call.fault == kind)  # type: ignore[misc]
        secrets = {
            "the bot's token": DEFAULT_TOKEN.partition(":")[2],
            "a code of the chat": found.group(),
            "a code of the web": made["code"],
            "a password": PASSWORD,
            "an access token": alice.token,
            "a refresh token": alice.refresh_token,
        }
    text = caplog.text
    assert "POST" in text
    assert not [what for what, secret in secrets.items() if secret in text]
