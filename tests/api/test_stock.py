"""Consuming, wasting, restocking and moving."""

from tests.support.people import Person


async def test_stock_moves_and_never_below_nothing(alice: Person) -> None:
    item = await alice.add_item("Milk", 2)
    path = f"{alice.home}/items/{item['id']}"

    consumed = await alice.post(f"{path}/consume", {"quantity": 0.25, "notes": "coffee"})
    history = (await alice.get(path))["history"]
    assert consumed == {
        "id": item["id"],
        "movementId": history[0]["id"],
        "remainingQuantity": 1.75,
        "version": 2,
        "consumedQuantity": 0.25,
        "consumedAt": consumed["consumedAt"],
        "consumedBy": alice.user_id,
    }
    wasted = await alice.post(f"{path}/waste", {"quantity": 1, "reason": "sour"})
    assert (wasted["remainingQuantity"], wasted["wastedQuantity"], wasted["reason"]) == (0.75, 1, "sour")
    assert wasted["wastedBy"] == alice.user_id
    refused = await alice.post(f"{path}/consume", {"quantity": 0.751}, expect=400)
    assert refused["details"] == [{"field": "quantity", "message": refused["message"]}]
    assert "0.75 l" in refused["message"]
    out = await alice.post(f"{path}/consume", {"quantity": 0.75})
    assert out["remainingQuantity"] == 0
    assert "no Milk left" in (await alice.post(f"{path}/consume", {"quantity": 1}, expect=400))["message"]

    restocked = await alice.call("POST", f"{path}/restock", {"quantity": 999_999.999})
    assert restocked.headers["ETag"] == 'W/"5"'
    assert restocked.json()["restockedQuantity"] == restocked.json()["remainingQuantity"] == 999_999.999
    await alice.post(f"{path}/restock", {"quantity": 0.002}, expect=400)
    moved = await alice.post(f"{path}/move", {"newLocation": "Cellar"})
    assert (moved["previousLocation"], moved["currentLocation"]) == ("pantry", "Cellar")
    assert moved["movedBy"] == alice.user_id

    history = (await alice.get(path))["history"]
    assert [(entry["action"], entry.get("quantity")) for entry in history] == [
        ("moved", None),
        ("restocked", 999_999.999),
        ("consumed", 0.75),
        ("wasted", 1),
        ("consumed", 0.25),
        ("added", 2),
    ]
