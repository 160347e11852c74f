"""/today: the stock in figures."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from bot.filters import Home, InHousehold
from bot.markup import bold, counted, example, plain
from bot.replies import Reply
from core.inventory import dashboard
from core.inventory.dashboard import WEEK_DAYS, Dashboard


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(_show, Command("today", ignore_case=True), InHousehold())
    return router


async def _show(_message: Message, home: Home) -> Reply:
    figures = await home.me.read(dashboard.stats)
    where = f"Today in your {figures.households} households" if figures.households > 1 else "Today"
    counts = (
        f"{counted(figures.total_items, 'item')}: {figures.low_stock_items} low, {figures.expired_items} "
        f"expired, {figures.expiring_in_week} expiring within {WEEK_DAYS} days."
    )
    moved = f"Added today: {figures.added_today}, used: {figures.consumed_today}."
    more = f"{example(f'/expiring {WEEK_DAYS}')} and /low show which."
    return Reply("\n".join([bold(where), counts, moved, _waste(figures), "", more]))


def _waste(figures: Dashboard) -> str:
    change = figures.waste_reduction_percent
    compared = ""
    if change:
        compared = f", {abs(change)} % {'less' if change > 0 else 'more'} than by this day of last month"
    mostly = f", mostly {plain(figures.most_wasted_category)}" if figures.most_wasted_category else ""
    return f"Thrown away this month: {counted(figures.wasted_this_month, 'time')}{compared}{mostly}."
