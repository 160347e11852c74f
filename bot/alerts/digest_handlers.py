"""/digest, and the buttons of alerts, digests and warnings."""

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from bot.alerts import alert_view, digest_buttons
from bot.alerts.callbacks import Attend, More, ShowItems
from bot.filters import Caller, HasAccount, Home, InHousehold
from bot.keyboards import keyboard, unpacked
from bot.replies import Reply
from bot.stock import card_view, item_commands
from core.delivery import history
from core.digests import gathering
from core.errors import Invalid

HOW = "Send /digest for the last day, or /digest weekly for the last week."
_WEEKLY = {"day": False, "daily": False, "today": False, "week": True, "weekly": True}


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(_now, Command("digest", ignore_case=True), InHousehold())
    router.callback_query.register(_more, More.filter(), HasAccount())
    router.callback_query.register(_attend, Attend.filter(), HasAccount())
    router.callback_query.register(_items, ShowItems.filter(), HasAccount())
    return router


async def _now(_message: Message, command: CommandObject, home: Home) -> Reply:
    word = (command.args or "day").strip().casefold()
    if word not in _WEEKLY:
        raise Invalid(HOW)
    gathered = await home.read(gathering.now, weekly=_WEEKLY[word])
    return Reply(
        alert_view.scheduled_text(gathered, alert_view.LONGEST),
        keyboard(*digest_buttons.first_rows(gathered)),
    )


async def _more(_query: CallbackQuery, callback_data: More, me: Caller) -> Reply:
    lines = await me.read(history.lines, callback_data.message)
    page = alert_view.page(callback_data.message, lines, callback_data.number)
    return Reply(page.text, unpacked(page.buttons))


async def _attend(_query: CallbackQuery, callback_data: Attend, me: Caller) -> Reply:
    within, found = await me.read(item_commands.look, callback_data.item)
    return card_view.attend(found.item, may_change=within.may_change)


async def _items(_query: CallbackQuery, callback_data: ShowItems, me: Caller) -> Reply:
    lines = await me.read(history.lines, callback_data.message)
    found = digest_buttons.items_of([line.event for line in lines])
    return digest_buttons.page(callback_data.message, found, callback_data.number, fresh=callback_data.fresh)
