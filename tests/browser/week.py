"""A week of the demo household, for pictures of what only time brings."""

import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import migrations
from core.actors import Actor, Face
from core.db import Database, table
from core.households import households
from core.inventory import catalog, stock
from core.models import Chat
from core.settings import preferences
from sandbox.client import SandboxClient
from stockbell import demo
from tests.stories.town import settings_for, stockbell
from tests.support.hands import Hands
from tests.support.sandboxes import sandbox_at

# In Berlin it is ten in the morning of a Monday.
BEGINS = datetime(2026, 6, 1, 8, tzinfo=UTC)
# By day: what Alice and Bob used, and what they threw away.
WEEK = (
    (("Milk", "Eggs"), ()),
    (("Milk", "Coffee beans", "Bread rolls"), ("Hummus",)),
    (("Pasta", "Canned tomatoes", "Cheddar"), ()),
    (("Milk", "Carrots"), ("Spinach",)),
    (("Eggs", "Butter", "Bread rolls", "Flour"), ()),
    (("Pasta", "Chicken breast", "Peas", "Eggs"), ("Greek yogurt",)),
    (("Canned tomatoes", "Bread rolls"), ()),
)


@contextlib.asynccontextmanager
async def after_a_week(folder: Path, hands: Hands) -> AsyncIterator[tuple[str, Database]]:
    """Live a week, and run everything on the Monday after it, just past the hour of Alice's weekly digest.

    The block gets the address of the phones, and the database.
    """
    url = f"sqlite:///{folder / 'week.db'}"
    migrations.upgrade(url)
    async with sandbox_at(folder / "sandbox.db") as address, SandboxClient(address) as phones:
        settings = settings_for(url, address, folder)
        database = Database(url)
        await demo.make(database, settings)
        await demo.hand_out_phones(phones)
        await database.write(_ask_for_the_week)
        for day, (used, wasted) in enumerate(WEEK):
            hands.turn(to=BEGINS + timedelta(days=day, hours=1))
            await database.write(_live, used, wasted)
        hands.turn(to=BEGINS.replace(hour=7) + timedelta(days=7))
        async with stockbell(settings):
            yield address, database
        database.dispose()


def who(session: Session, telegram_id: int) -> Actor:
    chats = table(Chat)
    query = select(chats.c.user_id).where(chats.c.telegram_id == telegram_id)
    return Actor(session.execute(query).scalar_one(), Face.TELEGRAM)


def _ask_for_the_week(session: Session) -> None:
    for person in (demo.ADMIN, demo.MEMBER):
        topics = ["weeklyInventoryReport"] if person is demo.ADMIN else []
        preferences.change(session, who(session, person.telegram_id), {"topics": topics})


def _live(session: Session, used: tuple[str, ...], wasted: tuple[str, ...]) -> None:
    alice, bob = who(session, demo.ADMIN.telegram_id), who(session, demo.MEMBER.telegram_id)
    [home] = households.of_person(session, alice.user_id)
    ids = {item.name: item for item in catalog.everything(session, alice, home.id)}
    for place, name in enumerate(used):
        item = ids[name]
        stock.consume(session, (alice, bob)[place % 2], home.id, item.id, min(1000, item.quantity // 2))
    for name in wasted:
        stock.waste(session, bob, home.id, ids[name].id, ids[name].quantity, "spoiled")


def hear_alerts_but_not_at_night(session: Session) -> None:
    """Let Alice hear what runs low, except from ten to half past seven."""
    quiet = {"quiet_enabled": True, "quiet_start": "22:00", "quiet_end": "07:30"}
    values = {"topics": ["lowStock"], **quiet}
    preferences.change(session, who(session, demo.ADMIN.telegram_id), values)
