"""The record of every Bot API call."""

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import BotApiError

KEPT = 20_000  # calls: a demo may run for months, a test makes fewer


@dataclass
class CallRecord:
    """One call; `answer` is None while it waits, and if the connection was cut or left silent."""

    id: int
    method: str
    parameters: dict[str, Any]
    at: float = field(default_factory=time.time)
    status: int | None = None
    answer: dict[str, Any] | None = None
    fault: str | None = None

    @property
    def chat_id(self) -> int | None:
        """The chat that the call is for, if it names one by number."""
        try:
            return int(self.parameters["chat_id"])
        except (KeyError, TypeError, ValueError):
            return None

    def refuse(self, error: BotApiError) -> None:
        """Make this error the answer."""
        self.status, self.answer = error.code, error.answer()


class CallLog:
    """The newest calls, in the order they arrived, without the token."""

    def __init__(self) -> None:
        self._records: deque[CallRecord] = deque(maxlen=KEPT)
        self._count = 0

    def begin(self, method: str, parameters: dict[str, Any]) -> CallRecord:
        """Record a call that has just arrived."""
        self._count += 1
        record = CallRecord(self._count, method, parameters)
        self._records.append(record)
        return record

    def records(self, method: str | None) -> list[CallRecord]:
        """The calls of one method, or all of them."""
        return [r for r in self._records if method is None or r.method.lower() == method.lower()]
