"""What is done with links that were mailed."""

from pydantic import Field

from api.schemas.base import Body, Out
from api.schemas.fields import Email, NewPassword


class ForgotPasswordBody(Body):
    email: Email


class ResetPasswordBody(Body):
    token: str = Field(description="That of the link")
    new_password: NewPassword


class VerifyEmailBody(Body):
    token: str = Field(description="That of the link")


class DoneOut(Out):
    message: str
