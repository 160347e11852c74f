"""/mute and /unmute: hear nothing for a while."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message
from sqlalchemy.orm import Session

from bot.errors import Unclear
from bot.filters import Caller, HasAccount
from bot.reading import times
from bot.replies import Reply
from bot.settings import mute_view
from bot.settings.callbacks import Mute, Unmute
from core import clock
from core.actors import Actor
from core.errors import Invalid
from core.settings import preferences
from core.values.settings import NotificationSettings


def create_router() -> Router:
    router = Router(name=__name__)
    linked = HasAccount()
    router.message.register(_mute, Command("mute", ignore_case=True, magic=F.args), linked)
    router.message.register(_ask, Command("mute", ignore_case=True), linked)
    router.message.register(_unmute, Command("unmute", ignore_case=True), linked)
    router.callback_query.register(_mute_for, Mute.filter(), linked)
    router.callback_query.register(_unmute, Unmute.filter(), linked)
    return router


async def _ask(_message: Message, me: Caller) -> Reply:
    return mute_view.ask(await me.read(preferences.get))


async def _mute(_message: Message, command: CommandObject, me: Caller) -> Reply:
    typed = command.args or ""
    try:
        return mute_view.muted(await me.write(_mute_until, typed))
    except Invalid as unclear:
        if any(character.isdigit() for character in typed):
            raise
        raise Unclear(f"{unclear} To hear nothing about one thing:", "/ignore milk") from None


async def _mute_for(_query: CallbackQuery, callback_data: Mute, me: Caller) -> Reply:
    return mute_view.muted(await me.write(_mute_until, callback_data.until))


async def _unmute(_event: Message | CallbackQuery, me: Caller) -> Reply:
    now = await me.read(preferences.get)
    if now.muted_until is None:
        return mute_view.not_muted(now)
    return mute_view.unmuted(await me.write(preferences.change, {"muted_until": None}))


def _mute_until(session: Session, who: Actor, typed: str) -> NotificationSettings:
    """Mute until what was typed, on the person's own clock. Raises Invalid."""
    zone = preferences.get(session, who).timezone
    return preferences.change(session, who, {"muted_until": times.mute_end(typed, clock.utcnow(), zone)})
