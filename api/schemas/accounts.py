"""One's own account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi.encoders import jsonable_encoder
from pydantic import model_validator
from pydantic.alias_generators import to_camel

from api.schemas.base import Change, Out, example
from api.schemas.fields import NewPassword, Password, Zone, as_number, as_username, refusal, text
from core.accounts.accounts import Account


class AccountPatch(Change):
    """What is sent changes. A new `password` needs the current one beside it, as `currentPassword`."""

    model_config = example(
        {"minProperties": 1, "dependentRequired": {"password": ["currentPassword"]}},
        displayName="Alice",
        timezone="Europe/Berlin",
    )

    display_name: Annotated[str, text(80)] | None = None
    timezone: Zone | None = None
    password: NewPassword | None = None
    current_password: Password | None = None

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
    """Everything that is kept about the caller, each kind with what is kept of it."""

    account: dict[str, Any]
    notification_settings: dict[str, Any]
    household_settings: list[dict[str, Any]]
    watches: list[dict[str, Any]]
    schedules: list[dict[str, Any]]
    scheduled_runs: list[dict[str, Any]]
    expiry_warnings: list[dict[str, Any]]
    telegram: dict[str, Any] | None
    households: list[dict[str, Any]]
    invitations: list[dict[str, Any]]
    movements: list[dict[str, Any]]
    shopping_lists: list[dict[str, Any]]
    sent_invitations: list[dict[str, Any]]
    shopping_list_items: list[dict[str, Any]]
    notifications: list[dict[str, Any]]
    deliveries: list[dict[str, Any]]
    sign_ins: list[dict[str, Any]]
    exported_at: datetime

    @classmethod
    def of(cls, mine: Mapping[str, Any], at: datetime) -> Self:
        return cls.model_validate({**_shown(jsonable_encoder(mine)), "exportedAt": at})


_THOUSANDTHS = {"delta", "quantity", "quantity_after", "min_quantity"}
_USERNAMES = {"username", "telegram_username"}


def _shown(kept: Any) -> Any:
    """Return what is kept as clients read it: camelCase, quantities in their unit, @names."""
    match kept:
        case dict():
            return {to_camel(name): _value(name, value) for name, value in kept.items()}
        case list():
            return [_shown(one) for one in kept]
    return kept


def _value(name: str, value: Any) -> Any:
    if name in _THOUSANDTHS and isinstance(value, int):
        return as_number(value)
    if name in _USERNAMES:
        return as_username(value)
    # Events are kept as they were, in their own words.
    return value if name == "payload" else _shown(value)
