"""What the killed processes wrote down: one file that all append to, a line for each step."""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from core.db import Database

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """A step of a process: `what` it was about is a message's id, or what was changed."""

    at: float
    pid: int
    step: str
    what: str


class Journal:
    """A line is with the operating system when `note` returns, so it outlives the process."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def note(self, step: str, what: object = "") -> None:
        os.write(self._descriptor, f"{time.time():.6f} {os.getpid()} {step} {what}\n".encode())

    def read(self) -> Iterator[Entry]:
        for line in self._file.read_text().splitlines():
            at, pid, step, what = line.split(" ", 3)
            yield Entry(float(at), int(pid), step, what)


class WatchedTransactions:
    """Transactions that write down when they begin and when they are committed."""

    def __init__(self, database: Database, journal: Journal) -> None:
        self._database = database
        self._journal = journal

    async def write(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        what: Any = getattr(args[0], "id", "") if args else ""
        self._journal.note(f"begin-{function.__name__}", what)
        result = await self._database.write(function, *args, **kwargs)
        self._journal.note(f"end-{function.__name__}", what)
        return result

    async def read(
        self, function: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._database.read(function, *args, **kwargs)
