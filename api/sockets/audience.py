"""The sockets of this process: which rooms each is in, and what is said to them."""

import logging
from collections.abc import Iterable, Sequence

import socketio
from engineio.async_socket import AsyncSocket

from api.sockets.wire import LiveEvent

log = logging.getLogger(__name__)

NAMESPACE = "/"
# engineio queues without bound for a client that does not read.
MOST_QUEUED = 1000


class Audience:
    """Rooms are streams. What is said to a room is said to all of its sockets, in order."""

    def __init__(self, server: socketio.AsyncServer) -> None:
        self._server = server
        self._rooms: dict[str, set[str]] = {}
        self._sockets: dict[str, set[str]] = {}

    @property
    def size(self) -> int:
        """How many sockets there are."""
        return len(self._sockets)

    async def admit(self, sid: str, rooms: Sequence[str]) -> bool:
        """Put a connected socket into its rooms; False when it has disconnected meanwhile."""
        if not self._server.manager.is_connected(sid, NAMESPACE):
            return False
        self._sockets[sid] = set()
        for room in rooms:
            await self._enter(sid, room)
        return True

    async def _enter(self, sid: str, room: str) -> None:
        self._sockets[sid].add(room)
        self._rooms.setdefault(room, set()).add(sid)
        await self._server.enter_room(sid, room, NAMESPACE)

    async def let_in(self, those_in: str, room: str) -> None:
        """Add everybody in one room to another."""
        for sid in tuple(self._rooms.get(those_in, ())):
            await self._enter(sid, room)

    async def let_out(self, those_in: str, room: str) -> bool:
        """Remove everybody in one room from another; True when nobody is left there."""
        for sid in tuple(self._rooms.get(those_in, ())):
            self._sockets[sid].discard(room)
            await self._server.leave_room(sid, room, NAMESPACE)
            self._forget(sid, room)
        return room not in self._rooms

    async def expel(self, room: str) -> None:
        """Close every socket in a room."""
        for sid in tuple(self._rooms.get(room, ())):
            await self.drop(sid)

    def dismiss(self, sid: str) -> list[str]:
        """Forget a disconnected socket; return the rooms that are now empty."""
        transport = self._transport(sid)
        if transport is not None:
            # Otherwise engineio leaves the client's last poll hanging until it times out.
            transport.queue.put_nowait(None)
        left: Iterable[str] = self._sockets.pop(sid, set())
        return [room for room in left if self._forget(sid, room)]

    def _forget(self, sid: str, room: str) -> bool:
        there = self._rooms.get(room, set())
        there.discard(sid)
        if not there:
            self._rooms.pop(room, None)
        return not there

    async def tell(self, room: str, live: LiveEvent) -> None:
        """Send an event to a room, or to one socket by its id. Sockets that stopped reading are dropped."""
        await self._server.emit(live.name, live.body, to=room, namespace=NAMESPACE)
        for sid, _ in list(self._server.manager.get_participants(NAMESPACE, room)):
            transport = self._transport(sid)
            if transport is not None and transport.queue.qsize() > MOST_QUEUED:
                log.warning("Dropping a socket that does not read its %s waiting messages", MOST_QUEUED)
                await self.drop(sid)

    async def drop(self, sid: str) -> None:
        """Close a socket's transport without waiting; the client reconnects by itself."""
        transport = self._transport(sid)
        if transport is not None:
            await transport.close(wait=False, abort=True)

    def _transport(self, sid: str) -> AsyncSocket | None:
        transport_id = self._server.manager.eio_sid_from_sid(sid, NAMESPACE)
        found: AsyncSocket | None = self._server.eio.sockets.get(transport_id)
        return found
