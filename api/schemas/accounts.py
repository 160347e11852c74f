"""One's own account."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import StringConstraints, model_validator

from api.schemas.base import Body, Out
from api.schemas.fields import LONGEST_PASSWORD, NewPassword, Zone, refusal, text
from core.accounts import Account


class AccountPatch(Body):
    """What is sent changes. A new `password` needs the current one beside it, as `currentPassword`."""

    display_name: Annotated[str, text(80)] | None = None
    timezone: Zone | None = None
    password: NewPassword | None = None
    current_password: Annotated[str, StringConstraints(max_length=LONGEST_PASSWORD)] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.password is not None and self.current_password is None:
            raise refusal("Send currentPassword together with the new password.")
        if self.display_name is None and self.timezone is None and self.password is None:
            raise refusal("Send at least one of displayName, timezone and password.")
        return self


class MeOut(Out):
    user_id: UUID
    email: str | None
    email_verified: bool
    display_name: str
    timezone: str
    created_at: datetime

    @classmethod
    def of(cls, account: Account) -> Self:
        return cls(
            user_id=account.id,
            email=account.email,
            email_verified=account.email_verified_at is not None,
            display_name=account.display_name,
            timezone=account.timezone,
            created_at=account.created_at,
        )


class ExportOut(Out):
    """Everything that is kept about the caller; within each kind the names of the columns."""

    account: dict[str, Any]
    notification_settings: dict[str, Any]
    telegram: dict[str, Any] | None
    households: list[dict[str, Any]]
    invitations: list[dict[str, Any]]
    movements: list[dict[str, Any]]
    shopping_list_items: list[dict[str, Any]]
    notifications: list[dict[str, Any]]
    deliveries: list[dict[str, Any]]
    sign_ins: list[dict[str, Any]]
    exported_at: datetime
