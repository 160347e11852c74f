"""Accounts, sign-ins and mailed links."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from api.schemas.base import Body, Out, example
from api.schemas.fields import Email, NewPassword, Password, Zone, text
from core.models import Role


class RegisterBody(Body):
    model_config = example(
        email="erin@example.com",
        password="correct horse battery",  # noqa: S106 - an example
        displayName="Erin",
        timezone="Europe/Berlin",
    )

    email: Email
    password: NewPassword
    display_name: Annotated[str, text(80)]
    timezone: Zone | None = None


class LoginBody(Body):
    model_config = example(
        email="alice@example.com",
        password="correct horse battery",  # noqa: S106 - an example
    )

    email: Email
    password: Password


class RefreshBody(Body):
    model_config = example(refreshToken="the refreshToken of the last answer")

    refresh_token: str


class TokensOut(Out):
    """`expiresIn` is the lifetime of the access token in seconds."""

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


class ForgotPasswordBody(Body):
    email: Email


class ResetPasswordBody(Body):
    token: str = Field(description="The token in the link")
    new_password: NewPassword


class VerifyEmailBody(Body):
    token: str = Field(description="The token in the link")


class DoneOut(Out):
    message: str
