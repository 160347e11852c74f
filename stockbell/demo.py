"""The demo household: two linked people, one who is not linked yet, and 20 items."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.accounts import accounts
from core.accounts.passwords import Passwords
from core.actors import Actor, Face
from core.config import Settings
from core.db import Transactions, table
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.households import households, members
from core.inventory import stock
from core.models import Role, User
from core.quantities import parse
from core.telegram import linking
from sandbox.client import SandboxClient

PASSWORD = "maple-street-12"  # noqa: S105 - for the demo database, which is local
ADMIN = TelegramPerson(5001, "Alice", "alice")
MEMBER = TelegramPerson(5002, "Bob", "bob")
NEWCOMER = TelegramPerson(5003, "Charlie", "charlie")
HOUSEHOLD = "Maple Street 12"
EMAILS = {ADMIN: "alice@stockbell.example", MEMBER: "bob@stockbell.example"}


@dataclass(frozen=True)
class Sample:
    """An item of the demo; it expires in `days`, and `low` is its minimum."""

    name: str
    quantity: str
    unit: str
    location: str
    category: str
    days: int | None = None
    low: str | None = None


SAMPLES = [
    Sample("Milk", "4", "l", "fridge", "dairy", 6, "2"),
    Sample("Eggs", "10", "pcs", "fridge", "dairy", 12, "6"),
    Sample("Butter", "1", "pcs", "fridge", "dairy", 25, "2"),
    Sample("Greek yogurt", "3", "cups", "fridge", "dairy", 1),
    Sample("Cheddar", "0.35", "kg", "fridge", "dairy", 9),
    Sample("Spinach", "0.2", "kg", "fridge", "vegetables", 0),
    Sample("Chicken breast", "0.6", "kg", "fridge", "meat", 2),
    Sample("Hummus", "1", "cups", "fridge", "spreads", -1),
    Sample("Carrots", "1.2", "kg", "fridge", "vegetables", 10),
    Sample("Peas", "2", "bags", "freezer", "vegetables", 240),
    Sample("Vanilla ice cream", "1", "l", "freezer", "sweets", 120),
    Sample("Bread rolls", "8", "pcs", "freezer", "bakery", 40),
    Sample("Pasta", "5", "packs", "pantry", "dry goods", 400, "2"),
    Sample("Basmati rice", "2.5", "kg", "pantry", "dry goods", 300, "1"),
    Sample("Flour", "0.8", "kg", "pantry", "baking", 150, "1"),
    Sample("Canned tomatoes", "6", "cans", "pantry", "canned goods", 600, "4"),
    Sample("Coffee beans", "0.25", "kg", "pantry", "drinks", 90, "0.5"),
    Sample("Olive oil", "0.75", "l", "pantry", "oils", 280),
    Sample("Toilet paper", "9", "rolls", "bathroom", "household", None, "4"),
    Sample("Dishwasher tabs", "14", "pcs", "utility room", "household", None, "10"),
]


@dataclass(frozen=True)
class Found:
    """Whether the demo is new, and whether its admin can sign in with PASSWORD."""

    new: bool
    can_sign_in: bool


async def make(tx: Transactions, settings: Settings) -> Found:
    """Make the demo people and their household if the database is empty."""
    passwords = Passwords(settings.password_memory_mib)
    password_hash = await asyncio.to_thread(passwords.hash, PASSWORD)
    new = await tx.write(_make, password_hash, settings.default_timezone)
    admin = await tx.read(accounts.credentials, EMAILS[ADMIN])
    kept = None if admin is None else admin.password_hash
    return Found(new, await asyncio.to_thread(passwords.verify, kept, PASSWORD))


async def hand_out_phones(phones: SandboxClient) -> None:
    """Add a phone for each person. The linked ones start the bot, unless they have written to it before."""
    for person in (ADMIN, MEMBER, NEWCOMER):
        await phones.add_person(person.telegram_id, person.first_name, person.username)
    for person in (ADMIN, MEMBER):
        if not await phones.transcript(person.telegram_id):
            await phones.write(person.telegram_id, "/start")


def _make(session: Session, password_hash: str, timezone: str) -> bool:
    """Make the people and their household unless there are people already. Return whether it was done."""
    if session.execute(select(table(User).c.id).limit(1)).first() is not None:
        return False
    admin, member = (
        Actor(
            accounts.register(session, EMAILS[person], password_hash, person.first_name, timezone).id,
            Face.WEB,
        )
        for person in (ADMIN, MEMBER)
    )
    home = households.create(session, admin, HOUSEHOLD, None, timezone)
    members.join(session, member, home.id, Role.MEMBER)
    for actor, person in ((admin, ADMIN), (member, MEMBER)):
        linking.attach(session, chats.greet(session, person).id, actor.user_id, Face.TELEGRAM)
    today = clock.today(timezone)
    for sample in SAMPLES:
        stock.add(session, admin, home.id, _columns(sample, today))
    return True


def _columns(sample: Sample, today: date) -> dict[str, Any]:
    return {
        "name": sample.name,
        "quantity": parse(Decimal(sample.quantity)),
        "unit": sample.unit,
        "location": sample.location,
        "category": sample.category,
        "expiration_date": None if sample.days is None else today + timedelta(days=sample.days),
        "min_quantity": None if sample.low is None else parse(Decimal(sample.low)),
    }
