"""A clock for everything that runs in this process."""

import time
from datetime import UTC, datetime


class Hands:
    """A clock that goes on by itself, and whose hands a test may turn."""

    def __init__(self, now: datetime) -> None:
        self._ahead = now - datetime.fromtimestamp(time.time(), UTC)

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC) + self._ahead

    def turn(self, *, to: datetime) -> None:
        self._ahead += to - self()
