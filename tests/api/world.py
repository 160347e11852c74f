"""A world with everything in it, made in one transaction: what a call needs to be valid for an admin.

The keeper is a second admin, so that the first may step down and leave. The outsider has a household of their
own and an invitation to this one; the neighbour is the admin of another household with the same things in it.
"""

from collections.abc import Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Self
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.tokens import AccessTokens
from core import clock, events
from core.accounts import accounts, sign_ins
from core.accounts.passwords import Passwords
from core.actors import Actor, Face
from core.config import Settings
from core.db import Database, table
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.events.streams import of_household, of_user
from core.households import households, invitations, members
from core.inventory import stock
from core.models import Invitation, Notification, Role, Scope, Stream, Watch, WatchLevel
from core.notifications import announcing
from core.settings import watching
from core.shopping import shopping_entries, shopping_lists
from core.telegram import linking
from tests.support.databases import SqliteSnapshot
from tests.support.people import PASSWORD

PEOPLE = ("admin", "keeper", "member", "viewer", "outsider", "neighbour")
NOBODY = "nobody"
ZONE = "Europe/Berlin"
# Worlds share a database: their people must not share addresses, nor their chats numbers.
_numbers = count(1)


@cache
def _password_hash() -> str:
    return Passwords(8).hash(PASSWORD)


@dataclass(frozen=True)
class World:
    """Ids by the names that they have in paths; an entry of a shopping list is `entryId`.

    `notificationId` and `watchId` are the caller's own, so they are found in `notices` and `watches`.
    """

    here: Mapping[str, UUID]
    there: Mapping[str, UUID]
    people: Mapping[str, UUID]
    emails: Mapping[str, str]
    tokens: Mapping[str, str]
    refresh_tokens: Mapping[str, str]
    notices: Mapping[str, UUID]
    watches: Mapping[str, UUID]
    chat_code: str
    """What the bot gave somebody whose chat is not linked."""


async def build(database: Database, settings: Settings, *, linked: str | None = None) -> World:
    """Make a new world; the chat of the person named by `linked` is linked to their account."""
    number = next(_numbers)
    return await database.write(_build, AccessTokens(settings.signing_key()), settings, number, linked)


class Worlds:
    """Worlds that no call has changed. On SQLite one is built, and then the file is as it was."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._settings = settings
        self._built: dict[str | None, tuple[World, SqliteSnapshot]] = {}
        self._kept = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        self._kept.close()

    async def fresh(self, linked: str | None) -> World:
        """Return one in which the chat of the person named by `linked` is linked to their account."""
        if linked in self._built:
            world, snapshot = self._built[linked]
            snapshot.restore()
            return world
        made = await build(self._database, self._settings, linked=linked)
        if self._database.url.startswith("sqlite"):
            self._built[linked] = made, self._kept.enter_context(closing(SqliteSnapshot(self._database.url)))
        return made


def _build(
    session: Session, tokens: AccessTokens, settings: Settings, number: int, linked: str | None
) -> World:
    emails = {name: f"{name}-{number}@example.com" for name in PEOPLE}
    people = {
        name: accounts.register(session, emails[name], _password_hash(), name.title(), ZONE).id
        for name in PEOPLE
    }
    here = _furnish(session, people["admin"], people["keeper"], emails["outsider"])
    for name, role in (("keeper", Role.ADMIN), ("member", Role.MEMBER), ("viewer", Role.VIEWER)):
        members.join(session, _on_web(people[name]), here["householdId"], role)
    there = _furnish(session, people["neighbour"], people["neighbour"], f"nobody-{number}@example.com")
    households.create(session, _on_web(people["outsider"]), "Outside", None, ZONE)
    if linked is not None:
        chat = chats.greet(session, TelegramPerson(2 * number, linked.title(), f"{linked}_{number}"))
        linking.attach(session, chat.id, people[linked], Face.TELEGRAM)
    stranger = chats.greet(session, TelegramPerson(2 * number + 1, "Stranger", f"stranger_{number}"))
    return World(
        here=here,
        there=there,
        people=people,
        emails=emails,
        tokens={name: tokens.issue(user_id) for name, user_id in people.items()},
        refresh_tokens={
            name: sign_ins.open_family(session, user_id).refresh_token for name, user_id in people.items()
        },
        watches={
            **{name: _watch(session, people[name], here) for name in ("admin", "keeper", "member", "viewer")},
            "neighbour": _watch(session, people["neighbour"], there),
        },
        notices={name: _notice(session, user_id) for name, user_id in people.items()},
        chat_code=linking.issue_for_chat(session, settings.signing_key(), stranger).code,
    )


def _on_web(user_id: UUID) -> Actor:
    return Actor(user_id, Face.WEB)


def _furnish(session: Session, owner: UUID, somebody: UUID, invited: str) -> dict[str, UUID]:
    """Make a household with 3 of 4 l of milk left and more on a shopping list; the item's version is 2."""
    who = _on_web(owner)
    home = households.create(session, who, "Home", None, ZONE).id
    columns = {
        "name": "Milk",
        "quantity": 4000,
        "unit": "l",
        "location": "fridge",
        "expiration_date": clock.today(ZONE),
    }
    item = stock.add(session, who, home, columns).item.id
    shopping_list = shopping_lists.create(session, who, home, "Weekend", None).id
    wanted = {"name": "Milk", "quantity": 2000, "unit": "l", "item_id": item}
    return {
        "householdId": home,
        "userId": somebody,
        "itemId": item,
        "movementId": stock.consume(session, who, home, item, 1000).movement_id,
        "listId": shopping_list,
        "entryId": shopping_entries.add(session, who, home, shopping_list, wanted).id,
        "invitationId": invitations.invite(session, who, home, invited, Role.MEMBER).id,
    }


def _watch(session: Session, user_id: UUID, things: Mapping[str, UUID]) -> UUID:
    """Let somebody follow the milk of their household, and return the watch's id."""
    follow = {"level": WatchLevel.FOLLOW}
    who, item = _on_web(user_id), str(things["itemId"])
    watch = watching.put(session, who, things["householdId"], Scope.ITEM, item, follow)
    assert watch is not None
    return watch.id


def _notice(session: Session, user_id: UUID) -> UUID:
    """Tell somebody something, and return the notification's id."""
    announcing.announce_to(session, user_id, events.SignInRevoked(user_id=user_id, at=clock.utcnow()))
    told = table(Notification)
    found: UUID = session.execute(
        select(told.c.id).where(told.c.user_id == user_id, told.c.event == events.SignInRevoked.__name__)
    ).scalar_one()
    return found


def state_of(session: Session, world: World) -> list[tuple[str, str]]:
    """Return what every change of this world leaves a mark on: streams, invitations and watches."""
    streams, asked, watches = table(Stream), table(Invitation), table(Watch)
    homes = [world.here["householdId"], world.there["householdId"]]
    names = [*map(of_household, homes), *map(of_user, world.people.values())]
    marks = session.execute(select(streams.c.id, streams.c.seq).where(streams.c.id.in_(names)))
    invited = session.execute(select(asked.c.id, asked.c.state).where(asked.c.household_id.in_(homes)))
    watched = session.execute(select(watches.c.id, watches.c.level).where(watches.c.household_id.in_(homes)))
    return sorted((str(name), str(mark)) for name, mark in [*marks, *invited, *watched])
