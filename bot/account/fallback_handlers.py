"""What no other router takes: newcomers, unknown commands, plain words, old buttons."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from bot.account.link_dialog import beginning
from bot.filters import Caller, HasAccount, Home, InHousehold
from bot.households.household_view import none
from bot.reading import arguments
from bot.replies import Reply
from bot.stock.listing_handlers import find
from core.config import Settings
from core.households import invitations

NOT_LINKED = "This chat is not linked to an account yet. Here is how to begin:"
OLD_BUTTON = "This button no longer works. Please send the command again."


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(_unknown_command, F.text.startswith("/"), InHousehold())
    router.message.register(_find, F.text, InHousehold())
    router.message.register(_only_text, InHousehold())
    router.message.register(_no_household, HasAccount())
    router.message.register(_begin)
    router.callback_query.register(_old_button, HasAccount())
    router.callback_query.register(_not_linked)
    return router


async def _unknown_command(_message: Message) -> Reply:
    return Reply("I do not know that command. /help shows what I understand.")


async def _find(message: Message, home: Home) -> Reply:
    return await find(home, arguments.words(message.text, "milk"))


async def _only_text(_message: Message) -> Reply:
    return Reply("I understand text only. /help shows what to write.")


async def _no_household(_message: Message, me: Caller) -> Reply:
    return none(await me.read(invitations.mine))


async def _begin(_message: Message, settings: Settings) -> Reply:
    return Reply(NOT_LINKED, beginning(settings.registration))


async def _old_button(query: CallbackQuery) -> Reply:
    """Say so, and remove the buttons: none of them can be trusted."""
    text = query.message.html_text if isinstance(query.message, Message) and query.message.text else None
    return Reply(text, toast=OLD_BUTTON, alert=True)


async def _not_linked(_query: CallbackQuery) -> Reply:
    return Reply(toast="This chat is no longer linked to an account. Send /start to begin.", alert=True)
