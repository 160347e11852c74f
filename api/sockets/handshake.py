"""The Socket.IO server: who may connect, and what a client may send."""

import logging
from collections.abc import Mapping

import socketio
from socketio.exceptions import ConnectionRefusedError as Refused

from api.middleware.origins import Origins
from api.sockets.feed import Feed
from api.sockets.server import SET_HOUSEHOLD, SocketServer, quiet_logger
from api.tokens import AccessTokens
from core.accounts import accounts
from core.actors import Actor, Face
from core.db import Transactions
from core.errors import Unauthenticated, Unavailable
from core.events.streams import Position

log = logging.getLogger(__name__)

# Clients send next to nothing; a message is held in memory before it is checked.
LARGEST_MESSAGE = 64 * 1024
MOST_STREAMS = 500
WRONG_SINCE = (
    "auth.since must be an object such as {stream: [epoch, seq]}, as `connected` and each event tell."
)


def create_server(allowed: Origins) -> socketio.AsyncServer:
    """Return a server for websocket and polling, without handlers yet."""
    return SocketServer(
        async_mode="asgi",
        cors_allowed_origins=allowed,
        cors_credentials=False,
        max_http_buffer_size=LARGEST_MESSAGE,
        engineio_logger=quiet_logger(),
    )


def attach(server: socketio.AsyncServer, tokens: AccessTokens, tx: Transactions, feed: Feed) -> None:
    """Let clients with an access token into their rooms."""

    async def connect(sid: str, _environ: Mapping[str, object], auth: object = None) -> None:
        given = auth if isinstance(auth, Mapping) else {}
        try:
            who = await _identify(tokens, tx, given.get("token"))
            start = _positions(given.get("since"))
        except Unauthenticated as error:
            # A single text: with more arguments the client would not get the message.
            raise Refused(f"Authentication failed: {error}") from None
        except (ValueError, Unavailable) as error:
            raise Refused(str(error)) from None
        # Events may only follow the answer to the connection, which is sent when this returns.
        server.start_background_task(feed.join, sid, who, start)

    async def disconnect(sid: str, _reason: str) -> None:
        feed.leave(sid)

    async def set_household(_sid: str, *_arguments: object) -> None:
        """Accepted from older clients and ignored: rooms follow from memberships alone."""

    server.on("connect", connect)
    server.on("disconnect", disconnect)
    server.on(SET_HOUSEHOLD, set_household)


async def _identify(tokens: AccessTokens, tx: Transactions, token: object) -> Actor:
    if not isinstance(token, str) or not token:
        raise Unauthenticated("send the access token as auth.token.")
    who = Actor(tokens.verify(token), Face.WEB)
    await tx.read(accounts.get, who)
    return who


def _positions(value: object) -> dict[str, Position]:
    """Return the positions that a client had when it was last connected. Raises ValueError."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or len(value) > MOST_STREAMS:
        raise ValueError(WRONG_SINCE)
    return {str(stream): _position(position) for stream, position in value.items()}


def _position(value: object) -> Position:
    match value:
        case [str(epoch), int(seq)] if seq >= 0 and not isinstance(seq, bool):
            return Position(epoch, seq)
    raise ValueError(WRONG_SINCE)
