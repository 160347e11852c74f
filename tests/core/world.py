"""Alice (admin) and Bob (member) share a household; Charlie has his own. All three have linked phones."""

from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.accounts import accounts
from core.actors import Actor, Face
from core.db import Database, table
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.households import households, members
from core.inventory import stock
from core.models import Delivery, Role, StreamEntry
from core.settings import preferences
from core.telegram import linking
from tests.support.databases import SqliteSnapshot

ALICE, BOB, CHARLIE = (
    TelegramPerson(number, name, name.lower()) for number, name in ((1, "Alice"), (2, "Bob"), (3, "Charlie"))
)


class Watch:
    """A clock that a test sets by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass(frozen=True)
class World:
    alice: UUID
    bob: UUID
    charlie: UUID
    home: UUID
    elsewhere: UUID
    milk: UUID
    phone: int = ALICE.telegram_id
    """The admin's chat."""

    def on_web(self, name: str) -> Actor:
        return Actor(getattr(self, name), Face.WEB)

    def in_chat(self, name: str) -> Actor:
        return Actor(getattr(self, name), Face.TELEGRAM)


def build(session: Session) -> World:
    """Make everybody, and 4 l of milk with a minimum of 2 l."""
    return _build(session, ALICE, BOB, CHARLIE)


class Built:
    """What `build` makes in a database that is fresh. On SQLite that is done once, and then copied."""

    def __init__(self) -> None:
        self._kept = ExitStack()
        self._worlds: dict[tuple[bool, datetime], tuple[World, SqliteSnapshot]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._kept.close()

    async def anew(self, database: Database, *, can_mail: bool) -> World:
        """Return everybody. Who can get mail has been sent some."""
        on_sqlite, kind = database.url.startswith("sqlite"), (can_mail, clock.utcnow())
        if on_sqlite and kind in self._worlds:
            made, snapshot = self._worlds[kind]
            snapshot.restore()
            return made
        made = await database.write(build)
        if on_sqlite:
            self._worlds[kind] = made, self._kept.enter_context(closing(SqliteSnapshot(database.url)))
        return made


def build_another(session: Session, number: int) -> World:
    """Make the same again, of other people with the same names."""
    first = 100 + 10 * number
    return _build(
        session,
        *(
            TelegramPerson(first + place, person.first_name, f"{person.username}{number}")
            for place, person in enumerate((ALICE, BOB, CHARLIE))
        ),
    )


def _build(session: Session, alice: TelegramPerson, bob: TelegramPerson, charlie: TelegramPerson) -> World:
    people = {}
    for person in (alice, bob, charlie):
        email = f"{person.username}@home.example"
        account = accounts.register(session, email, "no hash", person.first_name, "Europe/Berlin")
        chat = chats.greet(session, person)
        linking.attach(session, chat.id, account.id, Face.TELEGRAM)
        people[person.first_name.lower()] = account.id
    admin = Actor(people["alice"], Face.WEB)
    home = households.create(session, admin, "Home", None, "Europe/Berlin").id
    members.join(session, Actor(people["bob"], Face.WEB), home, Role.MEMBER)
    elsewhere = households.create(session, Actor(people["charlie"], Face.WEB), "Elsewhere", None, "UTC").id
    milk = stock.add(session, admin, home, milk_columns()).item.id
    return World(**people, home=home, elsewhere=elsewhere, milk=milk, phone=alice.telegram_id)


def milk_columns() -> dict[str, Any]:
    return {"name": "Milk", "quantity": 4000, "unit": "l", "location": "fridge", "min_quantity": 2000}


def listen_to(session: Session, user_id: UUID, *topics: str) -> None:
    preferences.change(session, Actor(user_id, Face.WEB), {"topics": list(topics)})


def deliveries_of(session: Session, user_id: UUID) -> list[tuple[str, str, str | None]]:
    """Return (channel, state, reason) of everything that was to be told to a person, oldest first."""
    deliveries = table(Delivery)
    rows = session.execute(
        select(deliveries.c.channel, deliveries.c.state, deliveries.c.reason)
        .where(deliveries.c.user_id == user_id)
        .order_by(deliveries.c.id)
    )
    return [tuple(row) for row in rows]


def numbers(session: Session, stream: str) -> list[int]:
    entries = table(StreamEntry)
    query = select(entries.c.seq).where(entries.c.stream_id == stream).order_by(entries.c.seq)
    return list(session.execute(query).scalars())
