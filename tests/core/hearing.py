"""What Alice asks to hear, and what happens, for tests about when she is told."""

from typing import Any

from sqlalchemy.orm import Session

from core.db import Database
from core.delivery import history
from core.delivery.dispatcher import Dispatcher
from core.inventory import stock
from core.settings import preferences
from tests.core import world
from tests.core.world import Watch, World

QUIET = {"quiet_enabled": True, "quiet_start": "22:00", "quiet_end": "07:30"}


def settings(session: Session, home: World, values: Any = None, routes: Any = None) -> None:
    preferences.change(session, home.on_web("alice"), values or {}, routes)


def set_quantity(session: Session, home: World, item_id: Any, thousandths: int) -> None:
    stock.patch(session, home.in_chat("bob"), home.home, item_id, None, {"quantity": thousandths})


def add_items(session: Session, home: World, *names: str) -> list[Any]:
    columns = world.milk_columns()
    who = home.in_chat("bob")
    return [stock.add(session, who, home.home, {**columns, "name": name}).item.id for name in names]


async def waits(database: Database, home: World, name: str = "alice") -> list[str | None]:
    """Return what the newest thing waits for, or what became of it, on Telegram."""
    stories = await database.read(history.recent, home.in_chat(name), 1)
    return [one.reason or one.state for one in stories[0].outcomes if one.channel == "telegram"]


async def drain(dispatcher: Dispatcher, watch: Watch) -> None:
    """Send whatever is due, at the pace of a chat."""
    watch.advance(seconds=1)
    while await dispatcher.run_once():
        watch.advance(seconds=11)
