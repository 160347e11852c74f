"""Paging through a message of alerts."""

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.alerts import alert_view
from bot.alerts.callbacks import More
from bot.filters import Caller, HasAccount
from bot.keyboards import unpacked
from bot.replies import Reply
from core.delivery import history


def create_router() -> Router:
    router = Router(name=__name__)
    router.callback_query.register(_more, More.filter(), HasAccount())
    return router


async def _more(_query: CallbackQuery, callback_data: More, me: Caller) -> Reply:
    lines = await me.read(history.lines, callback_data.message)
    page = alert_view.page(callback_data.message, lines, callback_data.number)
    return Reply(page.text, unpacked(page.buttons))
