"""What the web API does in a second, beside what the same server does when there is nothing to do.

    python -m bench.api [--seconds 10] [--connections 32]

One `stockbell web` on a fresh SQLite database, then one on a fresh PostgreSQL; a household with 1,000 items
and 100 members among twenty others; and in a third process the load: so many connections, each asking again
when it is answered. Printed are answers a second, the 95th percentile, the SQL statements of a call, and the
ratio of each to GET /health of the same server in the same run.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from pydantic import SecretStr
from sqlalchemy.orm import Session

from api.app import create_app
from api.tokens import AccessTokens
from bench.load import Plan
from bench.processes import PROJECT, SECRET, process
from core import migrations
from core.accounts import accounts
from core.actors import Actor, Face
from core.config import Settings
from core.db import Database
from core.households import households, members
from core.inventory import stock
from core.models import Role
from core.settings import preferences
from core.wake import Wake
from tests.support.postgres import postgres_server
from tests.support.serving import serving
from tests.support.statements import noting_statements

ITEMS, MEMBERS, NEIGHBOURS = 1000, 100, 20
ITEMS_OF_NEIGHBOURS = 100


@dataclass(frozen=True)
class Home:
    admin: UUID
    household: UUID
    items: list[UUID]
    others: list[UUID]

    @property
    def path(self) -> str:
        return f"/api/v1/households/{self.household}"


@dataclass(frozen=True)
class Call:
    name: str
    method: str
    paths: list[str]
    body: Any = None


def make_home(session: Session, name: str, items: int, size: int) -> Home:
    """Make a household with this many items and members."""
    people = [
        accounts.register(session, f"{name}{number}@bench.example", "signs in with a token", name, "UTC").id
        for number in range(size)
    ]
    admin = Actor(people[0], Face.WEB)
    home = households.create(session, admin, name, None, "UTC").id
    columns = {"quantity": 1_000_000_000, "unit": "g", "location": "pantry", "category": "Dry"}
    made = [
        stock.add(session, admin, home, {"name": f"Item {number}", **columns}).item.id
        for number in range(items)
    ]
    for person in people[1:]:
        members.join(session, Actor(person, Face.WEB), home, Role.MEMBER)
    return Home(people[0], home, made, people[1:])


def listen(session: Session, people: list[UUID]) -> None:
    """Let people hear of everything that others do."""
    for person in people:
        preferences.change(session, Actor(person, Face.WEB), {"topics": ["memberActivity"]})


def calls_of(home: Home) -> list[Call]:
    items = [f"{home.path}/items/{item}" for item in home.items]
    return [
        Call("GET /health", "GET", ["/health"]),
        Call("list 50 of 1,000 items", "GET", [f"{home.path}/items"]),
        Call("get an item", "GET", items),
        Call("consume", "POST", [f"{item}/consume" for item in items], {"quantity": 0.001}),
    ]


async def load(base: str, token: str, call: Call, seconds: float, connections: int) -> dict[str, Any]:
    """Run the load generator and return what it saw."""
    at = urlsplit(base)
    plan = Plan(
        host=str(at.hostname),
        port=at.port or 80,
        token=token,
        method=call.method,
        paths=call.paths,
        body=call.body,
        connections=connections,
        seconds=seconds,
    )
    generator = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.load",
        cwd=PROJECT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await generator.communicate(json.dumps(asdict(plan)).encode())
    outcome: dict[str, Any] = json.loads(output)
    assert set(outcome["statuses"]) == {"200"}, outcome["statuses"]
    return outcome


async def count_statements(url: str, token: str, call: Call) -> int:
    """Serve the same database in this process, and count what a call asks it."""
    settings = Settings(_env_file=None, database_url=url, jwt_secret=SecretStr(SECRET))
    wake = Wake()
    database = Database(url, on_commit=wake)
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        serving(create_app(settings, database, wake)) as base,
        httpx.AsyncClient(base_url=base) as http,
    ):
        with noting_statements() as seen:
            answer = await http.request(call.method, call.paths[0], json=call.body, headers=headers)
            answer.raise_for_status()
    database.dispose()
    return len(seen)


@dataclass(frozen=True)
class Row:
    """How a call did. `p95` is in seconds."""

    name: str
    rate: float
    p95: float
    statements: int


async def row_of(base: str, url: str, token: str, call: Call, seconds: float, connections: int) -> Row:
    statements = await count_statements(url, token, call)
    outcome = await load(base, token, call, seconds, connections)
    latencies = sorted(outcome["latencies"])
    p95 = latencies[len(latencies) * 95 // 100]
    return Row(call.name, len(latencies) / outcome["seconds"], p95, statements)


async def measure(name: str, url: str, folder: str, seconds: float, connections: int) -> None:
    migrations.upgrade(url)
    database = Database(url)
    home = database.write_now(make_home, "home", ITEMS, MEMBERS)
    for number in range(NEIGHBOURS):
        database.write_now(make_home, f"neighbour{number}x", ITEMS_OF_NEIGHBOURS, 2)
    token = AccessTokens(SECRET.encode()).issue(home.admin)
    health, *calls = calls_of(home)
    told = replace(calls[-1], name=f"consume, {len(home.others)} are told")
    settings = {"DATABASE_URL": url, "DATA_DIR": folder, "JWT_SECRET": SECRET, "TELEGRAM_BOT_TOKEN": ""}
    with (Path(folder) / "web.log").open("wb") as log:
        async with process("web", "web API is on", settings, log=log) as base:
            rows = [await row_of(base, url, token, call, seconds, connections) for call in (health, *calls)]
            database.write_now(listen, home.others)
            rows.append(await row_of(base, url, token, told, seconds, connections))
    database.dispose()
    report(name, rows, connections)


def report(name: str, rows: list[Row], connections: int) -> None:
    print(f"{name}, {connections} connections")
    peer = rows[0]
    for row in rows:
        figures = f"{row.rate:7.0f} /s  p95 {row.p95 * 1000:7.1f} ms  {row.statements:2} statements"
        ratios = f"{row.rate / peer.rate:6.3f} of its rate, {row.p95 / peer.p95:6.1f} x its p95"
        print(f"  {row.name:24} {figures}  {ratios if row is not peer else ''}".rstrip())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if chosen.only != "postgresql":
            url = f"sqlite:///{folder}/bench.db"
            asyncio.run(measure("SQLite", url, folder, chosen.seconds, chosen.connections))
        if chosen.only != "sqlite":
            with postgres_server(durable=True) as url:
                asyncio.run(measure("PostgreSQL", url, folder, chosen.seconds, chosen.connections))


if __name__ == "__main__":
    main()
