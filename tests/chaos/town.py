"""Several households with several people each, one of whom lives in two, and what they keep.

The name of an item ends with the number of its latest change, so that every text says which one it tells.
"""

import random
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from core.accounts import accounts
from core.actors import Actor, Face
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.guards import access
from core.households import households, members
from core.inventory import stock
from core.models import Role
from core.settings import preferences
from core.telegram import linking

HOMES, PEOPLE, ITEMS = 4, 3, 4
FIRST_CHAT = 7001
MINIMUM = 2000
# Out, low, low, enough, plenty: in thousandths.
QUANTITIES = (0, 500, 1500, 3000, 5000)


@dataclass(frozen=True)
class Home:
    id: UUID
    people: tuple[UUID, ...]
    items: dict[UUID, str]
    """The names, without their number."""


@dataclass(frozen=True)
class Town:
    homes: tuple[Home, ...]
    chats: dict[UUID, int]
    """Each person's Telegram chat."""


class RolledBackError(Exception):
    """Somebody changed their mind before the commit."""


def build(session: Session) -> Town:
    """Make everybody, all of whom want to hear everything."""
    phones: dict[UUID, int] = {}
    homes: list[Home] = []
    for number in range(HOMES):
        people = [_settle_in(session, phones) for _ in range(PEOPLE)]
        admin = Actor(people[0], Face.WEB)
        home = households.create(session, admin, f"Home {number}", None, "UTC").id
        if homes:
            # The first person of all lives everywhere.
            people.append(homes[0].people[0])
        for person in people[1:]:
            members.join(session, Actor(person, Face.WEB), home, Role.MEMBER)
        items = {}
        for place in range(ITEMS):
            name = f"Tin {number}-{place}"
            item = {"name": f"{name} #1", "quantity": 5000, "unit": "pcs", "location": "pantry"}
            made = stock.add(session, admin, home, {**item, "min_quantity": MINIMUM})
            items[made.item.id] = name
        homes.append(Home(home, tuple(people), items))
    return Town(tuple(homes), phones)


def _settle_in(session: Session, phones: dict[UUID, int]) -> UUID:
    chat = FIRST_CHAT + len(phones)
    person = TelegramPerson(chat, f"Person {chat}", f"person{chat}")
    account = accounts.create_without_email(session, person.first_name, "UTC")
    linking.attach(session, chats.greet(session, person).id, account.id, Face.TELEGRAM)
    topics = ["lowStock", "memberActivity"]
    preferences.change(session, Actor(account.id, Face.WEB), {"topics": topics})
    phones[account.id] = chat
    return account.id


def change(session: Session, town: Town, chance: random.Random) -> tuple[UUID, int]:
    """Change the stock of something in some household, and return what, and the number of the change.

    Raises RolledBackError now and then, when all is done but the commit.
    """
    home = chance.choice(town.homes)
    who = Actor(chance.choice(home.people), Face.WEB)
    item_id, name = chance.choice(list(home.items.items()))
    quantity, gives_up = chance.choice(QUANTITIES), chance.random() < 0.1
    before = stock.find(session, access.change(session, who, home.id), item_id)
    if quantity == before.quantity:
        quantity += 1
    number = before.version + 1
    values = {"quantity": quantity, "name": f"{'Ghost' if gives_up else name} #{number}"}
    stock.patch(session, who, home.id, item_id, before.version, values)
    if gives_up:
        raise RolledBackError
    return item_id, number
