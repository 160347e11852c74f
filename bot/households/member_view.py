"""How the members of a household look, all of them and one."""

from collections.abc import Sequence
from dataclasses import dataclass

from aiogram.types import InlineKeyboardButton

from bot import days
from bot.households.callbacks import RemoveMember, SetRole, ShowMember, ShowMembers
from bot.households.invitation_view import MOST_ROWS, asking_row, pending_lines, pending_rows
from bot.keyboards import Leaf, button, keyboard
from bot.markup import bold, plain
from bot.replies import Reply
from core.actors import Actor
from core.households.households import HouseholdDetails, MemberState
from core.households.invitations import PendingInvitation
from core.households.invite_links import Asking, OpenLink
from core.models import Role
from core.wording.sentences import ROLES

PER_PAGE = 10


@dataclass(frozen=True)
class Crowd:
    """A household with its members; for an admin also its invitations, unused links and requests to join.

    `timezone` is that of the person who looks.
    """

    home: HouseholdDetails
    timezone: str
    pending: Sequence[PendingInvitation] = ()
    links: Sequence[OpenLink] = ()
    waiting: Sequence[Asking] = ()


def everybody(crowd: Crowd, who: Actor, number: int = 1, toast: str | None = None) -> Reply:
    """Return who is in a household; an admin gets a button for each of the others."""
    home, leaf = crowd.home, Leaf(crowd.home.members, number, PER_PAGE)
    lines = [bold(leaf.title(f"Members of {home.name}")), *(_line(one, who) for one in leaf.rows)]
    others = [one for one in leaf.rows if one.user_id != who.user_id]
    rows = [[_opener(home, one)] for one in others if home.role is Role.ADMIN]
    turns = leaf.turns(lambda to: ShowMembers(number=to, household=home.id))
    if crowd.pending:
        lines += ["", bold("Invited"), *pending_lines(crowd.pending)]
    if crowd.links:
        links = crowd.links[:MOST_ROWS]
        lines += ["", bold("Unused links"), *(_link(one, crowd.timezone) for one in links)]
    if crowd.waiting:
        waiting = crowd.waiting[:MOST_ROWS]
        lines += ["", bold("Waiting to be let in"), *(_waiting(one) for one in waiting)]
        rows += [asking_row(one.link_id, one.user_name) for one in waiting]
    if home.role is Role.ADMIN:
        lines += ["", "/invite makes a link for one more."]
    return Reply("\n".join(lines), keyboard(*rows, *pending_rows(home.id, crowd.pending), turns), toast=toast)


def _line(member: MemberState, who: Actor) -> str:
    you = " (you)" if member.user_id == who.user_id else ""
    return f"{plain(member.display_name)}{you}: {member.role}"


def _link(link: OpenLink, timezone: str) -> str:
    made_by = plain(link.made_by)
    return f"from {made_by}, as {ROLES[link.role]}, until {days.moment(link.expires_at, timezone)}"


def _waiting(asking: Asking) -> str:
    return f"{plain(asking.user_name)}, as {ROLES[asking.role]}"


def _opener(home: HouseholdDetails, member: MemberState) -> InlineKeyboardButton:
    return button(member.display_name, ShowMember(household=home.id, user=member.user_id))


def one(home: HouseholdDetails, member: MemberState) -> Reply:
    """Return one member, and what an admin may do about them."""
    ids = {"household": home.id, "user": member.user_id}
    email = f"\n{plain(member.email)}" if member.email else ""
    roles = [button(f"Make {role}", SetRole(role=role, **ids)) for role in Role if role is not member.role]
    return Reply(
        f"{bold(member.display_name)}{email}\n{plain(home.name)}: {member.role} since "
        f"{days.moment(member.joined_at, home.timezone)}",
        keyboard(
            roles,
            [button("Remove", RemoveMember(sure=False, **ids))],
            [button("‹ Back", ShowMembers(number=1, household=home.id))],
        ),
    )
