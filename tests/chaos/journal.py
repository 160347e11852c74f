"""What the killed processes wrote down: one file that all append to, a line for each step.

There is no time in it; rather its length is what a run has for a clock. So nothing that the judge concludes
depends on how fast a machine is.
"""

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from core.db import Transactions
from core.wording.channels import Channel, Composed, DeliveryError, Line, Outgoing, Recap
from core.wording.outcomes import Failure

# All lines are as long as this, so that they are counted by the length of the file.
LINE = 100

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """A step of a process: `what` it was about is a message with the fence of its sender, or a change."""

    pid: int
    step: str
    what: str


class Journal:
    """A line is with the operating system when `note` returns, so it outlives the process."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(self, step: str, what: object = "") -> None:
        line = f"{os.getpid()} {step} {what}".ljust(LINE - 1)
        assert len(line) < LINE
        os.write(self._descriptor, f"{line}\n".encode())

    @property
    def steps(self) -> int:
        """How many steps all processes together have taken."""
        return os.fstat(self._descriptor).st_size // LINE

    def read(self) -> Iterator[Entry]:
        for line in self._file.read_text().splitlines():
            pid, step, *what = line.split()
            yield Entry(int(pid), step, " ".join(what))


class WorkClock:
    """A clock that every step of anybody moves on by a second, in all processes alike.

    On a machine that is twice as slow it goes half as fast, so that leases and waits take as many steps.
    """

    def __init__(self, journal: Journal, begins: datetime = datetime(2026, 3, 1, tzinfo=UTC)) -> None:
        self._journal = journal
        self._begins = begins

    def __call__(self) -> datetime:
        return self._begins + timedelta(seconds=self._journal.steps)


class WatchedTransactions:
    """Transactions that write down when they begin and when they are committed."""

    def __init__(self, database: Transactions, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def write(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        what = next((_attempt(one) for one in args if isinstance(one, Outgoing)), "")
        self._journal.note(f"begin-{function.__name__}", what)
        result = await self._database.write(function, *args, **kwargs)
        self._journal.note(f"end-{function.__name__}", what)
        return result

    async def read(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._database.read(function, *args, **kwargs)


class WatchedChannel:
    """A channel that writes down when it begins to send, and how that ends.

    answer: it knows what became of the message. no-answer: it knows that it cannot know. cut: none came in
    the `send_timeout` real seconds that a send may take. interrupted: it did not wait for so long.
    """

    def __init__(self, channel: Channel, journal: Journal, send_timeout: float) -> None:
        self.name = channel.name
        self._channel = channel
        self._journal = journal
        self._send_timeout = send_timeout
        self._turns: dict[str, float] = {}

    def compose(
        self, message_id: Any, lines: Sequence[Line], most: int, recap: Recap | None = None
    ) -> Composed:
        return self._channel.compose(message_id, lines, most, recap)

    async def probe(self) -> None:
        await self._channel.probe()

    async def turn(self, message: Outgoing) -> None:
        await self._channel.turn(message)
        # The time that a send may take begins just after this. No machine is so slow that it gets shorter.
        self._turns[_attempt(message)] = asyncio.get_running_loop().time()

    async def send(self, message: Outgoing) -> int | None:
        what = _attempt(message)
        self._journal.note("send", what)
        try:
            number = await self._channel.send(message)
        except DeliveryError as error:
            self._journal.note("no-answer" if error.failure is Failure.AMBIGUOUS else "answer", what)
            raise
        except asyncio.CancelledError:
            waited = asyncio.get_running_loop().time() - self._turns[what]
            self._journal.note("cut" if waited >= self._send_timeout else "interrupted", what)
            raise
        self._journal.note("answer", what)
        return number


def _attempt(message: Outgoing) -> str:
    return f"{message.id} {message.fence}"
