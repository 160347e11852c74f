"""What the database itself writes down of every claim: who takes whose place, and until when they hold it.

A trigger does so in the claiming transaction, whatever the claimer says of it and whenever it is killed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, MetaData, Table, select, text
from sqlalchemy.orm import Session

from core.db import table
from core.models import Chat

_chats = table(Chat)
_claims = Table(
    "chaos_claims",
    MetaData(),
    Column("chat_id", _chats.c.id.type, primary_key=True),
    Column("fence", _chats.c.fence.type, primary_key=True),
    Column("found_until", _chats.c.leased_until.type),
    Column("leased_until", _chats.c.leased_until.type),
)
_INSERT = "INSERT INTO chaos_claims VALUES (NEW.id, NEW.fence, OLD.leased_until, NEW.leased_until);"
_WHEN = "AFTER UPDATE OF fence ON chats FOR EACH ROW WHEN (NEW.fence <> OLD.fence)"
_FUNCTION = f"BEGIN {_INSERT} RETURN NULL; END"
_TRIGGERS = {
    "sqlite": (f"CREATE TRIGGER chaos_claim {_WHEN} BEGIN {_INSERT} END",),
    "postgresql": (
        f"CREATE FUNCTION chaos_claim() RETURNS trigger LANGUAGE plpgsql AS '{_FUNCTION}'",
        f"CREATE TRIGGER chaos_claim {_WHEN} EXECUTE FUNCTION chaos_claim()",
    ),
}


@dataclass(frozen=True)
class Claim:
    """A chat was claimed until `leased_until`; `found_until` is the lease before, None when it was free."""

    found_until: datetime | None
    leased_until: datetime


Claims = Mapping[tuple[UUID, int], Claim]
"""By the chat and the fence that the claim gave it."""


def watch(session: Session) -> None:
    """Let the database write down every claim from now on."""
    connection = session.connection()
    _claims.create(connection)
    for statement in _TRIGGERS[connection.dialect.name]:
        connection.execute(text(statement))


def read(session: Session) -> Claims:
    """Return every claim that was committed."""
    return {
        (row.chat_id, row.fence): Claim(row.found_until, row.leased_until)
        for row in session.execute(select(_claims))
    }


class Leases:
    """The claims of a run in which every lease takes the same time."""

    def __init__(self, claims: Claims, lease: timedelta) -> None:
        self._claims = claims
        self._lease = lease

    def ran_out(self, chat: UUID, fence: int) -> bool:
        """Return whether somebody else took the chat because the lease that this claim was given had run out.

        A lease that somebody shortened or took away meanwhile did not run out.
        """
        held, taken = self._claims[chat, fence], self._claims.get((chat, fence + 1))
        return (
            taken is not None
            and taken.found_until == held.leased_until
            and taken.found_until <= taken.leased_until - self._lease
        )

    def seized(self) -> list[tuple[UUID, int]]:
        """Return the claims of chats that somebody still held."""
        return [
            key
            for key, claim in self._claims.items()
            if claim.found_until is not None and claim.found_until > claim.leased_until - self._lease
        ]
