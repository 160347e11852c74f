"""Plain words that mean a command: "add 2 l milk", "used 1 milk", "what's low?", "hello"."""

import re

from aiogram import BaseMiddleware
from aiogram.enums import ChatType
from aiogram.types import Message, TelegramObject

from bot.command_menu import COMMANDS
from bot.middlewares import Handler, HandlerData
from core.db import Transactions
from core.delivery.chats import ChatState
from core.inventory import matching
from core.telegram import link_codes

# Commands that take words. Without words, the name of any command is enough.
_WITH_WORDS = (
    *("use", "add", "waste", "move", "buy", "find", "remove", "expires", "min", "mymin"),
    *("follow", "ignore", "mute", "invite", "settings", "list", "stock"),
)
_VERBS = {
    **{verb: verb for verb in _WITH_WORDS},
    **dict.fromkeys(("used", "ate", "drank"), "use"),
    **dict.fromkeys(("added", "bought"), "add"),
    **dict.fromkeys(("wasted", "threw away", "throw away", "threw out", "throw out"), "waste"),
    "moved": "move",
    "removed": "remove",
}
_VERB = re.compile(
    rf"(?:please )?(?:(?:i|we)(?: have|'ve|’ve)?(?: just)? )?(?P<verb>{'|'.join(_VERBS)})\s+(?P<rest>\S.*)",
    re.I | re.S,
)
_LEFT = r" (?:do|have|has|are|is) (?:we|i|there|left|in)\b.*| left| in stock"
_IS_THERE = r"do (?:we|i) have|have we(?: got)?|is there|are there"
_QUESTIONS = tuple(
    (re.compile(pattern, re.I), command)
    for pattern, command in (
        (r"(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: there| bot| stockbell)?", "help"),
        (r"(?:help(?: me)?|what can (?:you|i) do|how does (?:this|it) work)", "help"),
        (r"what(?:'s|’s| is| are)?(?: we)? (?:running |getting )?low(?: on)?", "low"),
        (r"what(?:'s|’s| is| are| do)?(?: we)? (?:running|run) out(?: of)?", "low"),
        (r"what(?:'s|’s| is)? (?:expir(?:es|ing)|about to expire|going off)(?: soon)?", "expiring"),
        (r"what(?:'s|’s| is)? (?:there|in stock)", "stock"),
        (r"what(?:'s|’s| is)? in (?:the |my |our )?(?P<words>.+)", "stock"),
        (r"what do (?:we|i) have(?: in (?:the |my |our )?(?P<words>.+))?", "stock"),
        (r"what (?:do|should|must) (?:we|i)(?: have to| need to)? buy", "list"),
        (r"(?:the )?shopping list", "list"),
        (rf"how (?:much|many) (?P<words>.+?)(?:{_LEFT})?", "find"),
        (rf"(?:{_IS_THERE}) (?:any |some )?(?P<words>.+?)(?: left)?", "find"),
        (r"where (?:is|are) (?:the |my |our )?(?P<words>.+)", "find"),
    )
)
_CODE_SEPARATORS = str.maketrans("", "", " -")


def command(text: str) -> str | None:
    """Return the command that plain words mean, or None."""
    plain = re.sub(" +", " ", text.strip())
    asked = plain.rstrip("?!. ")
    if asked.lower() in COMMANDS:
        return f"/{asked.lower()}"
    for pattern, name in _QUESTIONS:
        found = pattern.fullmatch(asked)
        if found is not None:
            return f"/{name} {found.groupdict().get('words') or ''}".rstrip()
    spoken = _VERB.fullmatch(plain)
    if spoken is None or plain.endswith("?"):
        return None
    return f"/{_VERBS[spoken['verb'].lower()]} {spoken['rest'].rstrip('!. ')}"


def code(text: str) -> str | None:
    """Return a text that is a link code without its separators, or None."""
    typed = text.strip().translate(_CODE_SEPARATORS)
    # A word in lower case is not a code.
    shown = typed == typed.upper() or any(character.isdigit() for character in typed)
    right = len(typed) == link_codes.LENGTH and set(typed.upper()) <= set(link_codes.ALPHABET)
    return typed.upper() if shown and right else None


class PlainWords(BaseMiddleware):
    """Turns text without a slash into a command, unless it is the name of an item.

    A link code by itself is redeemed if the chat is not linked yet.
    """

    async def __call__(self, handler: Handler, event: TelegramObject, data: HandlerData) -> object:
        chat: ChatState | None = data.get("chat")
        if isinstance(event, Message) and event.text and event.chat.type == ChatType.PRIVATE:
            meant = await self._command(event.text, chat, data["tx"])
            event = event.model_copy(update={"text": meant}) if meant else event
        return await handler(event, data)

    async def _command(self, text: str, chat: ChatState | None, tx: Transactions) -> str | None:
        if text.startswith("/"):
            return None
        shown = code(text) if chat is None or chat.user_id is None else None
        if shown is not None:
            return f"/link {shown}"
        meant = command(text)
        if meant is not None and chat is not None and chat.household is not None:
            found = await tx.read(matching.match, chat.actor, chat.household.id, text)
            return None if found.exact else meant
        return meant
