"""/mute and /unmute: hear nothing for a while."""

from datetime import datetime

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message
from sqlalchemy.orm import Session

from bot.errors import Unclear
from bot.filters import HasAccount
from bot.reading import times
from bot.replies import Reply
from bot.settings import mute_view
from bot.settings.callbacks import Mute, MuteFor, Unmute
from core import clock
from core.actors import Actor
from core.db import Transactions
from core.errors import Invalid
from core.settings import preferences
from core.values.settings import NotificationSettings

_TYPED = {
    MuteFor.HOUR: "1h",
    MuteFor.NIGHT: "8h",
    MuteFor.MORNING: "until morning",
    MuteFor.WEEK: "1 week",
}


def create_router() -> Router:
    router = Router(name=__name__)
    linked = HasAccount()
    router.message.register(_mute, Command("mute", ignore_case=True, magic=F.args), linked)
    router.message.register(_ask, Command("mute", ignore_case=True), linked)
    router.message.register(_unmute, Command("unmute", ignore_case=True), linked)
    router.callback_query.register(_mute_for, Mute.filter(), linked)
    router.callback_query.register(_end, Unmute.filter(), linked)
    return router


async def _ask(_message: Message, tx: Transactions, who: Actor) -> Reply:
    return mute_view.ask(await tx.read(preferences.get, who))


async def _mute(_message: Message, command: CommandObject, tx: Transactions, who: Actor) -> Reply:
    typed = command.args or ""
    try:
        return mute_view.muted(await tx.write(mute, who, typed))
    except Invalid as unclear:
        if any(character.isdigit() for character in typed):
            raise
        raise Unclear(f"{unclear} To hear nothing of one thing:", "/ignore milk") from None


async def _mute_for(_query: CallbackQuery, callback_data: Mute, tx: Transactions, who: Actor) -> Reply:
    return mute_view.muted(await tx.write(mute, who, _TYPED[callback_data.until]))


async def _unmute(_message: Message, tx: Transactions, who: Actor) -> Reply:
    return await _end_mute(tx, who)


async def _end(_query: CallbackQuery, tx: Transactions, who: Actor) -> Reply:
    return await _end_mute(tx, who)


async def _end_mute(tx: Transactions, who: Actor) -> Reply:
    now = await tx.read(preferences.get, who)
    if now.muted_until is None:
        return mute_view.not_muted(now)
    return mute_view.unmuted(await tx.write(_set, who, None))


def mute(session: Session, who: Actor, typed: str) -> NotificationSettings:
    """Mute until what was typed, on the person's own clock. Raises Invalid."""
    zone = preferences.get(session, who).timezone
    return _set(session, who, times.mute_end(typed, clock.utcnow(), zone))


def _set(session: Session, who: Actor, until: datetime | None) -> NotificationSettings:
    return preferences.change(session, who, {"muted_until": until})
