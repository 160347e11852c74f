"""What people follow or mute in a household, and minimums of their own."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from core import clock
from tests.api.live import listening
from tests.support.people import Person

SETTINGS = "/notifications/settings"


async def told(person: Person) -> list[tuple[str, str]]:
    """Return what is in somebody's inbox, the oldest first."""
    entries = (await person.get("/notifications", {"limit": 100}))["notifications"]
    return [(entry["type"], entry["title"]) for entry in reversed(entries)]


async def watch(person: Person, scope: str, target: str, **more: Any) -> Any:
    return await person.put(f"{person.home}/watches", {"scope": scope, "target": target, **more})


async def test_bob_follows_one_item_and_mutes_a_category(alice: Person, bob: Person) -> None:
    await bob.put(SETTINGS, {"preferences": {"notificationTypes": ["lowStock"]}})
    milk = await alice.add_item("Milk", 5, category="Dairy")
    salt = await alice.add_item("Salt", 5, category="Spices", minQuantity=4)
    before = len(await told(bob))
    followed = await watch(bob, "item", milk["id"], level="follow")
    assert followed == {
        "id": followed["id"],
        "scope": "item",
        "target": milk["id"],
        "label": "Milk",
        "level": "follow",
        "until": None,
        "snoozedUntil": None,
        "minQuantity": None,
    }
    muted = await watch(bob, "category", " SPICES ", level="mute")
    assert (muted["target"], muted["label"]) == ("spices", "spices")
    listed = await bob.get(f"{bob.home}/watches")
    assert listed == {"watches": [followed, muted], "total": 2}
    assert await alice.get(f"{alice.home}/watches") == {"watches": [], "total": 0}

    await alice.post(f"{alice.home}/items/{milk['id']}/consume", {"quantity": 1})
    await alice.post(f"{alice.home}/items/{salt['id']}/consume", {"quantity": 2})
    assert (await told(bob))[before:] == [("memberActivity", "Stock changed")]

    await bob.delete(f"{bob.home}/watches/{muted['id']}")
    await bob.delete(f"{bob.home}/watches/{muted['id']}", expect=404)
    await alice.post(f"{alice.home}/items/{salt['id']}/consume", {"quantity": 3})
    assert (await told(bob))[before + 1 :] == [("lowStock", "Out of stock")]


async def test_milk_is_low_for_bob_before_it_is_for_alice(alice: Person, bob: Person) -> None:
    milk = await alice.add_item("Milk", 5, minQuantity=1)
    own = await watch(bob, "item", milk["id"], minQuantity=3.5)
    assert (own["minQuantity"], own["level"]) == (3.5, None)
    before = len(await told(bob))
    await alice.post(f"{alice.home}/items/{milk['id']}/consume", {"quantity": 2})
    assert (await told(bob))[before:] == [("lowStock", "Running low")]
    assert (await told(alice))[-1:] != [("lowStock", "Running low")]


async def test_what_is_not_sent_stays_and_what_comes_to_nothing_is_gone(alice: Person) -> None:
    milk = await alice.add_item("Milk")
    now = clock.utcnow()
    until = (now + timedelta(days=1)).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    first = await watch(alice, "item", milk["id"], level="mute", until=until)
    assert first["until"] == until
    both = await watch(alice, "item", milk["id"], minQuantity=2)
    assert both == {**first, "minQuantity": 2}
    # A level without an end lasts.
    lasting = await watch(alice, "item", milk["id"], level="mute")
    assert lasting == {**both, "until": None}
    await watch(alice, "item", milk["id"], level="mute", until=until)
    with clock.reading_from(lambda: now + timedelta(days=2)):
        login = await alice.post("/auth/login", {"email": alice.email, "password": "correct horse battery"})
        alice.carry(login["accessToken"])
        [left] = (await alice.get(f"{alice.home}/watches"))["watches"]
        assert left == {**both, "level": None, "until": None}
        await alice.put(
            f"{alice.home}/watches",
            {"scope": "item", "target": milk["id"], "level": None, "minQuantity": None},
            expect=204,
        )
        assert (await alice.get(f"{alice.home}/watches"))["total"] == 0


async def test_alices_other_window_hears_that_something_is_watched(alice: Person) -> None:
    milk = await alice.add_item("Milk")
    async with listening(alice) as hers:
        followed = await watch(alice, "item", milk["id"], level="follow")
        told = (await hers.first("settings.updated"))["payload"]["settings"]
        assert told == await alice.get(SETTINGS)
        await alice.delete(f"{alice.home}/watches/{followed['id']}")
        await hers.first("settings.updated", 2)


async def test_what_cannot_be_watched_is_refused(alice: Person, charlie: Person) -> None:
    milk, foreign = await alice.add_item("Milk"), await charlie.add_item("Tea")
    path = f"{alice.home}/watches"
    item = {"scope": "item", "target": milk["id"]}
    wrong: list[tuple[str, Any]] = [
        ("scope", {"target": milk["id"], "level": "mute"}),
        ("scope", {**item, "scope": "household", "level": "mute"}),
        ("target", {"scope": "item", "level": "mute"}),
        ("target", {"scope": "item", "target": "Milk", "level": "mute"}),
        ("target", {"scope": "category", "target": "  ", "level": "mute"}),
        ("target", {"scope": "location", "target": "x" * 51, "level": "mute"}),
        ("target", {"scope": "location", "target": "a\x00b", "level": "mute"}),
        ("level", item),
        ("level", {**item, "level": "shout"}),
        ("until", {**item, "minQuantity": 1, "until": "2999-01-01T00:00:00Z"}),
        ("until", {**item, "level": "mute", "until": "2020-01-01T00:00:00Z"}),
        ("until", {**item, "level": "mute", "until": "9999-12-31T23:59:59Z"}),
        ("until", {**item, "level": "mute", "until": "soon"}),
        ("minQuantity", {**item, "minQuantity": -1}),
        ("minQuantity", {"scope": "category", "target": "Dairy", "minQuantity": 1}),
    ]
    for field, body in wrong:
        answer = await alice.put(path, body, expect=400)
        assert [problem["field"] for problem in answer["details"]] == [field], body
    for unknown in (foreign["id"], str(uuid4())):
        await alice.put(path, {**item, "target": unknown, "level": "mute"}, expect=404)
    assert (await alice.get(path))["total"] == 0


async def test_a_viewer_may_watch_and_only_what_is_theirs(alice: Person, charlie: Person) -> None:
    milk = await alice.add_item("Milk")
    hers = await watch(alice, "location", "Pantry", level="follow")
    async with Person(alice.base_url, "Vera") as vera:
        await vera.register()
        await alice.invite(vera, "viewer")
        await watch(vera, "item", milk["id"], level="mute")
        await vera.delete(f"{vera.home}/watches/{hers['id']}", expect=404)
        assert [one["scope"] for one in (await vera.get(f"{vera.home}/watches"))["watches"]] == ["item"]
    path = f"{alice.home}/watches"
    await charlie.get(path, expect=403)
    await charlie.put(path, {"scope": "item", "target": milk["id"], "level": "mute"}, expect=403)
    await charlie.delete(f"{path}/{hers['id']}", expect=403)
    await charlie.delete(f"{charlie.home}/watches/{hers['id']}", expect=404)
    assert (await alice.get(path))["total"] == 1
