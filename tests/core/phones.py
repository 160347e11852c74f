"""A channel that keeps what it was given, and can be told to refuse."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from core.models import ChannelName
from core.wording import sentences
from core.wording.channels import Composed, Line, Outgoing, Recap
from core.wording.charts import UsedAndWasted


class Phones:
    """Accepts messages into `received`; the next sends fail with `failures`, or wait for `gate`.

    While it is `down`, everything fails. What is composed carries its `picture`; of an `unspeakable` word
    nothing can be composed.
    """

    name = ChannelName.TELEGRAM

    def __init__(self) -> None:
        self.received: list[tuple[int, str]] = []
        self.calls: list[Outgoing] = []
        self.picture: UsedAndWasted | None = None
        self.unspeakable: str | None = None
        self.probes = 0
        self.failures: list[Exception] = []
        self.down: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.called = asyncio.Event()

    def compose(
        self, message_id: UUID, lines: Sequence[Line], most: int, recap: Recap | None = None
    ) -> Composed:
        first = [sentences.recapped(recap)] if recap is not None else []
        text = "\n".join([*first, *(sentences.told(line) for line in lines[:most])])
        if self.unspeakable is not None and self.unspeakable in text:
            raise KeyError(text)
        return Composed(text, picture=self.picture)

    async def turn(self, message: Outgoing) -> None:
        """There is no other pace than that of the chats."""

    async def probe(self) -> None:
        self.probes += 1
        if self.down is not None:
            raise self.down

    async def send(self, message: Outgoing) -> int:
        self.calls.append(message)
        self.called.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.down is not None:
            raise self.down
        if self.failures:
            raise self.failures.pop(0)
        self.received.append((int(message.address), message.text))
        return len(self.received)

    def of(self, person: int) -> list[str]:
        return [text for address, text in self.received if address == person]
