"""Stream entries as clients hear them: the events of the contract."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic.alias_generators import to_camel

from api.schemas.items import ItemOut
from api.schemas.settings.preferences import SettingsOut
from api.schemas.shopping import EntryOut
from core import events
from core.events import streams
from core.events.streams import Entry, Position
from core.values.items import ItemState
from core.wording import sentences


@dataclass(frozen=True)
class LiveEvent:
    """The name of a Socket.IO event and its one argument."""

    name: str
    body: dict[str, Any]


def of_entry(entry: Entry) -> LiveEvent:
    """Return what the room of an entry's stream is told. Raises for an entry of a newer release."""
    event = entry.event
    match event:
        case events.PersonNotified():
            return _personal(entry, "notification.new", _notification(event))
        case events.SettingsUpdated():
            return _personal(entry, "settings.updated", _settings(event))
        case events.MemberRoleChanged() if not streams.is_personal(entry.stream):
            return _shared(entry, "member.updated", event.household_id, _member(event))
        case events.MembershipEvent() if streams.is_personal(entry.stream):
            return _personal(entry, f"household.{_verb(event)}", _household(event))
        case events.MembershipEvent():
            return _shared(entry, f"member.{_verb(event)}", event.household_id, _member(event))
        case events.ItemAdded():
            return _shared(entry, "item.added", event.household_id, _item_added(event))
        case events.ItemRemoved():
            return _shared(entry, "item.deleted", event.household_id, _item_deleted(event))
        case events.ItemUpdated() | events.StockMoved():
            return _shared(entry, "item.updated", event.household_id, _item_updated(event))
        case events.HouseholdUpdated():
            return _shared(entry, "household.updated", event.household_id, _household_updated(event))
        case events.EntryEvent():
            return _entry(entry, event)
        case events.ShoppingListEvent():
            name = f"shoppinglist.{_HAPPENED[type(event)]}"
            return _shared(entry, name, event.household_id, _shopping_list(event))
    raise ValueError(f"{entry.type} is told to nobody live")


def resync(stream: str, now: Position) -> LiveEvent:
    """Return the request to read everything of a stream again, and to go on from `now`."""
    return LiveEvent("resync", {"type": "resync", "stream": stream, "epoch": now.epoch, "seq": now.seq})


def positions(where: Mapping[str, Position]) -> dict[str, list[object]]:
    """Return positions as clients keep them and send them back in `auth.since`."""
    return {stream: [position.epoch, position.seq] for stream, position in where.items()}


def _shared(entry: Entry, name: str, household_id: UUID, payload: dict[str, object]) -> LiveEvent:
    body = {"type": name, "householdId": str(household_id), "payload": payload}
    return LiveEvent(name, body | _place(entry))


def _personal(entry: Entry, name: str, payload: dict[str, object]) -> LiveEvent:
    body = {"type": name, "userId": entry.stream.partition(":")[2], "payload": payload}
    return LiveEvent(name, body | _place(entry))


def _place(entry: Entry) -> dict[str, object]:
    return {"stream": entry.stream, "epoch": entry.epoch, "seq": entry.seq}


def _entry(entry: Entry, event: events.EntryEvent) -> LiveEvent:
    item = EntryOut.of(event.entry).model_dump(mode="json", by_alias=True)
    payload: dict[str, object] = {"itemId": str(event.entry.id), "item": item, "timestamp": _stamp(event.at)}
    live = _shared(entry, f"shoppinglist.item.{_HAPPENED[type(event)]}", event.household_id, payload)
    # Clients read the list's id and the entry beside the payload, under two spellings.
    list_id = str(event.list_id)
    return LiveEvent(live.name, {**live.body, "shoppingListId": list_id, "listId": list_id, "item": item})


_HAPPENED: dict[type[events.ShoppingListEvent], str] = {
    events.EntryAdded: "added",
    events.EntryUpdated: "updated",
    events.EntryDeleted: "deleted",
    events.ShoppingListAdded: "added",
    events.ShoppingListUpdated: "updated",
    events.ShoppingListDeleted: "deleted",
}


def _shopping_list(event: events.ShoppingListEvent) -> dict[str, object]:
    return {"shoppingListId": str(event.list_id), "name": event.list_name, "timestamp": _stamp(event.at)}


def _household_updated(event: events.HouseholdUpdated) -> dict[str, object]:
    return {
        "name": event.name,
        "description": event.description,
        "timezone": event.timezone,
        "updatedBy": str(event.user_id),
        "timestamp": _stamp(event.at),
    }


def _verb(event: events.MembershipEvent) -> str:
    return "joined" if isinstance(event, events.MemberJoined) else "left"


def _item_added(event: events.ItemAdded) -> dict[str, object]:
    return {
        "itemId": str(event.item.id),
        "item": _item(event.item),
        "addedBy": str(event.user_id),
        "timestamp": _stamp(event.at),
    }


def _item_updated(event: events.ItemUpdated | events.StockMoved) -> dict[str, object]:
    item = _item(event.item)
    changed = [to_camel(name) for name in event.changes]
    return {
        "itemId": str(event.item.id),
        "changes": {name: item[name] for name in changed},
        "item": item,
        "updatedBy": str(event.user_id),
        "timestamp": _stamp(event.at),
    }


def _item_deleted(event: events.ItemRemoved) -> dict[str, object]:
    return {
        "itemId": str(event.item.id),
        "deletedBy": str(event.user_id),
        "timestamp": _stamp(event.at),
    }


def _member(event: events.MembershipEvent) -> dict[str, object]:
    return {
        "userId": str(event.user_id),
        "displayName": event.user_name,
        "role": event.role.value,
        "timestamp": _stamp(event.at),
    }


def _household(event: events.MembershipEvent) -> dict[str, object]:
    return {
        "householdId": str(event.household_id),
        "name": event.household_name,
        "role": event.role.value,
        "timestamp": _stamp(event.at),
    }


def _notification(event: events.PersonNotified) -> dict[str, object]:
    about = events.load(event.event, event.payload)
    return {
        "id": str(event.notification_id),
        "type": event.topic,
        "title": sentences.title(about),
        "message": sentences.sentence(about),
        "items": sentences.item_names(about),
        "timestamp": _stamp(event.at),
    }


def _settings(event: events.SettingsUpdated) -> dict[str, object]:
    settings = SettingsOut.of(event.settings).model_dump(mode="json", by_alias=True)
    return {"settings": settings, "timestamp": _stamp(event.at)}


def _item(item: ItemState) -> dict[str, object]:
    return ItemOut.of(item).model_dump(mode="json", by_alias=True)


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
