"""What every table shares: names for constraints, and column types."""

from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Enum, Index, Integer, MetaData, String, text
from sqlmodel import Field, SQLModel

# Alembic can drop only what has a name, and each database would choose a different one.
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
    # SQLite numbers only INTEGER keys by itself; its integers have 64 bits anyway.
    return Field(default=None, primary_key=True, sa_type=BigInteger().with_variant(Integer, "sqlite"))


def enum_text(values: type[StrEnum], length: int) -> Enum:
    """Return a text type that reads back as an enum: no native enum to migrate."""
    return Enum(
        values, native_enum=False, length=length, values_callable=lambda kind: [one.value for one in kind]
    )


def partial_index(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return an index of the rows for which an SQL condition holds."""
    return Index(name, *columns, unique=unique, postgresql_where=text(where), sqlite_where=text(where))


def one_of(column: str, values: type[StrEnum]) -> CheckConstraint:
    """Return the check that a text column holds a value of an enum."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)
