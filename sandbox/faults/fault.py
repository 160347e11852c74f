"""Faults: the ways in which a call can go wrong, and those that a test asked for by count."""

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal[
    "429",
    "429_bare",
    "429_empty",
    "429_html",
    "401",
    "5xx",
    "html_502",
    "html_504",
    "html_504_after",
    "timeout",
    "timeout_after",
    "reset_before",
    "reset_after",
    "unreadable_after",
    "truncated_after",
]


@dataclass
class Fault:
    """A fault for the next `count` calls that match; `method` and `chat` None match any.

    What the bot gets instead of its answer:

    - `429`: flood control with `retry_after` (seconds); `429_bare`: the same error without parameters;
      `429_empty` and `429_html`: status 429 with no body, or a gateway's page
    - `401`: as if the token had been revoked; `5xx`: JSON with status 500
    - `html_502`, `html_504`: a gateway's page
    - `timeout`: nothing, until it gives up, or for `hang` seconds, after which the connection is cut
    - `reset_before`: the request is read and the connection reset
    - `unreadable_after`: half of the JSON in a whole HTTP response; `truncated_after`: a response that ends
      before its Content-Length

    Nothing is done of a call, unless the kind ends in `_after`: then it was done before things went wrong.
    """

    kind: FaultKind
    count: int = 1
    method: str | None = None
    chat: int | None = None
    retry_after: int = 1
    hang: float | None = None

    @property
    def is_after(self) -> bool:
        """Whether the call is done all the same, so that its sender cannot tell."""
        return self.kind.endswith("_after")


class Faults:
    """The faults that are still to come, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Queue a fault."""
        self._pending.append(fault)

    def clear(self) -> None:
        """From now on everything works."""
        self._pending.clear()

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that this call suffers, or None. Without a named method, a long poll suffers none."""
        for fault in self._pending:
            if self._matches(fault, method, chat_id):
                fault.count -= 1
                if fault.count <= 0:
                    self._pending.remove(fault)
                return fault
        return None

    @staticmethod
    def _matches(fault: Fault, method: str, chat_id: int | None) -> bool:
        if fault.chat is not None and fault.chat != chat_id:
            return False
        if fault.method is None:
            return method.lower() != "getupdates"
        return fault.method.lower() == method.lower()
