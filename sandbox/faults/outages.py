"""Outages: Telegram is down, and every call of the Bot API is refused."""

from typing import Any, Literal

from sandbox.calls import CallRecord
from sandbox.faults.fault import Fault

OutageKind = Literal["html_502", "html_504", "5xx", "reset_before"]


class Outage:
    """Whether Telegram is down now, and who called during the latest outage. The port listens meanwhile."""

    def __init__(self) -> None:
        self._kind: OutageKind | None = None
        self._calls: list[CallRecord] = []

    def begin(self, kind: OutageKind) -> None:
        """Refuse every call in this way, and count them anew."""
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
        return Fault(self._kind)

    def report(self) -> dict[str, Any]:
        """How calls are refused now, or None, and the calls of the latest outage in their order."""
        calls = [{"at": call.at, "method": call.method, "chat_id": call.chat_id} for call in self._calls]
        return {"kind": self._kind, "calls": calls}
