"""The live feed: tails the streams of this process's sockets and emits to their rooms.

A room has the name of its stream. One lock orders everything that is emitted: a client that connects gets
what it missed before anything new, nothing twice, with no gaps.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import socketio

from api.sockets import tail, wire
from api.sockets.audience import Audience
from api.sockets.tail import LONGEST_REPLAY, Sight
from api.sockets.wire import LiveEvent
from core import events
from core.actors import Actor
from core.db import Transactions
from core.errors import Unavailable
from core.events import streams
from core.events.streams import Entry, Position
from core.wake import Beat, Listener

log = logging.getLogger(__name__)


class Feed:
    """One per process. `_sent` holds the last position sent to the room of each tailed stream."""

    def __init__(self, server: socketio.AsyncServer, tx: Transactions, beat: Beat) -> None:
        self._audience = Audience(server)
        self._tx = tx
        self._beat = beat
        self._lock = asyncio.Lock()
        self._sent: dict[str, Position] = {}

    @property
    def open_sockets(self) -> int:
        """How many sockets are connected here."""
        return self._audience.size

    @asynccontextmanager
    async def running(self, listener: Listener) -> AsyncIterator[None]:
        """Emit what was committed, after each wake-up, while the block runs."""
        task = asyncio.create_task(self._run(listener))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _run(self, listener: Listener) -> None:
        while True:
            try:
                async with self._lock:
                    await self._catch_up(list(self._sent))
                await self._beat()
            except Unavailable as error:
                log.warning("The live feed waits: %s", error)
            except Exception:
                log.exception("The live feed failed; it continues from where it was")
                await self._beat("The live feed failed; see the log of the web process.")
            await listener.wait()

    async def join(self, sid: str, who: Actor, since: Mapping[str, Position]) -> None:
        """Let a newly connected socket follow what its user may see.

        It gets `connected`, then what it missed since it was last connected, then what is new.
        """
        try:
            async with self._lock:
                await self._join(sid, who, since)
        except Exception:
            log.exception("A socket could not be served; it has to connect again")
            await self._audience.drop(sid)

    async def _join(self, sid: str, who: Actor, since: Mapping[str, Position]) -> None:
        sight = await self._tx.read(tail.sight_of, who.user_id)
        if sight is None:
            await self._audience.drop(sid)
            return
        # Another process may have sent this client entries that our rooms have not had yet.
        await self._catch_up([stream for stream in sight.positions if stream in self._sent])
        here = {stream: self._sent.get(stream, there) for stream, there in sight.positions.items()}
        if not await self._audience.admit(sid, list(here)):
            return
        self._sent |= here
        replay = {stream: since[stream] for stream in here if stream in since}
        await self._welcome(sid, who, sight, here | replay)
        await self._replay(sid, replay, here)

    async def _welcome(self, sid: str, who: Actor, sight: Sight, begin: Mapping[str, Position]) -> None:
        body = {
            "userId": str(who.user_id),
            "households": [str(household_id) for household_id in sight.households],
            "streams": wire.positions(begin),
        }
        await self._audience.tell(sid, LiveEvent("connected", body))

    async def _replay(self, sid: str, since: Mapping[str, Position], here: Mapping[str, Position]) -> None:
        """Send one socket what lies between its own positions and those of its rooms."""
        left = LONGEST_REPLAY
        for stream, cursor in since.items():
            now = here[stream]
            missed = await self._missed(stream, cursor, now, left)
            if missed is None:
                await self._audience.tell(sid, wire.resync(stream, now))
                continue
            left -= len(missed)
            for entry in missed:
                await self._audience.tell(sid, self._live(entry))

    async def _missed(
        self, stream: str, cursor: Position, now: Position, most: int
    ) -> Sequence[Entry] | None:
        """Return the entries after the cursor up to `now`, or None when they cannot all be sent."""
        if cursor.epoch != now.epoch or not 0 <= now.seq - cursor.seq <= most:
            return None
        if cursor.seq == now.seq:
            return []
        found = await self._tx.read(streams.read_after, {stream: cursor.seq}, LONGEST_REPLAY)
        missed = [entry for entry in found if entry.seq <= now.seq]
        return missed if len(missed) == now.seq - cursor.seq else None

    def leave(self, sid: str) -> None:
        """Forget a socket, and the streams that nobody here follows anymore."""
        for stream in self._audience.dismiss(sid):
            self._sent.pop(stream, None)

    async def _catch_up(self, names: Sequence[str]) -> None:
        """Send the rooms of these streams everything that has been committed."""
        more = True
        while more:
            cursors = {name: self._sent[name] for name in names if name in self._sent}
            if not cursors:
                return
            unsent = await self._tx.read(tail.unsent, cursors)
            more = unsent.more
            for stream in unsent.gone:
                self._sent.pop(stream, None)
                if streams.is_personal(stream):
                    # The account was deleted: its sockets get nothing more, not even what this read found.
                    await self._audience.expel(stream)
            for stream, now in unsent.broken.items():
                await self._tell(stream, now, wire.resync(stream, now))
            for entry in unsent.entries:
                await self._follow(entry)
                await self._tell(entry.stream, Position(entry.epoch, entry.seq), self._live(entry))

    async def _tell(self, stream: str, position: Position, live: LiveEvent) -> None:
        await self._audience.tell(stream, live)
        if stream in self._sent:
            self._sent[stream] = position

    def _live(self, entry: Entry) -> LiveEvent:
        try:
            live = wire.of_entry(entry)
        except Exception:
            # An entry of a newer release must not stop the stream.
            log.exception("Entry %s of %s cannot be told", entry.seq, entry.stream)
            return wire.resync(entry.stream, Position(entry.epoch, entry.seq))
        if live.name == "household.joined":
            room = streams.of_household(live.body["payload"]["householdId"])
            begin = {room: self._sent[room]} if room in self._sent else {}
            return LiveEvent(live.name, {**live.body, "streams": wire.positions(begin)})
        return live

    async def _follow(self, entry: Entry) -> None:
        """Let a person's sockets follow a household that they joined, and no longer one that they left."""
        if not streams.is_personal(entry.stream):
            return
        if entry.type == events.MemberJoined.__name__:
            room = streams.of_household(entry.payload["household_id"])
            if room not in self._sent:
                self._sent |= await self._tx.read(streams.positions, [room])
            await self._audience.let_in(entry.stream, room)
        elif entry.type == events.MemberLeft.__name__:
            room = streams.of_household(entry.payload["household_id"])
            if await self._audience.let_out(entry.stream, room):
                self._sent.pop(room, None)
