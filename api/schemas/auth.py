"""Accounts and sign-ins."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from api.schemas.base import Body, Out
from api.schemas.fields import LONGEST_PASSWORD, Email, NewPassword, Zone, text
from core.models import Role


class RegisterBody(Body):
    email: Email
    password: NewPassword
    display_name: Annotated[str, text(80)]
    timezone: Zone | None = None


class LoginBody(Body):
    email: Email
    password: Annotated[str, StringConstraints(max_length=LONGEST_PASSWORD)]


class RefreshBody(Body):
    refresh_token: str


class TokensOut(Out):
    """`expiresIn` is the life of the access token in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


class RegisteredOut(TokensOut):
    user_id: UUID
    email: str
    display_name: str
    default_household_id: UUID


class HouseholdOfMine(Out):
    id: UUID
    name: str
    role: Role


class SignedInOut(TokensOut):
    user_id: UUID
    households: list[HouseholdOfMine]
