"""/leave: asks, and ends the person's own membership."""

from uuid import UUID

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from sqlalchemy.orm import Session

from bot.filters import Caller, HasAccount, Home, InHousehold
from bot.households.callbacks import Leave
from bot.households.household_view import from_now_on
from bot.keyboards import confirmation
from bot.markup import bold
from bot.replies import Reply
from core.actors import Actor
from core.delivery import chats
from core.delivery.chats import ChatState, TelegramPerson
from core.errors import NotAllowed
from core.guards import access
from core.households import households, members
from core.models import Role


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(_ask, Command("leave", ignore_case=True), InHousehold())
    router.callback_query.register(_leave, Leave.filter(), HasAccount())
    return router


async def _ask(_message: Message, home: Home) -> Reply:
    left = await home.read(households.details)
    admins = [member for member in left.members if member.role is Role.ADMIN]
    if [member.user_id for member in admins] == [home.me.actor.user_id]:
        # The last admin cannot leave, so there is nothing to ask.
        sentence = members.LAST_ADMIN.format(name=admins[0].display_name, household=left.name)
        raise NotAllowed(f"{sentence} Send /members or /household delete.")
    return Reply(
        f"Leave {bold(left.name)}? You will no longer see it or hear from it.",
        confirmation("Yes, leave", Leave(household=left.id)),
    )


async def _leave(_query: CallbackQuery, callback_data: Leave, me: Caller, person: TelegramPerson) -> Reply:
    left, chat = await me.write(_end, callback_data.household, person.telegram_id)
    return Reply(f"You left {bold(left)}. {from_now_on(chat)}")


def _end(session: Session, who: Actor, household_id: UUID, telegram_id: int) -> tuple[str, ChatState | None]:
    name = access.look(session, who, household_id).household_name
    members.leave(session, who, household_id)
    return name, chats.find(session, telegram_id)
