"""Paging through a message of alerts."""

from aiogram import Router
from aiogram.types import CallbackQuery, InlineKeyboardButton

from bot.alerts import alert_view
from bot.alerts.callbacks import More
from bot.filters import HasAccount
from bot.keyboards import keyboard
from bot.replies import Reply
from core.actors import Actor
from core.db import Transactions
from core.delivery import history


def create_router() -> Router:
    router = Router(name=__name__)
    router.callback_query.register(_more, More.filter(), HasAccount())
    return router


async def _more(_query: CallbackQuery, callback_data: More, tx: Transactions, who: Actor) -> Reply:
    lines = await tx.read(history.lines, who, callback_data.message)
    page = alert_view.page(callback_data.message, lines, callback_data.number)
    rows = [
        [InlineKeyboardButton(text=label, callback_data=data) for label, data in row] for row in page.buttons
    ]
    return Reply(page.text, keyboard(*rows))
