"""/settings: a menu of buttons that edits itself in place."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.filters import Caller, HasAccount
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
    SetWarning,
)
from bot.settings.menu import PageOfMenu
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


async def _main(_message: Message, me: Caller, chat: ChatState) -> Reply:
    return await me.read(menu.draw, chat.household, menu.MAIN)


async def _show(_query: CallbackQuery, callback_data: PageOfMenu, me: Caller, chat: ChatState) -> Reply:
    return await me.read(menu.draw, chat.household, callback_data)


async def _set_channel(_query: CallbackQuery, callback_data: SetChannel, me: Caller) -> Reply:
    channel, on = callback_data.channel, callback_data.on
    question = await volume_warning.question(me, callback_data)
    return question or views.channels(await me.write(commands.set_channel, channel, on=on))


async def _set_time(_query: CallbackQuery, callback_data: SetTime, me: Caller) -> Reply:
    kind, values = callback_data.kind, {"time": callback_data.time}
    return views.time_of(await me.write(commands.set_schedule, kind, values), kind)


async def _set_day(_query: CallbackQuery, callback_data: SetDay, me: Caller) -> Reply:
    kind, day = callback_data.kind, callback_data.day
    changed = await me.write(commands.set_day, kind, day, on=callback_data.on)
    return views.time_of(changed, kind)


async def _set_preferred_time(_query: CallbackQuery, callback_data: SetPreferredTime, me: Caller) -> Reply:
    values = {"preferred_time": callback_data.time}
    return views.preferred(await me.write(preferences.change, values))


async def _set_quiet(_query: CallbackQuery, callback_data: SetQuiet, me: Caller) -> Reply:
    return await set_quiet(me, callback_data)


async def set_quiet(me: Caller, pressed: SetQuiet) -> Reply:
    """Switch quiet hours on or off, or ask first when that would bring many more messages."""
    question = await volume_warning.question(me, pressed)
    return question or views.quiet(await me.write(preferences.change, {"quiet_enabled": pressed.on}))


async def _set_quiet_time(_query: CallbackQuery, callback_data: SetQuietTime, me: Caller) -> Reply:
    column = "quiet_start" if callback_data.edge is Edge.START else "quiet_end"
    return views.quiet(await me.write(preferences.change, {column: callback_data.time}))


async def _set_quiet_day(_query: CallbackQuery, callback_data: SetQuietDay, me: Caller) -> Reply:
    set_, day = commands.set_quiet_day, callback_data.day
    return views.quiet(await me.write(set_, day, on=callback_data.on))


async def _set_warning(_query: CallbackQuery, callback_data: SetWarning, me: Caller) -> Reply:
    values = {"expiration_warning_days": callback_data.days}
    return views.warning(await me.write(preferences.change, values))
