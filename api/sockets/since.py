"""`auth.since`: where a client was when it was last connected."""

from collections.abc import Mapping
from typing import Any

from core.events.streams import Position

MOST_STREAMS = 500
WRONG = "auth.since must be an object such as {stream: [epoch, seq]}, as `connected` and each event tell."


def parse(value: Any) -> dict[str, Position]:
    """Return the positions that a client sent; none when it sent nothing. Raises ValueError."""
    if value is None:
        return {}
    if not isinstance(value, Mapping) or len(value) > MOST_STREAMS:
        raise ValueError(WRONG)
    return {str(stream): _position(position) for stream, position in value.items()}


def _position(value: Any) -> Position:
    match value:
        case [str(epoch), int(seq)] if seq >= 0 and not isinstance(seq, bool):
            return Position(epoch, seq)
    raise ValueError(WRONG)
