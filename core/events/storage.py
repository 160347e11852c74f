"""Events as JSON. New fields need defaults, because older events are stored without them."""

import logging
from collections.abc import Mapping
from functools import cache

from pydantic import TypeAdapter, ValidationError

from core import clock
from core.events import households, items, people, scheduled, shopping, transactional
from core.events.base import Event, Unreadable

log = logging.getLogger(__name__)

_MODULES = (households, items, people, scheduled, shopping, transactional)
# Base classes never happen themselves.
_BY_NAME: dict[str, type[Event]] = {
    name: kind
    for module in _MODULES
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, Event) and not kind.__subclasses__()
}


@cache
def _adapter(name: str) -> TypeAdapter[Event]:
    return TypeAdapter(_BY_NAME[name])


def is_known(name: str) -> bool:
    """Return whether this release knows an event of this name."""
    return name in _BY_NAME


def is_transactional(name: str) -> bool:
    """Return whether the event of this name is transactional mail."""
    return issubclass(_BY_NAME.get(name, Event), transactional.TransactionalMail)


def dump(event: Event) -> tuple[str, dict[str, object]]:
    """Return the event's type and its payload as JSON values."""
    name = type(event).__name__
    return name, _adapter(name).dump_python(event, mode="json")


def load(name: str, payload: Mapping[str, object]) -> Event:
    """Return an event stored by `dump`, or Unreadable if this release does not know it."""
    try:
        return _adapter(name).validate_python(payload)
    except (KeyError, ValidationError):
        log.error("An event %s cannot be read. Was it stored by a newer release?", name)
        return Unreadable(name=name, at=clock.utcnow())
