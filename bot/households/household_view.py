"""A household at a glance, and which one a chat is about."""

from collections.abc import Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Homes:
    """The households of a person, and their invitations to others."""

    mine: list[HouseholdSummary]
    invited: list[MyInvitation]


def summary(homes: Homes, active: UUID) -> Reply:
    """Return the household that a chat is about, the person's others, and their invitations."""
    [now] = [one for one in homes.mine if one.id == active]
    counts, invited = now.counts, homes.invited
    people = counted(now.member_count, "person", "people")
    text = (
        f"This chat is about {bold(now.name)}.\n{_MAY[now.role]}\n\n"
        f"{people}, {counted(counts.total, 'item')}: "
        f"{counts.low} low, {counts.expiring} expiring soon, {counts.expired} expired."
    )
    others = [one for one in homes.mine if one.id != now.id]
    lines = [text, *(["", *mine_lines(invited)] if invited else []), *(["", "Switch to:"] if others else [])]
    switches = ([button(one.name, Switch(household=one.id))] for one in others)
    return Reply("\n".join(lines), keyboard(*mine_rows(invited), *switches))


def none(invited: Sequence[MyInvitation] = ()) -> Reply:
    """Return the answer to somebody who has an account but no household."""
    text = "You are not in a household."
    text += "".join(f"\n{line}" for line in mine_lines(invited)) or " Create one, or ask for an invitation."
    return Reply(text, keyboard(*mine_rows(invited), creating_a_household()))


def from_now_on(chat: ChatState | None) -> str:
    """Return in a sentence (HTML) which household a chat is about after it lost one."""
    if chat is None or chat.household is None:
        return f"You are not in a household now. {example('/household new Home')} creates one."
    return f"This chat is about {plain(chat.household.name)} now."


def creating_a_household() -> list[InlineKeyboardButton]:
    return [button("Create a household", Begin(how=Beginning.HOUSEHOLD))]
