"""A Socket.IO server that checks what clients send, because the library trusts it."""

import logging

import socketio

log = logging.getLogger(__name__)

SET_HOUSEHOLD = "set-household"


def quiet_logger() -> logging.Logger:
    """Return a logger for engineio, which logs malformed input of clients as its own errors."""
    logger = logging.getLogger("engineio.server")
    logger.setLevel(logging.ERROR)
    logger.addFilter(_without_traceback)
    return logger


def _without_traceback(record: logging.LogRecord) -> bool:
    if record.exc_info and record.exc_info[0] is not None:
        record.msg, record.args = "%s: %s", (record.getMessage(), record.exc_info[0].__name__)
        record.exc_info = None
    return True


class SocketServer(socketio.AsyncServer):  # type: ignore[misc]  # it comes without types
    """Takes connects, disconnects and the one event that clients may emit; ignores the rest.

    Otherwise a client could emit `connect` and `disconnect` as events and reach the handlers of the same
    names, and an unreadable packet would leave its traceback in the log.
    """

    async def _handle_eio_message(self, eio_sid: str, data: object) -> None:
        try:
            await super()._handle_eio_message(eio_sid, data)
        except Exception as error:
            log.info("A client sent an unreadable packet: %s", type(error).__name__)

    async def _handle_event(self, eio_sid: str, namespace: str | None, id: int | None, data: object) -> None:  # noqa: A002
        if isinstance(data, list) and data[:1] == [SET_HOUSEHOLD]:
            await super()._handle_event(eio_sid, namespace, id, data)
