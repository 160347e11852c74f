"""What people type after a command: words that name something, a reason, a place."""

import re

from aiogram.types import CallbackQuery, Message

from bot.errors import Unclear
from bot.reading import free_text
from core.errors import Invalid
from core.text import clean

LONGEST_NAME = 200
LONGEST_REASON = 200
LONGEST_PLACE = 50
_GOES_TO = re.compile(r"(?P<words>.+)\s+to\s+(?:the\s+)?(?P<place>\S.*)", re.I | re.S)


def words(text: str | None, example: str) -> str:
    """Return the words that name something, single-spaced. Raises Invalid if there are none."""
    if "\n" in (text or "").strip():
        raise Invalid("One item at a time, please: send each in its own message.")
    found = " ".join((text or "").split())
    if not found:
        raise Unclear("Say which item, for example:", example)
    if len(found) > LONGEST_NAME:
        raise Invalid(f"A name has at most {LONGEST_NAME} characters; this one has {len(found)}.")
    return found


def reason(text: str | None) -> tuple[str, str | None]:
    """Return the text before the last colon, and the reason after it, if there is one. Raises Invalid."""
    before, colon, after = (text or "").rpartition(":")
    if not colon:
        return after, None
    return before, clean(after, "The reason", LONGEST_REASON) if after.strip() else None


def destination(text: str | None, example: str) -> tuple[str, str]:
    """Return the words that name an item, and the place it goes to. Raises Invalid."""
    found = _GOES_TO.fullmatch((text or "").strip())
    if found is None:
        raise Unclear("Say what goes where, for example:", example)
    return words(found["words"], example), clean(found["place"], "The place", LONGEST_PLACE)


def subcommand(text: str | None) -> tuple[str, str]:
    """Return the first word in lower case, and the rest single-spaced."""
    first, *rest = [*(text or "").split(), ""]
    return first.lower(), " ".join(rest).rstrip()


def quoted_arguments(query: CallbackQuery, command: str = "") -> str | None:
    """Return what was typed after the quoted command, or None if the message was deleted.

    With a `command`, also None if the message is another command.
    """
    asked = query.message.reply_to_message if isinstance(query.message, Message) else None
    if asked is None or not asked.text:
        return None
    typed = free_text.command(asked.text) or asked.text
    if not typed.lower().startswith(f"/{command}"):
        return None
    return [*typed.split(maxsplit=1), ""][1]
