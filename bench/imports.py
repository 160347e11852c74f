"""How long an import of many items takes, beside adding them one by one.

    python -m bench.imports [--lines 10000] [--database URL]

Reading the file, importing it as new items, importing it again unchanged and with every quantity changed, and
exporting it, each through the functions that the web API calls; then, in the same run, the same items one by
one, a transaction each, as many clients would send them. The database is a fresh SQLite file unless another,
empty one is named.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from core import migrations
from core.accounts import accounts
from core.actors import Actor, Face
from core.db import Database
from core.households import households, members
from core.inventory import catalog, csv_items, imports, stock
from core.inventory.csv_items import CsvRow, ItemsFile
from core.models import Role

HEADER = "name;quantity;unit;location;category;bestBeforeDate;price;notes;minQuantity;barcode"
MEMBERS = 4


def home(session: Session) -> tuple[Actor, UUID]:
    """Make a household of a few people, and return its admin."""
    made = [
        accounts.register(session, f"{number}@bench.example", "no hash", f"Person {number}", "UTC").id
        for number in range(MEMBERS)
    ]
    admin = Actor(made[0], Face.WEB)
    household = households.create(session, admin, "Home", None, "UTC").id
    for person in made[1:]:
        members.join(session, Actor(person, Face.WEB), household, Role.MEMBER)
    return admin, household


def file_of(lines: int, quantity: int) -> bytes:
    rows = (
        f"Item {number};{quantity},5;pcs;pantry;Food;2030-01-{number % 28 + 1:02};1,29;bought {number};2;"
        f"40012{number:08}"
        for number in range(lines)
    )
    return "\n".join([HEADER, *rows]).encode()


async def timed(what: str, work: Callable[[], Awaitable[Any]]) -> Any:
    begun = time.perf_counter()
    result = await work()
    print(f"  {what:40} {time.perf_counter() - begun:6.2f} s")
    return result


async def one_by_one(database: Database, who: Actor, household: UUID, lines: list[CsvRow]) -> None:
    for line in lines:
        await database.write(stock.add, who, household, {**line.values, "location": "cellar"})


async def measure(url: str, lines: int) -> None:
    migrations.upgrade(url)
    database = Database(url)
    print(f"{lines:,} items, a household of {MEMBERS}, {url.partition(':')[0]}")
    try:
        who, household = await database.write(home)

        async def reading(quantity: int) -> ItemsFile:
            return await asyncio.to_thread(csv_items.read, file_of(lines, quantity))

        first = await timed("read the file", lambda: reading(7))
        changed = await reading(8)
        for what, file in (
            ("as new items", first),
            ("unchanged", first),
            ("every quantity changed", changed),
        ):
            carry_out = partial(database.write, imports.carry_out, who, household, file)
            await timed(f"import {what}", carry_out)
        items = await timed("export: load", lambda: database.read(catalog.everything, who, household))
        await timed("export: write", lambda: asyncio.to_thread(csv_items.write, items))
        await timed("one by one", lambda: one_by_one(database, who, household, list(first.lines)))
    finally:
        database.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=csv_items.MOST_LINES)
    parser.add_argument("--database", metavar="URL")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(chosen.database or f"sqlite:///{folder}/bench.db", chosen.lines))


if __name__ == "__main__":
    main()
