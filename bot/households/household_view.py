"""How a household looks at a glance, and which one a chat is about."""

from collections.abc import Sequence
from uuid import UUID

from aiogram.types import InlineKeyboardButton

from bot.households.callbacks import Begin, Beginning, Switch
from bot.households.invitation_view import mine_lines, mine_rows
from bot.keyboards import button, keyboard
from bot.markup import bold, counted, example, plain
from bot.replies import Reply
from core.delivery.chats import ChatState
from core.households.households import HouseholdSummary
from core.households.invitations import MyInvitation
from core.models import Role

_MAY = {
    Role.ADMIN: "You are an admin: you may do everything.",
    Role.MEMBER: "You are a member: you may use, add and change things.",
    Role.VIEWER: "You are a viewer: you may look.",
}


def summary(mine: Sequence[HouseholdSummary], active: UUID, invited: Sequence[MyInvitation]) -> Reply:
    """Return the household that a chat is about, ways to the others, and who invites to more."""
    [now] = [one for one in mine if one.id == active]
    counts = now.counts
    people = counted(now.member_count, "person", "people")
    text = (
        f"This chat is about {bold(now.name)}.\n{_MAY[now.role]}\n\n"
        f"{people}, {counted(counts.total, 'item')}: "
        f"{counts.low} low, {counts.expiring} expiring soon, {counts.expired} expired."
    )
    others = [one for one in mine if one.id != now.id]
    lines = [text, *(["", *mine_lines(invited)] if invited else []), *(["", "Switch to:"] if others else [])]
    switches = ([button(one.name, Switch(household=one.id))] for one in others)
    return Reply("\n".join(lines), keyboard(*mine_rows(invited), *switches))


def none(invited: Sequence[MyInvitation] = ()) -> Reply:
    """Return what somebody with an account but no household is told."""
    if not invited:
        text = "You are in no household at the moment. Ask somebody to invite you, or create one."
        return Reply(text, keyboard(creating_a_household()))
    lines = ["You are in no household at the moment.", *mine_lines(invited)]
    return Reply("\n".join(lines), keyboard(*mine_rows(invited), creating_a_household()))


def from_now_on(chat: ChatState | None) -> str:
    """Return which household a chat is about after it lost one, in a sentence (HTML)."""
    if chat is None or chat.household is None:
        return f"You are in no household now. {example('/household new Home')} makes one."
    return f"This chat is about {plain(chat.household.name)} now."


def creating_a_household() -> list[InlineKeyboardButton]:
    return [button("Create a household", Begin(how=Beginning.HOUSEHOLD))]
