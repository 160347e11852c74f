"""/settings with words, for what is typed faster than tapped."""

from collections.abc import Awaitable, Callable

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from bot.errors import Unclear
from bot.filters import Caller, HasAccount
from bot.reading import arguments, times, timetables
from bot.replies import Reply
from bot.settings import handlers, menu, views
from bot.settings.callbacks import SetQuiet, SettingsPage, ShowSettings, ShowTime, ShowTopics
from bot.settings.menu import PageOfMenu
from bot.settings.words import TYPED
from core.accounts import accounts
from core.delivery.chats import ChatState
from core.models import ScheduleKind
from core.settings import preferences

EXAMPLES = (
    *timetables.SENT,
    *("/settings time 8pm", "/settings warn 5", "/settings quiet 22-7", "/settings zone Europe/Berlin"),
)
_MOST_DAYS = 30
_SCHEDULES: dict[str, ScheduleKind] = {word: kind for kind, word in TYPED.items()}
_PAGES: dict[str, PageOfMenu] = {
    "kinds": ShowTopics(household=None),
    "channels": ShowSettings(page=SettingsPage.CHANNELS),
    "times": ShowSettings(page=SettingsPage.TIMES),
    "time": ShowSettings(page=SettingsPage.PREFERRED),
    "quiet": ShowSettings(page=SettingsPage.QUIET),
    "warn": ShowSettings(page=SettingsPage.WARNING),
    "mute": ShowSettings(page=SettingsPage.MUTE),
    **{word: ShowTime(kind=kind) for kind, word in TYPED.items()},
}


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(_typed, Command("settings", ignore_case=True, magic=F.args), HasAccount())
    return router


async def _typed(_message: Message, command: CommandObject, me: Caller, chat: ChatState) -> Reply:
    word, rest = arguments.subcommand(command.args)
    if not rest and word in _PAGES:
        return await me.read(menu.draw, chat.household, _PAGES[word])
    if rest and word in _SCHEDULES:
        return await _schedule(me, _SCHEDULES[word], rest)
    if rest and word in _CHANGES:
        return await _CHANGES[word](me, rest)
    raise Unclear("Send /settings alone for the menu, or for example:", *EXAMPLES)


async def _schedule(me: Caller, kind: ScheduleKind, text: str) -> Reply:
    said = timetables.timetable(text)
    values = {name: value for name, value in vars(said).items() if value is not None}
    return views.time_of(await me.write(preferences.change, {}, times={kind: values}), kind)


async def _preferred(me: Caller, text: str) -> Reply:
    values = {"preferred_time": times.time_of_day(text)}
    return views.preferred(await me.write(preferences.change, values))


async def _warning(me: Caller, text: str) -> Reply:
    number = text.lower().removesuffix("days").removesuffix("day").removesuffix("d").strip()
    if not (number.isascii() and number.isdigit() and len(number) <= 2 and 1 <= int(number) <= _MOST_DAYS):
        raise Unclear(f"Say how many days, from 1 to {_MOST_DAYS}, for example:", "/settings warn 5")
    values = {"expiration_warning_days": int(number)}
    return views.warning(await me.write(preferences.change, values))


async def _quiet(me: Caller, text: str) -> Reply:
    if text.lower() == "off":
        return await handlers.change(me, SetQuiet(on=False))
    values: dict[str, bool | str | list[int]] = {"quiet_enabled": True}
    if text.lower() != "on":
        span = timetables.quiet_span(text)
        values |= {"quiet_start": span.start, "quiet_end": span.end}
        if span.weekdays is not None:
            values["quiet_days"] = span.weekdays
    return views.quiet(await me.write(preferences.change, values))


async def _zone(me: Caller, text: str) -> Reply:
    values = {"timezone": accounts.zone_like(text)}
    return views.times(await me.write(preferences.change, values))


_CHANGES: dict[str, Callable[[Caller, str], Awaitable[Reply]]] = {
    "time": _preferred,
    "warn": _warning,
    "quiet": _quiet,
    "zone": _zone,
}
