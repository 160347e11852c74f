"""What the clock costs when 100,000 people have a daily digest, each at a time of their own.

    python -m bench.digests [--people 100000] [--due 5000]

On a fresh PostgreSQL that writes to the disk at each commit: two people share each household, which has ten
items and some changes of the last day. Printed is how long a tick takes when nothing is due, when one person
is, and when 5,000 are, each beside a transaction that only asks for SELECT 1, in the same run; and which
statements of a tick read a large table without an index.
"""

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, event, select, text
from sqlalchemy.orm import Session

from core import clock, migrations
from core.db import Database, table
from core.inventory import stock
from core.models import ScheduleKind, StreamEntry
from core.operations import due_sends
from core.operations.clock_process import Clock
from core.preferences import schedules
from core.settings import preferences
from tests.core import world
from tests.support.postgres import postgres_server

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
REPEATS = 200
ITEMS, CHANGES = 10, 5
# Below it, reading all of a table is no worse than looking into its index.
LARGE = 10_000
# Everybody and everything is a copy of one person, whose times are spread over the day.
COPIES = """
INSERT INTO users (id, display_name, timezone, created_at)
SELECT md5('user' || n)::uuid, 'Person ' || n, 'Europe/Berlin', :now FROM generate_series(1, :people) n;

INSERT INTO preferences SELECT (p).* FROM (
    SELECT jsonb_populate_record(p, jsonb_build_object(
        'user_id', md5('user' || n)::uuid,
        'preferred_time', to_char(time '00:00' + n % 1440 * interval '1 minute', 'HH24:MI'))) AS p
    FROM preferences p, generate_series(1, :people) n WHERE p.user_id = :user) copies;

INSERT INTO schedules (user_id, kind, weekdays, next_run_at)
SELECT md5('user' || n)::uuid, s.kind, s.weekdays, CASE WHEN s.next_run_at IS NOT NULL
    THEN CAST(:now AS timestamptz) + (1 + n % 1440) * interval '1 minute' END
FROM schedules s, generate_series(1, :people) n WHERE s.user_id = :user;

INSERT INTO households (id, name, timezone, created_at)
SELECT md5('home' || n)::uuid, 'Home ' || n, 'Europe/Berlin', :now FROM generate_series(0, :people / 2) n;

INSERT INTO members (household_id, user_id, role, joined_at)
SELECT md5('home' || n / 2)::uuid, md5('user' || n)::uuid, 'admin',
    CAST(:now AS timestamptz) - interval '9 days'
FROM generate_series(1, :people) n;

INSERT INTO streams (id, epoch, seq)
SELECT 'user:' || md5('user' || n)::uuid, 'bench', 0 FROM generate_series(1, :people) n;

INSERT INTO streams (id, epoch, seq)
SELECT 'household:' || md5('home' || n)::uuid, 'bench', :changes FROM generate_series(0, :people / 2) n;

INSERT INTO items SELECT (i).* FROM (
    SELECT jsonb_populate_record(i, jsonb_build_object(
        'id', md5('item' || n || '.' || k)::uuid, 'household_id', md5('home' || n)::uuid)) AS i
    FROM items i, generate_series(0, :people / 2) n, generate_series(1, :items) k
    WHERE i.id = :item) copies;

INSERT INTO stream_entries (stream_id, seq, type, payload, created_at)
SELECT 'household:' || md5('home' || n)::uuid, k, 'StockMoved', CAST(:payload AS json),
    CAST(:now AS timestamptz) - k * interval '2 hours'
FROM generate_series(0, :people / 2) n, generate_series(1, :changes) k;

INSERT INTO stock_movements SELECT (m).* FROM (
    SELECT jsonb_populate_record(m, jsonb_build_object(
        'id', md5('move' || n || '.' || k)::uuid,
        'household_id', md5('home' || n)::uuid,
        'item_id', md5('item' || n || '.' || k)::uuid,
        'created_at', CAST(:now AS timestamptz) - k * interval '2 hours')) AS m
    FROM stock_movements m, generate_series(0, :people / 2) n, generate_series(1, :changes) k
    WHERE m.kind = 'consumed' AND m.item_id = :item) copies;

UPDATE schedules SET next_run_at = NULL WHERE user_id = :user
"""
MAKE_DUE = """
UPDATE schedules SET next_run_at = :now WHERE (user_id, kind) IN (
    SELECT user_id, kind FROM schedules WHERE kind = 'dailyExpirySum' AND next_run_at > :now
    ORDER BY next_run_at LIMIT :people)
"""


def populate(session: Session, people: int) -> None:
    home = world.build(session)
    daily = {"topics": [ScheduleKind.DAILY_EXPIRY_SUM]}
    preferences.change(session, home.on_web("alice"), daily)
    stock.consume(session, home.on_web("bob"), home.home, home.milk, 1000)
    entries = table(StreamEntry)
    moved = select(entries.c.payload).where(entries.c.type == "StockMoved")
    values = {
        "now": NOW,
        "people": people,
        "items": ITEMS,
        "changes": CHANGES,
        "user": home.alice,
        "item": home.milk,
        "payload": json.dumps(session.execute(moved).scalar_one()),
    }
    for statement in COPIES.split(";"):
        wanted = {name: value for name, value in values.items() if f":{name}" in statement}
        session.execute(text(statement), wanted)
    session.execute(
        text("UPDATE schedules SET next_run_at = NULL WHERE user_id = :user"), {"user": home.alice}
    )


def make_due(session: Session, people: int) -> None:
    """Make the digests of this many people due now."""
    session.execute(text(MAKE_DUE), {"now": NOW, "people": people})


def analyze(session: Session) -> None:
    session.execute(text("ANALYZE"))


def nothing(session: Session) -> None:
    session.execute(text("SELECT 1"))


async def median(act: Callable[[], Awaitable[object]]) -> float:
    seconds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        await act()
        seconds.append(time.perf_counter() - began)
    return statistics.median(seconds)


def explain(session: Session, large: set[str]) -> list[str]:
    """Return the plans of the statements of a run that read a large table without an index."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            seen.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        [first, *_] = schedules.due(session)
        due_sends.run(session, first.user_id, first.kind)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    connection, bad = session.connection(), []
    for statement, parameters in seen:
        lines = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
        if any(f"Seq Scan on {name}" in line for line in lines for name in large):
            bad.append("\n".join([statement, *lines]))
    print(f"  {len(seen)} statements of a run explained, {len(bad)} read a large table without an index")
    first_plan = connection.exec_driver_sql(f"EXPLAIN {seen[0][0]}", seen[0][1]).scalars().all()
    print("  what is due:", *(line.strip() for line in first_plan if "Scan" in line))
    session.rollback()
    return bad


def large_tables(session: Session) -> set[str]:
    large = "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > :large"
    return set(session.execute(text(large), {"large": LARGE}).scalars())


async def measure(url: str, people: int, due: int) -> None:
    migrations.upgrade(url)
    database = Database(url)
    with clock.reading_from(lambda: NOW):
        began = time.perf_counter()
        await database.write(populate, people)
        await database.write(analyze)
        print(f"{people:,} people, made in {time.perf_counter() - began:.0f} s")
        ticking = Clock(database)
        await ticking.run_once()
        base = await median(lambda: database.read(nothing))
        empty = await median(ticking.run_once)
        singles = []
        for _ in range(REPEATS // 4):
            await database.write(make_due, 1)
            began = time.perf_counter()
            assert await ticking.run_once() == 1
            singles.append(time.perf_counter() - began)
        await database.write(make_due, due)
        bad = await database.write(explain, await database.read(large_tables))
        began = time.perf_counter()
        told = await ticking.run_once()
        many = time.perf_counter() - began
    database.dispose()
    report(base, empty, statistics.median(singles), many, told)
    for plan in bad:
        print(plan)


def report(base: float, empty: float, one: float, many: float, told: int) -> None:
    rows = [
        ("a transaction of SELECT 1", base),
        ("a tick with nothing due", empty),
        ("a tick with 1 due", one),
        (f"a tick with {told:,} due", many),
        ("  a person of them", many / told),
    ]
    for name, seconds in rows:
        print(f"  {name:26} {seconds * 1000:10.2f} ms  {seconds / base:10.1f} x SELECT 1")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=5_000)
    chosen = parser.parse_args()
    with postgres_server(durable=True) as url:
        asyncio.run(measure(url, chosen.people, chosen.due))


if __name__ == "__main__":
    main()
