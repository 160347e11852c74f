"""How long a change takes to reach a chat and a live client.

    python -m bench.latency [--seconds 30] [--rate 20] [--sockets 50]

One `stockbell run` on a fresh SQLite database, one sandbox in a process of its own, and here the people: a
household for each socket, in which one person has the socket and makes the changes, and the other a linked
phone. Every change crosses the item's minimum, so each is told to that phone; households take turns, so no
phone gets more than one a second.

Printed are 99th percentiles from the moment of the change (the item's updatedAt, taken before the commit, so
they are upper bounds), beside that of the same HTTP call when it changes nothing (it asks for more than
there is), in the same run.
"""

import argparse
import asyncio
import tempfile
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import httpx
import socketio
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.tokens import AccessTokens
from bench.processes import SECRET, process
from core import migrations
from core.accounts import accounts
from core.actors import Actor, Face
from core.db import Database, table
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.households import households, members
from core.inventory import stock
from core.models import Delivery, Message, Notification, Role
from core.telegram import linking
from sandbox.client import SandboxClient
from sandbox.settings import DEFAULT_TOKEN


@dataclass
class Pair:
    """Two people who share a household with one item: one on the web, one with a phone."""

    on_web: UUID
    household: UUID
    item: UUID
    token: str = ""
    low: bool = False

    @property
    def path(self) -> str:
        return f"/api/v1/households/{self.household}/items/{self.item}"


@dataclass
class Timings:
    """Seconds from a change until it was seen there."""

    http: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    socket: list[float] = field(default_factory=list)


def phone(number: int) -> TelegramPerson:
    return TelegramPerson(10_000 + number, f"Person {number}")


def make_pair(session: Session, number: int) -> Pair:
    ids = []
    for role in ("web", "chat"):
        account = accounts.register(
            session, f"{role}{number}@bench.example", "signs in with a token", role, "UTC"
        )
        ids.append(account.id)
    linking.attach(session, chats.greet(session, phone(number)).id, ids[1], Face.TELEGRAM)
    admin = Actor(ids[0], Face.WEB)
    home = households.create(session, admin, f"Household {number}", None, "UTC").id
    members.join(session, Actor(ids[1], Face.TELEGRAM), home, Role.MEMBER)
    columns = {"name": "Milk", "quantity": 4000, "unit": "l", "location": "fridge", "min_quantity": 2000}
    return Pair(ids[0], home, stock.add(session, admin, home, columns).item.id)


async def connect(base: str, token: str, timings: Timings) -> socketio.AsyncClient:
    client = socketio.AsyncClient(reconnection=False)

    def seen(event: dict[str, Any]) -> None:
        changed = datetime.fromisoformat(event["payload"]["item"]["updatedAt"]).timestamp()
        timings.socket.append(time.time() - changed)

    client.on("item.updated", seen)
    await client.connect(base, auth={"token": token}, transports=["websocket"])
    return client


async def change(http: httpx.AsyncClient, pair: Pair, timings: Timings) -> None:
    """Cross the minimum, down or up, in turn."""
    act = "restock" if pair.low else "consume"
    headers = {"Authorization": f"Bearer {pair.token}"}
    begun = time.perf_counter()
    answer = await http.post(f"{pair.path}/{act}", json={"quantity": 3}, headers=headers)
    timings.http.append(time.perf_counter() - begun)
    answer.raise_for_status()
    pair.low = not pair.low
    begun = time.perf_counter()
    refused = await http.post(f"{pair.path}/consume", json={"quantity": 1000}, headers=headers)
    timings.refused.append(time.perf_counter() - begun)
    assert refused.status_code == 400, refused.text


async def drive(base: str, pairs: list[Pair], timings: Timings, seconds: float, rate: float) -> int:
    """Make changes at a steady rate, however long each takes."""
    async with httpx.AsyncClient(base_url=base, timeout=30) as http, asyncio.TaskGroup() as group:
        number, begun = 0, time.perf_counter()
        while (due := number / rate) < seconds:
            await asyncio.sleep(max(0.0, begun + due - time.perf_counter()))
            group.create_task(change(http, pairs[number % len(pairs)], timings))
            number += 1
    return number


async def chat_latencies(database: Database, phones: SandboxClient) -> list[float]:
    """Return the seconds from each change to the sandbox's receipt of the message that tells it."""
    deliveries, messages, notifications = table(Delivery), table(Message), table(Notification)

    def told(session: Session) -> list[tuple[str, int, datetime]]:
        rows = session.execute(
            select(messages.c.text, messages.c.external_id, notifications.c.created_at)
            .join(deliveries, deliveries.c.message_id == messages.c.id)
            .join(notifications, notifications.c.id == deliveries.c.notification_id)
            .where(deliveries.c.state == "sent")
        )
        return [tuple(row) for row in rows]

    arrived = {
        call.answer["result"]["message_id"]: call.at
        for call in await phones.calls("sendMessage")
        if call.answer and call.answer.get("ok")
    }
    return [arrived[number] - at.timestamp() for _, number, at in await database.read(told)]


def percentile(values: list[float], share: int) -> float:
    return sorted(values)[max(0, -(-len(values) * share // 100) - 1)]


async def measure(seconds: float, rate: float, sockets: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        migrations.upgrade(url)
        database = Database(url)
        pairs = [await database.write(make_pair, number) for number in range(sockets)]
        try:
            async with process("sandbox", "sandbox is on", {"DATA_DIR": folder}) as sandbox:
                await run(sandbox, folder, url, database, pairs, seconds, rate)
        finally:
            database.dispose()


async def run(
    sandbox: str, folder: str, url: str, database: Database, pairs: list[Pair], seconds: float, rate: float
) -> None:
    settings = {"DATABASE_URL": url, "DATA_DIR": folder, "JWT_SECRET": SECRET}
    settings |= {"TELEGRAM_BOT_TOKEN": DEFAULT_TOKEN, "TELEGRAM_API_BASE": sandbox}
    timings = Timings()
    async with SandboxClient(sandbox) as phones:
        for number in range(len(pairs)):
            await phones.add_person(phone(number).telegram_id, phone(number).first_name, None)
            await phones.write(phone(number).telegram_id, "/help")
        async with process("run", "Web API", settings) as base:
            for pair in pairs:
                pair.token = AccessTokens(SECRET.encode()).issue(pair.on_web)
            clients = [await connect(base, pair.token, timings) for pair in pairs]
            for number in range(len(pairs)):
                await phones.wait_for(phone(number).telegram_id, "", timeout=60)
            changes = await drive(base, pairs, timings, seconds, rate)
            # What a chat's own second holds back arrives within two.
            await asyncio.sleep(3)
            for client in clients:
                await client.disconnect()
        chat = await chat_latencies(database, phones)
    report(changes, rate, len(clients), timings, chat)


def report(changes: int, rate: float, sockets: int, timings: Timings, chat: list[float]) -> None:
    print(f"{changes} changes at {rate:g} a second, {sockets} sockets, one process on SQLite")
    rows = [
        ("HTTP call that changes nothing", timings.refused),
        ("HTTP call that changes stock", timings.http),
        ("change to socket arrival", timings.socket),
        ("change to sandbox arrival", chat),
    ]
    base = percentile(timings.refused, 99)
    for name, values in rows:
        half, most = percentile(values, 50), percentile(values, 99)
        figures = f"p50 {half * 1000:6.1f} ms  p99 {most * 1000:6.1f} ms  x{most / base:4.1f}"
        print(f"  {name:32} {figures}  n={len(values)}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--sockets", type=int, default=50)
    chosen = parser.parse_args()
    asyncio.run(measure(chosen.seconds, chosen.rate, chosen.sockets))


if __name__ == "__main__":
    main()
