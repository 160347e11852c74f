"""A load generator in a process of its own: so many connections, each asking again when it is answered.

It reads a plan from its standard input, as JSON, and prints what came of it, as JSON. It speaks just enough
HTTP/1.1 to cost little itself.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class Plan:
    """Which requests to make, in turn, over how many connections, for how long."""

    host: str
    port: int
    token: str
    method: str
    paths: list[str]
    body: Any = None
    connections: int = 32
    seconds: float = 10


@dataclass
class Outcome:
    seconds: float
    latencies: list[float] = field(default_factory=list)
    statuses: dict[str, int] = field(default_factory=dict)


def request(plan: Plan, path: str) -> bytes:
    body = b"" if plan.body is None else json.dumps(plan.body).encode()
    lines = [
        f"{plan.method} {path} HTTP/1.1",
        f"Host: {plan.host}:{plan.port}",
        f"Authorization: Bearer {plan.token}",
        f"Content-Length: {len(body)}",
        "Content-Type: application/json",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes) -> int:
    """Make one request, read its answer to the end, and return its status."""
    writer.write(sent)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = head.partition("content-length:")[2].partition("\r\n")[0]
    await reader.readexactly(int(length or 0))
    return int(head.split(" ", 2)[1])


async def run(plan: Plan) -> Outcome:
    requests = [request(plan, path) for path in plan.paths]
    latencies: list[float] = []
    statuses: Counter[str] = Counter()
    begun = time.perf_counter()

    async def one(number: int) -> None:
        reader, writer = await asyncio.open_connection(plan.host, plan.port)
        while (now := time.perf_counter()) < begun + plan.seconds:
            statuses[str(await ask(reader, writer, requests[number % len(requests)]))] += 1
            latencies.append(time.perf_counter() - now)
            number += plan.connections
        writer.close()

    await asyncio.gather(*(one(number) for number in range(plan.connections)))
    return Outcome(time.perf_counter() - begun, latencies, dict(statuses))


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(run(Plan(**json.load(sys.stdin)))))))
