"""Stream entries as the Socket.IO events of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.alias_generators import to_camel

from api.schemas.items import ItemOut
from api.schemas.settings.preferences import SettingsOut
from api.schemas.shopping import EntryOut
from core import events
from core.events import streams
from core.events.streams import Entry, Position
from core.wording import sentences


@dataclass(frozen=True)
class LiveEvent:
    """The name of a Socket.IO event and its one argument."""

    name: str
    body: dict[str, Any]


def of_entry(entry: Entry) -> LiveEvent:
    """Return the event for the room of an entry's stream. Raises ValueError when clients get none."""
    event, personal = entry.event, streams.is_personal(entry.stream)
    name, payload = _told(event, personal=personal)
    timestamp = event.at.isoformat().replace("+00:00", "Z")
    body = {
        "type": name,
        "userId" if personal else "householdId": entry.stream.partition(":")[2],
        "payload": {**payload, "timestamp": timestamp},
        "stream": entry.stream,
        "epoch": entry.epoch,
        "seq": entry.seq,
    }
    if isinstance(event, events.EntryEvent):
        # Clients read the list's id and the entry beside the payload, under two spellings.
        list_id = str(event.list_id)
        body |= {"shoppingListId": list_id, "listId": list_id, "item": payload["item"]}
    return LiveEvent(name, body)


def resync(stream: str, now: Position) -> LiveEvent:
    """Return the request to reload what a stream is about and continue from `now`."""
    return LiveEvent("resync", {"type": "resync", "stream": stream, "epoch": now.epoch, "seq": now.seq})


def positions(where: Mapping[str, Position]) -> dict[str, list[object]]:
    """Return positions in the form that clients send back in `auth.since`."""
    return {stream: [position.epoch, position.seq] for stream, position in where.items()}


_HAPPENED: dict[type[events.ShoppingListEvent], str] = {
    events.EntryAdded: "added",
    events.EntryUpdated: "updated",
    events.EntryDeleted: "deleted",
    events.ShoppingListAdded: "added",
    events.ShoppingListUpdated: "updated",
    events.ShoppingListDeleted: "deleted",
}


def _told(event: events.Event, *, personal: bool) -> tuple[str, dict[str, object]]:
    """Return the name of the event that clients know, and its payload without the timestamp."""
    match event:
        case events.PersonNotified():
            return "notification.new", _notification(event)
        case events.SettingsUpdated():
            return "settings.updated", {"settings": SettingsOut.of(event.settings).as_json()}
        case events.MemberRoleChanged() if not personal:
            return "member.updated", _member(event)
        case events.MembershipEvent():
            verb = "joined" if isinstance(event, events.MemberJoined) else "left"
            if personal:
                return f"household.{verb}", _household(event)
            return f"member.{verb}", _member(event)
        case events.ItemAdded():
            return "item.added", _item(event, "addedBy", item=ItemOut.of(event.item).as_json())
        case events.ItemRemoved():
            return "item.deleted", _item(event, "deletedBy")
        case events.ItemUpdated() | events.StockMoved():
            item = ItemOut.of(event.item).as_json()
            changes = {name: item[name] for name in map(to_camel, event.changes)}
            return "item.updated", _item(event, "updatedBy", changes=changes, item=item)
        case events.HouseholdUpdated():
            return "household.updated", _household_updated(event)
        case events.EntryEvent():
            item = EntryOut.of(event.entry).as_json()
            return f"shoppinglist.item.{_HAPPENED[type(event)]}", {
                "itemId": str(event.entry.id),
                "item": item,
            }
        case events.ShoppingListEvent():
            name = f"shoppinglist.{_HAPPENED[type(event)]}"
            return name, {"shoppingListId": str(event.list_id), "name": event.list_name}
    raise ValueError(f"{type(event).__name__} is not sent to clients")


def _notification(event: events.PersonNotified) -> dict[str, object]:
    about = events.load(event.event, event.payload)
    return {
        "id": str(event.notification_id),
        "type": event.topic,
        "title": sentences.title(about),
        "message": sentences.sentence(about),
        "items": sentences.item_names(about),
    }


def _member(event: events.MembershipEvent) -> dict[str, object]:
    return {"userId": str(event.user_id), "displayName": event.user_name, "role": event.role.value}


def _household(event: events.MembershipEvent) -> dict[str, object]:
    return {
        "householdId": str(event.household_id),
        "name": event.household_name,
        "role": event.role.value,
    }


def _household_updated(event: events.HouseholdUpdated) -> dict[str, object]:
    return {
        "name": event.name,
        "description": event.description,
        "timezone": event.timezone,
        "updatedBy": str(event.user_id),
    }


def _item(event: events.ItemEvent, by: str, **shown: object) -> dict[str, object]:
    return {"itemId": str(event.item.id), **shown, by: str(event.user_id)}
