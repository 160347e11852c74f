"""/household: which one the chat is about, and switching."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from sqlalchemy.orm import Session

from bot.callbacks import Switch
from bot.filters import HasAccount, InHousehold
from bot.keyboards import button, keyboard
from bot.markup import bold
from bot.replies import Reply
from core import chats, households
from core.actors import Actor
from core.chats import ActiveHousehold
from core.db import Transactions
from core.households import HouseholdSummary
from core.models import Role

_MAY = {
    Role.ADMIN: "You are an admin: you may do everything.",
    Role.MEMBER: "You are a member: you may use, add and change things.",
    Role.VIEWER: "You are a viewer: you may look.",
}


def create_router() -> Router:
    router = Router(name="household")
    router.message.register(_show, Command("household", ignore_case=True), InHousehold())
    router.callback_query.register(_switch, Switch.filter(), HasAccount())
    return router


async def _show(_message: Message, tx: Transactions, who: Actor, household: ActiveHousehold) -> Reply:
    return _summary(await tx.read(households.of_person, who.user_id), household)


async def _switch(_query: CallbackQuery, callback_data: Switch, tx: Transactions, who: Actor) -> Reply:
    mine = await tx.write(_activate, who, callback_data)
    active = next(one for one in mine if one.id == callback_data.household)
    household = ActiveHousehold(active.id, active.name, active.timezone, active.role)
    return _summary(mine, household)


def _activate(session: Session, who: Actor, chosen: Switch) -> list[HouseholdSummary]:
    chats.activate(session, who, chosen.household)
    return households.of_person(session, who.user_id)


def _summary(mine: list[HouseholdSummary], active: ActiveHousehold) -> Reply:
    [now] = [one for one in mine if one.id == active.id]
    counts = now.counts
    people = "1 person" if now.member_count == 1 else f"{now.member_count} people"
    text = (
        f"This chat is about {bold(now.name)}.\n{_MAY[now.role]}\n\n"
        f"{people}, {counts.total} {'item' if counts.total == 1 else 'items'}: "
        f"{counts.low} low, {counts.expiring} expiring soon, {counts.expired} expired."
    )
    others = [one for one in mine if one.id != active.id]
    if others:
        text += "\n\nSwitch to:"
    return Reply(text, keyboard(*([button(one.name, Switch(household=one.id))] for one in others)))
