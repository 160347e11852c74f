"""Examples of what to type: a tap copies them."""

import re

from bot.account.start_handlers import HELP
from core.db import Database
from sandbox.messages.texts import message_text
from tests.bot.conftest import Parts, share_home
from tests.bot.phone import Phone

# What is said, and an example that the answer holds.
EXAMPLES = [
    ("/start", None),
    ("/stock", "/add 2 l milk"),
    ("/low", "/min 2 milk"),
    ("/list", "/buy 2 l milk"),
    ("/list new", "/list new Party"),
    ("/use", "/use 3 milk"),
    ("/use spaceship", "/add 2 l milk"),
    ("/min milk", "/min 2 milk"),
    ("/move milk", "/move milk to freezer"),
    ("/expires", "/expires 24 Dec milk"),
    ("/expiring soon", "/expiring 14"),
    ("/today", "/expiring 7"),
    ("/mute", "/mute until 7:30"),
    ("/mute milk", "/ignore milk"),
    ("/account", "/account name Ann"),
    ("/account x", "/account delete"),
    ("/household x", "/household new Office"),
    ("/settings x", "/settings warn 5"),
    ("/settings quiet x", "/settings quiet off"),
    ("/settings times", "/settings zone Europe/Berlin"),
    ("/settings warn", "/settings warn 10"),
]
# A command with words after it that are none of a sentence.
_BARE = re.compile(r"(?<!<code>)/\w+ (?:\d|new|name|zone|milk|viewer|pantry|quiet|until)")


async def test_whole_examples_are_copied_by_a_tap_and_bare_commands_stay_links(
    running: Parts, database: Database, alice: Phone
) -> None:
    await database.write(share_home, alice, {})
    for said, example in EXAMPLES:
        answer = (await alice.say(said)).html
        assert example is None or f"<code>{example}</code>" in answer, said
        assert not _BARE.search(answer), answer
    assert "\n/stock what there is" in HELP
    assert not _BARE.search(HELP)
    assert "/use 3 milk uses some" in message_text(HELP, "HTML").text
