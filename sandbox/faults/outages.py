"""Outages: Telegram is down and refuses every Bot API call."""

from typing import Any

from sandbox.calls import CallRecord
from sandbox.faults.fault import Fault
from sandbox.records import OutageKind


class Outage:
    """Whether Telegram is down now, and who called during the latest outage. The port keeps listening."""

    def __init__(self) -> None:
        self._kind: OutageKind | None = None
        self._calls: list[CallRecord] = []

    def begin(self, kind: OutageKind) -> None:
        """Refuse every call in this way, and start a new list of calls."""
        self._kind = kind
        self._calls = []

    def end(self) -> None:
        """Answer again."""
        self._kind = None

    def take(self, record: CallRecord) -> Fault | None:
        """The fault that this call suffers if Telegram is down; the call is kept."""
        if self._kind is None:
            return None
        self._calls.append(record)
        return Fault(kind=self._kind)

    def report(self) -> dict[str, Any]:
        """How calls are refused now, or None, and the calls of the latest outage in order."""
        calls = [{"at": call.at, "method": call.method, "chat_id": call.chat_id} for call in self._calls]
        return {"kind": self._kind, "calls": calls}
