"""Every delivery with its state and reason, whatever became of it."""

from uuid import UUID

import pytest

from core.actors import Face
from core.db import Database
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.delivery.dispatcher import Dispatcher
from core.telegram import linking
from tests.core.phones import Phones
from tests.support.people import Person

DELIVERY = {
    "id",
    "notificationId",
    "type",
    "title",
    "message",
    "channel",
    "state",
    "reason",
    "explanation",
    "createdAt",
    "settledAt",
}
# Each member's history also holds what was decided not to tell them.
NOT_ASKED_FOR = {"own_act", "topic_off", "channel_off", "answered", "not_linked"}


async def wants(person: Person, *types: str) -> None:
    await person.put("/notifications/settings", {"preferences": {"notificationTypes": list(types)}})


async def link_phone(person: Person, database: Database, number: int) -> None:
    chat = await database.write(chats.greet, TelegramPerson(number, person.name, person.name.lower()))
    await database.write(linking.attach, chat.id, UUID(person.user_id), Face.TELEGRAM)


async def states(person: Person, **query: object) -> list[tuple[str, str, str, str | None]]:
    listed = await person.get("/notifications/history", query)
    assert all(set(one) == DELIVERY for one in listed["history"])
    assert listed["total"] == listed["pagination"]["total"]
    return [
        (one["type"], one["channel"], one["state"], one["reason"])
        for one in listed["history"]
        if one["reason"] not in NOT_ASKED_FOR and (one["type"], one["channel"]) != ("account", "email")
    ]


@pytest.fixture
def phones() -> Phones:
    return Phones()


async def test_history_says_where_each_notification_went_and_why_not(
    alice: Person, bob: Person, database: Database, phones: Phones
) -> None:
    assert await states(alice) == []
    await wants(alice, "memberActivity", "lowStock")
    item = await bob.add_item("Milk", 3, minQuantity=2)
    assert sorted(await states(alice)) == [
        ("memberActivity", "email", "skipped", "channel_unavailable"),
        ("memberActivity", "inApp", "sent", None),
    ]
    await link_phone(alice, database, 1)
    await bob.post(f"{bob.home}/items/{item['id']}/consume", {"quantity": 2})
    low = [state for state in await states(alice) if state[0] == "lowStock"]
    assert sorted(low) == [
        ("lowStock", "email", "skipped", "channel_unavailable"),
        ("lowStock", "inApp", "sent", None),
        ("lowStock", "telegram", "pending", None),
    ]
    dispatcher = Dispatcher(database, phones)
    await dispatcher.run_once()
    assert await states(alice, channel="telegram", type="lowStock") == [
        ("lowStock", "telegram", "sent", None)
    ]
    assert {state[0] for state in await states(alice, type="memberActivity")} == {"memberActivity"}
    assert await states(alice, type="account") == [("account", "inApp", "sent", None)]
    assert await states(alice, type="expiration") == []

    listed = await alice.get("/notifications/history", {"type": "lowStock", "channel": "inApp"})
    [entry] = listed["history"]
    [shown] = [
        one for one in (await alice.get("/notifications"))["notifications"] if one["type"] == "lowStock"
    ]
    assert (entry["notificationId"], entry["message"], entry["title"]) == (
        shown["id"],
        shown["message"],
        shown["title"],
    )
    assert entry["settledAt"] == entry["createdAt"]
    # Bob's own answer told him on the web; what a mail would have said is all that is his.
    assert await states(bob) == [("lowStock", "email", "skipped", "channel_unavailable")]


@pytest.mark.both_databases
async def test_pages_of_history_join_without_gaps(alice: Person, bob: Person) -> None:
    await wants(alice, "memberActivity")
    for name in ("Milk", "Tea", "Bread"):
        await bob.add_item(name)
    whole = await alice.get("/notifications/history")
    total = whole["total"]
    assert total > 8
    ids = [one["id"] for one in whole["history"]]
    assert len({str(UUID(one)) for one in ids}) == total
    moments = [one["createdAt"] for one in whole["history"]]
    assert moments == sorted(moments, reverse=True)
    pages = [await alice.get("/notifications/history", {"page": page, "pageSize": 4}) for page in range(1, 9)]
    assert [one["id"] for page in pages for one in page["history"]] == ids
    assert pages[1]["pagination"] == {
        "page": 2,
        "pageSize": 4,
        "total": total,
        "totalPages": -(-total // 4),
    }
    for query in ({"page": 0}, {"pageSize": 101}, {"type": "gossip"}, {"channel": "pigeon"}):
        answer = await alice.get("/notifications/history", query, expect=400)
        assert answer["details"][0]["field"] == next(iter(query))


async def test_with_the_inbox_switched_off_only_the_account_still_reaches_it(
    alice: Person, bob: Person
) -> None:
    await alice.put("/notifications/settings", {"inApp": {"enabled": False}, "email": {"enabled": False}})
    await wants(alice, "memberActivity")
    await bob.add_item("Milk")
    assert await states(alice) == []
    assert await alice.get("/notifications/unread-count") == {"count": 0}
    await alice.put(f"{alice.home}/members/{bob.user_id}/role", {"role": "admin"})
    await bob.put(f"{bob.home}/members/{alice.user_id}/role", {"role": "member"})
    assert await states(alice) == [("account", "inApp", "sent", None)]
    assert await alice.get("/notifications/unread-count") == {"count": 1}


async def test_what_waits_for_somebody_who_was_removed_is_never_sent(
    alice: Person, bob: Person, charlie: Person, database: Database, phones: Phones
) -> None:
    await link_phone(bob, database, 2)
    await wants(bob, "memberActivity")
    await Dispatcher(database, phones).run_once()
    phones.received.clear()
    bob_home = bob.household_id
    await alice.add_item("Milk")
    assert await states(bob, type="memberActivity", channel="telegram") == [
        ("memberActivity", "telegram", "pending", None)
    ]
    await alice.delete(f"{alice.home}/members/{bob.user_id}")
    await Dispatcher(database, phones).run_once()
    assert phones.of(2) == ["Alice removed Bob from Alice's Home."]
    # What he was not told of the household he does not read later either; when he is back he does.
    assert await states(bob, type="memberActivity") == []
    await alice.invite(bob)
    assert bob.household_id == bob_home
    assert ("memberActivity", "telegram", "skipped", "not_a_member") in await states(bob)
