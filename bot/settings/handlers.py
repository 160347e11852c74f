"""/settings: a menu of buttons that edits itself in place."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.filters import HasAccount
from bot.replies import Reply
from bot.settings import commands, menu, views, volume_warning
from bot.settings.callbacks import (
    Edge,
    SetChannel,
    SetDay,
    SetPreferredTime,
    SetQuiet,
    SetQuietDay,
    SetQuietTime,
    SetTime,
    SettingsPage,
    SetWarning,
    ShowSettings,
)
from bot.settings.menu import PageOfMenu
from core.actors import Actor
from core.db import Transactions
from core.delivery.chats import ChatState
from core.settings import preferences


def create_router() -> Router:
    router = Router(name=__name__)
    linked = HasAccount()
    router.message.register(_main, Command("settings", ignore_case=True), linked)
    press = router.callback_query
    for page in menu.PAGES:
        press.register(_show, page.filter(), linked)
    press.register(_set_channel, SetChannel.filter(), linked)
    press.register(_set_time, SetTime.filter(), linked)
    press.register(_set_day, SetDay.filter(), linked)
    press.register(_set_preferred_time, SetPreferredTime.filter(), linked)
    press.register(_set_quiet, SetQuiet.filter(), linked)
    press.register(_set_quiet_time, SetQuietTime.filter(), linked)
    press.register(_set_quiet_day, SetQuietDay.filter(), linked)
    press.register(_set_warning, SetWarning.filter(), linked)
    return router


async def _main(_message: Message, tx: Transactions, who: Actor, chat: ChatState) -> Reply:
    return await tx.read(menu.draw, who, chat.household, menu.MAIN)


async def _show(
    _query: CallbackQuery, callback_data: PageOfMenu, tx: Transactions, who: Actor, chat: ChatState
) -> Reply:
    return await tx.read(menu.draw, who, chat.household, callback_data)


async def _set_channel(
    _query: CallbackQuery, callback_data: SetChannel, tx: Transactions, who: Actor
) -> Reply:
    channel, on = callback_data.channel, callback_data.on
    if on and not callback_data.sure:
        louder = await tx.read(volume_warning.of_channel, who, channel)
        if louder is not None:
            return volume_warning.ask(louder, callback_data, ShowSettings(page=SettingsPage.CHANNELS))
    return views.channels(await tx.write(commands.set_channel, who, channel, on=on))


async def _set_time(_query: CallbackQuery, callback_data: SetTime, tx: Transactions, who: Actor) -> Reply:
    kind, values = callback_data.kind, {"time": callback_data.time}
    return views.time_of(await tx.write(commands.set_schedule, who, kind, values), kind)


async def _set_day(_query: CallbackQuery, callback_data: SetDay, tx: Transactions, who: Actor) -> Reply:
    kind, day = callback_data.kind, callback_data.day
    changed = await tx.write(commands.set_day, who, kind, day, on=callback_data.on)
    return views.time_of(changed, kind)


async def _set_preferred_time(
    _query: CallbackQuery, callback_data: SetPreferredTime, tx: Transactions, who: Actor
) -> Reply:
    values = {"preferred_time": callback_data.time}
    return views.preferred(await tx.write(preferences.change, who, values))


async def _set_quiet(_query: CallbackQuery, callback_data: SetQuiet, tx: Transactions, who: Actor) -> Reply:
    if callback_data.on or callback_data.sure:
        values = {"quiet_enabled": callback_data.on}
        return views.quiet(await tx.write(preferences.change, who, values))
    return await end_quiet(tx, who)


async def end_quiet(tx: Transactions, who: Actor) -> Reply:
    """Switch quiet hours off, unless that would be much more noise: then ask."""
    louder = await tx.read(volume_warning.of_no_quiet, who)
    if louder is not None:
        return volume_warning.ask(louder, SetQuiet(on=False), ShowSettings(page=SettingsPage.QUIET))
    return views.quiet(await tx.write(preferences.change, who, {"quiet_enabled": False}))


async def _set_quiet_time(
    _query: CallbackQuery, callback_data: SetQuietTime, tx: Transactions, who: Actor
) -> Reply:
    column = "quiet_start" if callback_data.edge is Edge.START else "quiet_end"
    return views.quiet(await tx.write(preferences.change, who, {column: callback_data.time}))


async def _set_quiet_day(
    _query: CallbackQuery, callback_data: SetQuietDay, tx: Transactions, who: Actor
) -> Reply:
    set_, day = commands.set_quiet_day, callback_data.day
    return views.quiet(await tx.write(set_, who, day, on=callback_data.on))


async def _set_warning(
    _query: CallbackQuery, callback_data: SetWarning, tx: Transactions, who: Actor
) -> Reply:
    values = {"expiration_warning_days": callback_data.days}
    return views.warning(await tx.write(preferences.change, who, values))
