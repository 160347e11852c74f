"""How invitations look, and the buttons that answer them."""

from collections.abc import Sequence
from uuid import UUID

from aiogram.types import InlineKeyboardButton

from bot.households.callbacks import Accept, AnswerJoin, Revoke
from bot.keyboards import button
from bot.markup import bold, plain, shorten
from core.households.invitations import MyInvitation, PendingInvitation
from core.households.invite_links import LinkPreview
from core.wording.sentences import ROLES

JOIN = "join_"
"""The prefix of an invite link's payload: https://core.telegram.org/bots/features#deep-linking"""
MOST_ROWS = 20
LONGEST_NAME = 16


def invited(found: LinkPreview) -> str:
    """Return who invites to which household, and in which role."""
    return (
        f"{bold(found.made_by)} invites you to {bold(found.household_name)}, as {plain(ROLES[found.role])}."
    )


def asking_row(link_id: UUID, name: str) -> list[InlineKeyboardButton]:
    """Return the buttons that let somebody in or refuse them."""
    short = shorten(name, LONGEST_NAME)
    return [
        button(f"Let in {short}", AnswerJoin(accept=True, link=link_id)),
        button(f"Refuse {short}", AnswerJoin(accept=False, link=link_id)),
    ]


def mine_lines(mine: Sequence[MyInvitation]) -> list[str]:
    """Return a line for each invitation to somebody."""
    return [
        f"{plain(one.invited_by or 'Somebody')} invites you to {bold(one.household_name)} "
        f"as {ROLES[one.role]}."
        for one in mine[:MOST_ROWS]
    ]


def mine_rows(mine: Sequence[MyInvitation]) -> list[list[InlineKeyboardButton]]:
    return [
        [button(f"Join {one.household_name}", Accept(household=one.household_id, invitation=one.id))]
        for one in mine[:MOST_ROWS]
    ]


def pending_lines(pending: Sequence[PendingInvitation]) -> list[str]:
    """Return a line for each invited address."""
    lines = [f"{plain(one.email)}, as {ROLES[one.role]}" for one in pending[:MOST_ROWS]]
    more = len(pending) - MOST_ROWS
    return [*lines, f"…and {more} more"] if more > 0 else lines


def pending_rows(
    household_id: UUID, pending: Sequence[PendingInvitation]
) -> list[list[InlineKeyboardButton]]:
    return [
        [button(f"Revoke {one.email}", Revoke(household=household_id, invitation=one.id))]
        for one in pending[:MOST_ROWS]
    ]
