"""/leave: ends one's own membership, after a question."""

from uuid import UUID

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from sqlalchemy.orm import Session

from bot.filters import HasAccount, InHousehold
from bot.households.callbacks import Leave
from bot.households.household_view import from_now_on
from bot.keyboards import confirmation
from bot.markup import bold
from bot.replies import Reply
from core.actors import Actor
from core.db import Transactions
from core.delivery import chats
from core.delivery.chats import ActiveHousehold, ChatState, TelegramPerson
from core.errors import NotAllowed
from core.guards import access
from core.households import households, members
from core.households.households import HouseholdDetails
from core.models import Role


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(_ask, Command("leave", ignore_case=True), InHousehold())
    router.callback_query.register(_leave, Leave.filter(), HasAccount())
    return router


async def _ask(_message: Message, tx: Transactions, who: Actor, household: ActiveHousehold) -> Reply:
    home = await tx.read(households.details, who, household.id)
    _refuse_last_admin(home, who)
    return Reply(
        f"Leave {bold(home.name)}? You will see nothing of it any more, and hear nothing.",
        confirmation("Yes, leave", Leave(household=home.id)),
    )


def _refuse_last_admin(home: HouseholdDetails, who: Actor) -> None:
    """Say at once what the question would lead to. Raises NotAllowed."""
    admins = [member for member in home.members if member.role is Role.ADMIN]
    if [member.user_id for member in admins] == [who.user_id]:
        sentence = members.LAST_ADMIN.format(name=admins[0].display_name, household=home.name)
        raise NotAllowed(f"{sentence} Send /members or /household delete.")


async def _leave(
    _query: CallbackQuery, callback_data: Leave, tx: Transactions, who: Actor, person: TelegramPerson
) -> Reply:
    left, chat = await tx.write(_end, who, callback_data.household, person.telegram_id)
    return Reply(f"You left {bold(left)}. {from_now_on(chat)}")


def _end(session: Session, who: Actor, household_id: UUID, telegram_id: int) -> tuple[str, ChatState | None]:
    name = access.look(session, who, household_id).household_name
    members.leave(session, who, household_id)
    return name, chats.find(session, telegram_id)
