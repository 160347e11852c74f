"""What the buttons about households, members and invitations carry; see bot.callbacks."""

from enum import StrEnum
from uuid import UUID

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from bot.callbacks import ShortId
from core.models import Role


class Beginning(StrEnum):
    """What a newcomer may do."""

    HOUSEHOLD = "household"
    ACCOUNT = "account"


class Begin(CallbackData, prefix="begin"):
    how: Beginning


class Switch(CallbackData, prefix="switch"):
    household: UUID


class AskToJoin(CallbackData, prefix="join"):
    """Ask to join by an invite link."""

    token: str


class AnswerJoin(CallbackData, prefix="let"):
    """Let somebody in who asked to join, or not."""

    accept: bool
    link: UUID


class Accept(CallbackData, prefix="accept"):
    """Accept an invitation to the person's email address."""

    household: ShortId
    invitation: ShortId


class Revoke(CallbackData, prefix="revoke"):
    """Revoke an invitation to an email address."""

    household: ShortId
    invitation: ShortId


class ShowMembers(CallbackData, prefix="members"):
    number: int = Field(ge=1)
    household: UUID


class ShowMember(CallbackData, prefix="member"):
    household: ShortId
    user: ShortId


class SetRole(CallbackData, prefix="role"):
    role: Role
    household: ShortId
    user: ShortId


class RemoveMember(CallbackData, prefix="out"):
    """End somebody's membership; ask first unless `sure`."""

    sure: bool
    household: ShortId
    user: ShortId


class Leave(CallbackData, prefix="leave"):
    household: UUID


class DeleteHousehold(CallbackData, prefix="raze"):
    household: UUID
