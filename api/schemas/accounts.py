"""The caller's own account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi.encoders import jsonable_encoder
from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from api.schemas.base import Change, Out, View, example
from api.schemas.fields import NewPassword, Password, Zone, as_number, as_username, refusal, text


class AccountPatch(Change):
    """Only the fields that are sent change. A new `password` needs `currentPassword` too."""

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


class MeOut(View):
    user_id: UUID = Field(validation_alias="id")
    email: str | None
    email_verified: Annotated[bool, BeforeValidator(bool)] = Field(validation_alias="email_verified_at")
    display_name: str
    timezone: str
    created_at: datetime


class ExportOut(Out):
    """All data stored about the caller, by kind."""

    model_config = ConfigDict(alias_generator=to_camel)

    account: dict[str, object]
    notification_settings: dict[str, object]
    household_settings: list[dict[str, object]]
    watches: list[dict[str, object]]
    schedules: list[dict[str, object]]
    scheduled_runs: list[dict[str, object]]
    expiry_warnings: list[dict[str, object]]
    telegram: dict[str, object] | None
    households: list[dict[str, object]]
    invitations: list[dict[str, object]]
    movements: list[dict[str, object]]
    shopping_lists: list[dict[str, object]]
    sent_invitations: list[dict[str, object]]
    shopping_list_items: list[dict[str, object]]
    notifications: list[dict[str, object]]
    deliveries: list[dict[str, object]]
    sign_ins: list[dict[str, object]]
    exported_at: datetime

    @classmethod
    def of(cls, mine: Mapping[str, object], at: datetime) -> Self:
        kept = jsonable_encoder(mine)
        shown = {to_camel(name): _value(name, value) for name, value in kept.items()}
        return cls.model_validate({**shown, "exportedAt": at})


_THOUSANDTHS = {"delta", "quantity", "quantity_after", "min_quantity"}
_USERNAMES = {"username", "telegram_username"}


def _shown(kept: object) -> object:
    """Return stored data as clients read it: camelCase names, quantities in their unit, @usernames."""
    match kept:
        case dict():
            return {to_camel(name): _value(name, value) for name, value in kept.items()}
        case list():
            return [_shown(one) for one in kept]
    return kept


def _value(name: str, value: object) -> object:
    if name in _THOUSANDTHS and isinstance(value, int):
        return as_number(value)
    if name in _USERNAMES and (value is None or isinstance(value, str)):
        return as_username(value)
    # Events are exported as they were stored.
    return value if name == "payload" else _shown(value)
