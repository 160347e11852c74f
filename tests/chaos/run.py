"""One run: people change stock and alerts go out while whoever does it is killed at random moments."""

import asyncio
import contextlib
import gc
import logging
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from core import clock, migrations
from core.config import Environment, Settings
from core.db import Database
from core.delivery.dispatcher import Dispatcher
from sandbox import __main__ as sandbox_main
from sandbox.client import Acceptance, FaultKind, SandboxClient
from sandbox.settings import DEFAULT_TOKEN
from tests.chaos import evidence, leases, town
from tests.chaos.checker import Checker, Finding
from tests.chaos.evidence import Evidence
from tests.chaos.journal import Entry, Journal, WorkClock
from tests.chaos.leases import Leases
from tests.chaos.planted import PLANTED
from tests.chaos.processes import (
    CALM_LEASE,
    CALM_SEND_TIMEOUT_S,
    LEASE,
    SEND_TIMEOUT_S,
    Office,
    dispatch,
    drain,
    produce,
    retire,
    warmed,
)
from tests.chaos.town import Town
from tests.chaos.victims import Victims
from tests.support.forks import fork

PRODUCERS, DISPATCHERS = 2, 3
SHARES: dict[FaultKind, float] = {"429": 0.05, "5xx": 0.03, "reset_before": 0.02, "reset_after": 0.02}
CALM_SHARES: dict[FaultKind, float] = {"429": 0.05, "5xx": 0.03}
SECRET = DEFAULT_TOKEN.partition(":")[2]


@dataclass(frozen=True)
class Plan:
    """What to do to whom. `bug` names a planted one; `calm`: only producers die, and no answer is lost."""

    url: str
    seed: int
    kills: int
    bug: str | None = None
    calm: bool = False

    @property
    def lease(self) -> timedelta:
        return CALM_LEASE if self.calm else LEASE

    @property
    def send_timeout(self) -> float:
        return CALM_SEND_TIMEOUT_S if self.calm else SEND_TIMEOUT_S

    @property
    def dispatcher(self) -> type[Dispatcher]:
        return PLANTED[self.bug] if self.bug else Dispatcher


@dataclass(frozen=True)
class Report:
    """How it went. `moments` are the steps at which processes were killed, and how often."""

    plan: Plan
    findings: Sequence[Finding]
    counts: dict[str, int]
    moments: dict[str, int]
    seconds: float

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "plan": {**asdict(self.plan), "url": self.plan.url.partition(":")[0]}}


def carry_out(plan: Plan) -> Report:
    """Kill as planned, let what is left be sent, and judge. Call it where no thread and no loop runs."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="stockbell-chaos-") as folder, sandbox() as sandbox_url:
        log_file = Path(folder) / "log"
        with logging_to(log_file):
            seen, faults = _run(plan, sandbox_url, Journal(Path(folder) / "journal"))
        log = log_file.read_text()
    checker = Checker(seen)
    findings = checker.findings()
    if SECRET in log:
        findings.append(Finding("secret", "the bot's token is in the log"))
    findings += [Finding("crashed", line) for line in log.splitlines() if "ended by itself" in line]
    counts = {**_counts(seen, checker), **{f"answers {kind}": times for kind, times in faults.items()}}
    return Report(plan, findings, counts, _moments(seen), round(time.monotonic() - began, 1))


def _run(plan: Plan, sandbox_url: str, journal: Journal) -> tuple[Evidence, dict[str, int]]:
    migrations.upgrade(plan.url)
    ticking = WorkClock(journal)
    settings = settings_for(plan.url, sandbox_url)
    with clock.reading_from(ticking):
        homes = asyncio.run(_begin(plan, sandbox_url))
        database = warmed(plan.url, homes)
        office = Office(database, settings, journal, plan.dispatcher, plan.lease, plan.send_timeout)
        victims = Victims(
            random.Random(plan.seed),
            {
                "producer": lambda seed: produce(database, homes, seed, journal),
                "dispatcher": lambda seed: dispatch(office, ticking, seed),
            },
            journal,
        )
        gc.freeze()
        lasting = []
        for number in range(DISPATCHERS):
            if plan.calm:
                lasting.append(fork(partial(dispatch, office, ticking, f"{number}")))
            else:
                victims.start("dispatcher")
        for _ in range(PRODUCERS):
            victims.start("producer")
        victims.carry_on(plan.kills)
        for pid in lasting:
            retire(pid)
        # What goes wrong in it is in the log.
        os.waitpid(fork(partial(drain, office, ticking() + timedelta(minutes=1))), 0)
        stored, claims, acceptances, faults = asyncio.run(_gather(plan, sandbox_url))
    seen = Evidence(
        homes,
        stored,
        acceptances,
        list(journal.read()),
        Leases(claims, plan.lease),
        victims.killed,
        victims.frozen,
        victims.died,
    )
    return seen, faults


async def _begin(plan: Plan, sandbox_url: str) -> Town:
    database = Database(plan.url)
    try:
        homes = await database.write(town.build)
        await database.write(leases.watch)
    finally:
        database.dispose()
    async with SandboxClient(sandbox_url) as phones:
        for chat in homes.chats.values():
            await phones.add_person(chat, f"Person {chat}", f"person{chat}")
            await phones.write(chat, "/start")
        await phones.plan(plan.seed, CALM_SHARES if plan.calm else SHARES)
    return homes


async def _gather(
    plan: Plan, sandbox_url: str
) -> tuple[evidence.Stored, leases.Claims, list[Acceptance], dict[str, int]]:
    database = Database(plan.url)
    try:
        stored, claims = await database.read(evidence.read), await database.read(leases.read)
    finally:
        database.dispose()
    async with SandboxClient(sandbox_url) as phones:
        return stored, claims, await phones.acceptances(), await phones.stop_plan()


def _counts(seen: Evidence, checker: Checker) -> dict[str, int]:
    states = Counter(row.state for row in seen.stored.deliveries)
    messages = Counter(row.state for row in seen.stored.messages.values())
    copies = [len(copies) for copies in checker.copies.values()]
    steps = Counter(entry.step for entry in seen.journal)
    cut = sum(entry.step == "cut" for entry in seen.journal)
    never = [
        row
        for row in seen.stored.messages.values()
        if row.state == "unconfirmed" and row.id not in checker.copies
    ]
    return {
        "producers killed": sum(role == "producer" for role in seen.killed.values()),
        "dispatchers killed": sum(role == "dispatcher" for role in seen.killed.values()),
        "dispatchers frozen": seen.frozen,
        "changes committed": sum(row.item_version > 1 for row in seen.stored.movements),
        "changes rolled back": steps["rolled-back"],
        "deliveries": len(seen.stored.deliveries),
        **{f"deliveries {state}": states[state] for state in sorted(states)},
        **{f"messages {state}": messages[state] for state in sorted(messages)},
        "messages unconfirmed that never arrived": len(never),
        "answers that came too late": cut,
        "acceptances": len(seen.acceptances),
        "messages that came twice": copies.count(2),
        "messages that came three times": copies.count(3),
    }


def _moments(seen: Evidence) -> dict[str, int]:
    """Return at which steps processes were killed: a dispatcher is at the step furthest on its way."""
    last: dict[int, Entry] = {}
    for entry in seen.journal:
        last[entry.pid] = entry
    moments = Counter[str]()
    for pid, role in seen.killed.items():
        step = last[pid].step if pid in last else "not begun"
        moments[f"{role}: {MOMENTS.get(step, 'between two')}"] += 1
    return dict(sorted(moments.items()))


MOMENTS = {
    "not begun": "starting",
    "begin-change": "in the transaction of a change",
    "begin-claim": "in the claiming transaction",
    "end-claim": "between claim and send",
    "send": "while sending",
    "answer": "between answer and settle",
    "no-answer": "between answer and settle",
    "cut": "between answer and settle",
    "begin-settle": "in the settling transaction",
}


def settings_for(url: str, sandbox_url: str) -> Settings:
    """Return settings that no environment reaches."""
    return Settings(
        _env_file=None,
        environment=Environment.DEVELOPMENT,
        database_url=url,
        jwt_secret=SecretStr("a secret of the tests, 32 bytes or more"),
        telegram_bot_token=SecretStr(DEFAULT_TOKEN),
        telegram_api_base=sandbox_url,
        cors_origins=[],
        default_timezone="UTC",
    )


@contextlib.contextmanager
def sandbox() -> Iterator[str]:
    """Run a sandbox in a process of its own, forked: to load everything anew takes seconds."""
    listening, told = os.pipe()
    pid = fork(partial(_serve_sandbox, told))
    os.close(told)
    with os.fdopen(listening) as address:
        url = address.readline().strip()
    assert url, "the sandbox did not start"
    try:
        yield url
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)


def _serve_sandbox(told: int) -> None:
    os.dup2(told, sys.stdout.fileno())
    sandbox_main.main([])


@contextlib.contextmanager
def logging_to(file: Path) -> Iterator[None]:
    """Write everything to a file, down to DEBUG, but what the database's library says of each statement."""
    handler = logging.FileHandler(file)
    root, library = logging.getLogger(), logging.getLogger("sqlalchemy")
    before, library_before = root.level, library.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    library.setLevel(logging.WARNING)
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(before)
        library.setLevel(library_before)
        handler.close()
