"""Faults on demand: what a test makes the next calls suffer."""

from dataclasses import dataclass
from typing import Literal, get_args

FaultKind = Literal["429", "5xx", "timeout", "timeout_after", "reset_before", "reset_after", "html_502"]
KINDS: tuple[str, ...] = get_args(FaultKind)
AFTER = {"timeout_after", "reset_after"}


@dataclass
class Fault:
    """A fault for the next `count` calls that match; `method` and `chat` None match any.

    `429` answers with `retry_after`; `5xx` with JSON of status 500; `html_502` with a gateway's HTML;
    `timeout` never answers and does nothing; `timeout_after` does it and never answers;
    `reset_before` and `reset_after` cut the connection before or after it was done.
    """

    kind: FaultKind
    count: int
    method: str | None
    chat: int | None
    retry_after: int


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
