"""/household: which one the chat is about, switching, and invitations to more."""

from dataclasses import dataclass
from uuid import UUID

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from sqlalchemy.orm import Session

from bot.filters import HasAccount
from bot.households import household_view
from bot.households.callbacks import Accept, Switch
from bot.replies import Reply
from core.actors import Actor
from core.db import Transactions
from core.delivery.chats import ChatState
from core.households import households, invitations
from core.households.households import HouseholdSummary
from core.households.invitations import MyInvitation


@dataclass(frozen=True)
class Homes:
    """The households of a person, and those that they are invited to."""

    mine: list[HouseholdSummary]
    invited: list[MyInvitation]


def create_router() -> Router:
    router = Router(name=__name__)
    router.message.register(_show, Command("household", ignore_case=True), HasAccount())
    router.callback_query.register(_switch, Switch.filter(), HasAccount())
    router.callback_query.register(_accept, Accept.filter(), HasAccount())
    return router


async def _show(_message: Message, tx: Transactions, who: Actor, chat: ChatState) -> Reply:
    homes = await tx.read(homes_of, who)
    if chat.household is None:
        return household_view.none(homes.invited)
    return household_view.summary(homes.mine, chat.household.id, homes.invited)


async def _switch(_query: CallbackQuery, callback_data: Switch, tx: Transactions, who: Actor) -> Reply:
    homes = await tx.write(_activate, who, callback_data.household)
    return household_view.summary(homes.mine, callback_data.household, homes.invited)


async def _accept(_query: CallbackQuery, callback_data: Accept, tx: Transactions, who: Actor) -> Reply:
    homes = await tx.write(_join, who, callback_data)
    return household_view.summary(homes.mine, callback_data.household, homes.invited)


def _activate(session: Session, who: Actor, household_id: UUID) -> Homes:
    households.activate(session, who, household_id)
    return homes_of(session, who)


def _join(session: Session, who: Actor, chosen: Accept) -> Homes:
    invitations.accept(session, who, chosen.household, chosen.invitation)
    return homes_of(session, who)


def homes_of(session: Session, who: Actor) -> Homes:
    return Homes(households.of_person(session, who.user_id), invitations.mine(session, who))
