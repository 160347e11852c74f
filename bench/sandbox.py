"""How many messages a second the sandbox takes.

    python -m bench.sandbox [--seconds 5] [--connections 8] [--database FILE] [--shares]

The sandbox runs in a process of its own; here are its clients, on keep-alive connections that send form
requests as a bot does and read each answer before the next. Both processes share the machine's cores, so
the figure is what a test on this machine can count on, not what the sandbox could do alone.
"""

import argparse
import asyncio
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sandbox.client import FaultKind, SandboxClient
from sandbox.settings import DEFAULT_TOKEN

PROJECT = Path(__file__).resolve().parent.parent
PEOPLE = range(7001, 7033)
TEXT = "<b>Milk</b> is low: 1 left, you want at least 2. Use /shopping to see what to buy."
SHARES: dict[FaultKind, float] = {"429": 0.05, "5xx": 0.05, "html_502": 0.05}


def request(person: int) -> bytes:
    """Return a sendMessage as a form."""
    body = urlencode({"chat_id": person, "text": TEXT, "parse_mode": "HTML"}).encode()
    head = (
        f"POST /bot{DEFAULT_TOKEN}/sendMessage HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def send_until(end: float, address: str, worker: int) -> int:
    """Return how many requests one connection got answered."""
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    requests = [request(person) for person in PEOPLE]
    count = 0
    while time.monotonic() < end:
        writer.write(requests[(worker + count) % len(requests)])
        head = await reader.readuntil(b"\r\n\r\n")
        length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
        await reader.readexactly(int(length))
        count += 1
    writer.close()
    return count


async def main(seconds: float, connections: int, database: str | None, shares: bool) -> None:
    options = ["--database", database] if database else []
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", *options, cwd=PROJECT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    address = (await process.stdout.readline()).decode().strip()
    try:
        async with SandboxClient(address) as sandbox:
            for person in PEOPLE:
                await sandbox.add_person(person, f"Person {person}")
                await sandbox.write(person, "/start")
            if shares:
                await sandbox.plan(1, SHARES)
        begin = time.monotonic()
        counts = await asyncio.gather(
            *(send_until(begin + seconds, address, worker) for worker in range(connections))
        )
        took = time.monotonic() - begin
    finally:
        process.terminate()
        await process.wait()
    print(f"{sum(counts) / took:.0f} requests/s on {connections} connections ({sum(counts)} in {took:.1f} s)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--database")
    parser.add_argument("--shares", action="store_true", help="with faults by share")
    arguments = parser.parse_args()
    asyncio.run(main(arguments.seconds, arguments.connections, arguments.database, arguments.shares))
