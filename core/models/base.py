"""What every table shares: names for constraints, and column types."""

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Integer, MetaData, String
from sqlmodel import Field, SQLModel

# Alembic can only drop what has a name, and each database would choose its own.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(SQLModel):
    """Base of the tables. SQLModel does not validate them: constraints and request models do."""

    metadata = MetaData(naming_convention=NAMING)


def varchar(length: int, **kwargs: Any) -> Any:
    """Return a text column of at most `length` characters."""
    return Field(sa_type=String(length), **kwargs)


def big(**kwargs: Any) -> Any:
    """Return a 64-bit integer column: Telegram's ids and exact thousandths do not fit in 32."""
    return Field(sa_type=BigInteger, **kwargs)


def rising_id() -> Any:
    """Return a primary key that only rises, in the order of inserts under one lock."""
    # SQLite counts only what it calls INTEGER; its integers have 64 bits all the same.
    return Field(default=None, primary_key=True, sa_type=_RISING)


_RISING = BigInteger().with_variant(Integer, "sqlite")


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """Return the check that a text column holds a value of an enum: no native enum to migrate."""
    allowed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)
