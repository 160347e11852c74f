"""Items that a household marked as critical."""

import csv
import io

from tests.api.lists import actions, export, items_of, send
from tests.api.live import listening
from tests.support.people import Person


async def test_alice_marks_an_item_as_critical_and_bob_sees_it_at_once(alice: Person, bob: Person) -> None:
    item = await alice.add_item("Insulin", 2)
    assert item["critical"] is False
    path = f"{alice.home}/items/{item['id']}"
    async with listening(bob) as his:
        marked = await alice.patch(path, {"critical": True}, version=1)
        assert (marked["critical"], marked["version"]) == (True, 2)
        told = (await his.first("item.updated"))["payload"]
        assert told["changes"] == {"critical": True}
        assert told["item"]["critical"] is True
    shown = await bob.get(path)
    assert shown["critical"] is True
    assert [entry["action"] for entry in shown["history"]] == ["updated", "added"]
    # A whole item without the mark has none, as with every field.
    whole = {"name": "Insulin", "quantity": 2, "unit": "l"}
    replaced = await alice.call("PUT", path, whole, headers={"If-Match": 'W/"2"'})
    assert replaced.json()["critical"] is False
    kept = await alice.patch(path, {"notes": "in the door"}, version=3)
    assert kept["critical"] is False


async def test_lists_of_items_say_what_is_critical(alice: Person, charlie: Person) -> None:
    words = ["yes", "TRUE", "1", "no", "False", "0", ""]
    lines = "".join(f"Item {number},1,{word}\n" for number, word in enumerate(words))
    await send(alice, f"name,quantity,Critical\n{lines}")
    marks = {name: item["critical"] for name, item in (await items_of(alice)).items()}
    assert marks == {f"Item {number}": number < 3 for number in range(len(words))}

    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(await export(alice), newline=""))}
    assert (rows["Item 0"]["critical"], rows["Item 3"]["critical"]) == ("yes", "no")
    assert (await send(alice, await export(alice)))["unchanged"] == len(words)
    # What is empty, or no column, stays as it is.
    for file in ("name,quantity,critical\nItem 0,1,\n", "name,quantity\nItem 0,1\n"):
        assert actions(await send(alice, file)) == ["unchanged"]
    assert actions(await send(alice, "name,quantity,critical\nItem 0,1,no\nItem 3,1,yes\n")) == ["update"] * 2
    found = await items_of(alice)
    assert (found["Item 0"]["critical"], found["Item 3"]["critical"]) == (False, True)
    await send(charlie, "name,quantity\nTea,1\n")
    assert (await items_of(charlie))["Tea"]["critical"] is False
