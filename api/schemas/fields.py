"""Types of fields: text, quantities, prices, days, addresses. Input errors are sentences."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, TypeVar

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from api.validation import REFUSED
from core import days, prices, quantities
from core.accounts import accounts
from core.errors import Invalid
from core.text import clean, clean_optional
from core.values.items import LONGEST_LOCATION, LONGEST_NOTES

T = TypeVar("T")

# Argon2 takes any length; this keeps requests cheap.
LONGEST_PASSWORD = 1024
# RFC 5321 section 4.5.3.1.3, without its two angle brackets.
LONGEST_EMAIL = 254
# Shown for people whose accounts are gone.
NOBODY = "Former member"
TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"


def _field(info: ValidationInfo) -> str:
    # Query parameters are validated without their names.
    return to_camel(info.field_name) if info.field_name else "This value"


def refusal(message: str) -> PydanticCustomError:
    """Return the error that a validator raises, with this sentence."""
    # Pydantic formats the template, so input must not be part of it.
    return PydanticCustomError(REFUSED, "{sentence}", {"sentence": message})


def _in_words(check: Callable[[T, str], object]) -> Callable[[T, ValidationInfo], object]:
    def validate(value: T, info: ValidationInfo) -> object:
        try:
            return check(value, _field(info))
        except Invalid as error:
            raise refusal(str(error)) from None

    return validate


class Checked:
    """A check of our own, and its schema in the OpenAPI document."""

    def __init__(self, check: Callable[[str, str], object], schema: JsonSchemaValue) -> None:
        self._validator = AfterValidator(_in_words(check))
        self._schema = schema

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return self._validator.__get_pydantic_core_schema__(source, handler)

    def __get_pydantic_json_schema__(self, _core: CoreSchema, _handler: object) -> JsonSchemaValue:
        return dict(self._schema)


def text(longest: int) -> Checked:
    """A line of text that is not empty."""
    schema = {"type": "string", "minLength": 1, "maxLength": longest, "pattern": r"\S"}
    return Checked(lambda value, field: clean(value, field, longest), schema)


def optional_text(longest: int, *, multiline: bool = False) -> Checked:
    """Text that may be empty, which means none."""
    schema = {"anyOf": [{"type": "string", "maxLength": longest}, {"type": "null"}]}
    return Checked(lambda value, field: clean_optional(value, field, longest, multiline=multiline), schema)


def _number(value: object, field: str) -> Decimal:
    # bool is a subclass of int, but no quantity.
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Invalid(f"{field} must be a number such as 2 or 1.5.", field)
    # A float's repr is the number that the client wrote.
    return Decimal(value) if isinstance(value, int) else Decimal(repr(value))


def _cents(value: object, field: str) -> int:
    return prices.parse(_number(value, field), field)


def _day(value: object, field: str) -> date:
    return days.parse(value if isinstance(value, str) else "", field)


def _moment(value: object, field: str) -> datetime:
    try:
        # Pydantic would accept numbers and plain dates.
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Invalid(f"{field} must be a time with its offset, such as 2027-03-31T18:00:00Z.", field)


def _time(value: str, field: str) -> str:
    if re.fullmatch(TIME, value) is None:
        raise Invalid(f"{field} must be a time of day such as 09:00.", field)
    return value


def _email(value: str, field: str) -> str:
    try:
        return validate_email(value, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise Invalid(f"{field} must be an email address: {error}", field) from None


def _quantity(*, zero: bool) -> Callable[[object, ValidationInfo], object]:
    def check(value: object, field: str) -> int:
        return quantities.parse(_number(value, field), field, zero=zero)

    return _in_words(check)


def _number_schema(finest: float, least: str = "minimum") -> WithJsonSchema:
    return WithJsonSchema({"type": "number", least: 0, "maximum": 1_000_000, "multipleOf": finest})


Amount = Annotated[int, BeforeValidator(_quantity(zero=False)), _number_schema(0.001, "exclusiveMinimum")]
"""Thousandths, more than 0."""
Quantity = Annotated[int, BeforeValidator(_quantity(zero=True)), _number_schema(0.001)]
"""Thousandths, 0 or more."""
Price = Annotated[int, BeforeValidator(_in_words(_cents)), _number_schema(0.01)]
"""Cents."""
Day = Annotated[date, BeforeValidator(_in_words(_day))]
Moment = Annotated[
    datetime, BeforeValidator(_in_words(_moment)), WithJsonSchema({"type": "string", "format": "date-time"})
]
"""In UTC."""
TimeOfDay = Annotated[str, Checked(_time, {"type": "string", "pattern": f"^{TIME}$"})]
Weekdays = Annotated[
    list[Annotated[int, Field(ge=1, le=7, strict=True)]],
    Field(max_length=7, description="ISO weekdays: Monday is 1, Sunday 7"),
    AfterValidator(lambda days: sorted(set(days))),
]
Email = Annotated[str, Checked(_email, {"type": "string", "format": "email", "maxLength": LONGEST_EMAIL})]
Zone = Annotated[
    str,
    Checked(
        lambda value, _field: accounts.zone(value),
        {"type": "string", "minLength": 1, "description": "An IANA time zone, such as Europe/Berlin"},
    ),
]
Notes = Annotated[str | None, optional_text(LONGEST_NOTES, multiline=True)]
Location = Annotated[str, text(LONGEST_LOCATION)]
Password = Annotated[
    str, StringConstraints(max_length=LONGEST_PASSWORD), Field(json_schema_extra={"format": "password"})
]
NewPassword = Annotated[Password, StringConstraints(min_length=8)]


def as_number(thousandths: int) -> int | float:
    """Return thousandths as a JSON number, an integer if it is whole."""
    whole, rest = divmod(thousandths, quantities.THOUSANDTHS)
    return thousandths / quantities.THOUSANDTHS if rest else whole


Units = Annotated[int | float, BeforeValidator(as_number)]
"""A quantity in thousandths, shown in its unit."""
Name = Annotated[str, BeforeValidator(lambda name: name or NOBODY)]
"""A person's display name, None if the account is gone."""


def as_username(name: str | None) -> str | None:
    """Return a Telegram username as people write it: @name."""
    return f"@{name}" if name else None
