"""Faults: the ways a call can go wrong, and the ones queued by count."""

from pydantic import BaseModel, Field

from sandbox.records import FaultKind


class Fault(BaseModel):
    """A fault for the next `count` calls that match; `method` and `chat` match any call when None.

    What the bot gets instead of its answer:

    - `429`: flood control with `retry_after` (seconds); `429_bare`: the same error without parameters;
      `429_empty` and `429_html`: status 429 with no body, or with a gateway's page
    - `401`: as if the token had been revoked; `5xx`: JSON with status 500
    - `html_502`, `html_504`: a gateway's page
    - `timeout`: nothing until the bot gives up, or for `hang` seconds before the connection is cut
    - `reset_before`: the request is read and the connection reset
    - `unreadable_after`: half of the JSON in a complete HTTP response; `truncated_after`: a response that
      ends before its Content-Length

    The call has no effect unless the kind ends in `_after`: then it was carried out before things went wrong.
    """

    kind: FaultKind
    count: int = Field(1, ge=1)
    method: str | None = None
    chat: int | None = None
    retry_after: int = Field(1, ge=1)
    hang: float | None = Field(None, gt=0)

    @property
    def is_after(self) -> bool:
        """Whether the call is carried out anyway, so that the sender cannot tell."""
        return self.kind.endswith("_after")

    def matches(self, method: str, chat_id: int | None) -> bool:
        """Whether a call suffers it. A fault for any method spares the long poll."""
        if self.chat not in (None, chat_id):
            return False
        if self.method is None:
            return method.lower() != "getupdates"
        return self.method.lower() == method.lower()


class Faults:
    """The faults still to come, in the order they were queued."""

    def __init__(self) -> None:
        self._pending: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Queue a fault."""
        self._pending.append(fault)

    def clear(self) -> None:
        """Drop the faults that have not happened yet."""
        self._pending.clear()

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault that this call suffers, or None."""
        for fault in self._pending:
            if fault.matches(method, chat_id):
                fault.count -= 1
                if fault.count <= 0:
                    self._pending.remove(fault)
                return fault
        return None
