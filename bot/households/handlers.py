"""/household: which one the chat is about, switching, and invitations to others."""

from uuid import UUID

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from sqlalchemy.orm import Session

from bot.filters import Caller, HasAccount
from bot.households import household_view
from bot.households.callbacks import Accept, Switch
from bot.households.household_view import Homes
from bot.replies import Reply
from core.actors import Actor
from core.delivery.chats import ChatState
from core.households import households, invitations


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(_show, Command("household", ignore_case=True), HasAccount())
    router.callback_query.register(_switch, Switch.filter(), HasAccount())
    router.callback_query.register(_accept, Accept.filter(), HasAccount())
    return router


async def _show(_message: Message, me: Caller, chat: ChatState) -> Reply:
    homes = await me.read(homes_of)
    if chat.household is None:
        return household_view.none(homes.invited)
    return household_view.summary(homes, chat.household.id)


async def _switch(_query: CallbackQuery, callback_data: Switch, me: Caller) -> Reply:
    homes = await me.write(_activate, callback_data.household)
    return household_view.summary(homes, callback_data.household)


async def _accept(_query: CallbackQuery, callback_data: Accept, me: Caller) -> Reply:
    homes = await me.write(_join, callback_data)
    return household_view.summary(homes, callback_data.household)


def _activate(session: Session, who: Actor, household_id: UUID) -> Homes:
    households.activate(session, who, household_id)
    return homes_of(session, who)


def _join(session: Session, who: Actor, chosen: Accept) -> Homes:
    invitations.accept(session, who, chosen.household, chosen.invitation)
    return homes_of(session, who)


def homes_of(session: Session, who: Actor) -> Homes:
    return Homes(households.of_person(session, who.user_id), invitations.mine(session, who))
