"""/members: who is in the household and in which role; admins change that."""

from uuid import UUID

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from sqlalchemy.orm import Session

from bot.filters import Caller, HasAccount, Home, InHousehold
from bot.households import member_view
from bot.households.callbacks import RemoveMember, Revoke, SetRole, ShowMember, ShowMembers
from bot.households.member_view import Crowd
from bot.keyboards import confirmation
from bot.markup import bold
from bot.replies import Reply
from core.accounts import accounts
from core.actors import Actor
from core.errors import NotFound
from core.guards import access
from core.households import households, invitations, invite_links, members
from core.households.households import HouseholdDetails, MemberState
from core.models import Role


def create_router() -> Router:
    router = Router(name=__name__)
    linked = HasAccount()
    router.message.register(_list, Command("members", ignore_case=True), InHousehold())
    router.callback_query.register(_turn, ShowMembers.filter(), linked)
    router.callback_query.register(_show, ShowMember.filter(), linked)
    router.callback_query.register(_set_role, SetRole.filter(), linked)
    router.callback_query.register(_remove, RemoveMember.filter(), linked)
    router.callback_query.register(_revoke, Revoke.filter(), linked)
    return router


async def _list(_message: Message, home: Home) -> Reply:
    return member_view.everybody(await home.read(_crowd), home.me.actor)


async def _turn(_query: CallbackQuery, callback_data: ShowMembers, me: Caller) -> Reply:
    return member_view.everybody(
        await me.read(_crowd, callback_data.household), me.actor, callback_data.number
    )


async def _show(_query: CallbackQuery, callback_data: ShowMember, me: Caller) -> Reply:
    home, member = await me.read(_member, callback_data.household, callback_data.user)
    return member_view.one(home, member)


async def _set_role(_query: CallbackQuery, callback_data: SetRole, me: Caller) -> Reply:
    home, member = await me.write(_change_role, callback_data)
    return member_view.one(home, member)


async def _remove(_query: CallbackQuery, callback_data: RemoveMember, me: Caller) -> Reply:
    household_id, user_id = callback_data.household, callback_data.user
    if callback_data.sure:
        name = await me.write(members.remove, household_id, user_id)
        crowd = await me.read(_crowd, household_id)
        return member_view.everybody(crowd, me.actor, toast=f"{name} was removed.")
    home, member = await me.read(_member, household_id, user_id)
    return Reply(
        f"Remove {bold(member.display_name)} from {bold(home.name)}? They will no longer see it.",
        confirmation(
            "Yes, remove",
            callback_data.model_copy(update={"sure": True}),
            ShowMember(household=household_id, user=user_id),
        ),
    )


async def _revoke(_query: CallbackQuery, callback_data: Revoke, me: Caller) -> Reply:
    await me.write(invitations.revoke, callback_data.household, callback_data.invitation)
    crowd = await me.read(_crowd, callback_data.household)
    return member_view.everybody(crowd, me.actor, toast="The invitation was revoked.")


def _crowd(session: Session, who: Actor, household_id: UUID) -> Crowd:
    home = households.details(session, who, household_id)
    timezone = accounts.get(session, who).timezone
    if home.role is not Role.ADMIN:
        return Crowd(home, timezone)
    pending = invitations.pending(session, who, household_id)
    links = invite_links.still_open(session, household_id)
    return Crowd(home, timezone, pending, links, invite_links.waiting(session, who, household_id))


def _member(
    session: Session, who: Actor, household_id: UUID, user_id: UUID
) -> tuple[HouseholdDetails, MemberState]:
    """Return a member to an admin. Raises NotAllowed, NotFound."""
    access.require(session, who, household_id, Role.ADMIN)
    home = households.details(session, who, household_id)
    for member in home.members:
        if member.user_id == user_id:
            return home, member
    raise NotFound("There is no such member in this household. They may have left.")


def _change_role(session: Session, who: Actor, chosen: SetRole) -> tuple[HouseholdDetails, MemberState]:
    members.change_role(session, who, chosen.household, chosen.user, chosen.role)
    return _member(session, who, chosen.household, chosen.user)
