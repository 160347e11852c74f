"""Lists of items as files: what comes in, who may and who is told, and what goes out."""

import asyncio
import csv
import io
from uuid import UUID

import pytest

from core.db import Database
from core.events import streams
from core.inventory.csv_columns import COLUMNS
from core.inventory.csv_items import MOST_LINES
from tests.api.lists import actions, export, items_of, send
from tests.api.live import listening
from tests.support.people import Person


async def test_bob_brings_what_he_had_in_grocy(alice: Person, bob: Person, database: Database) -> None:
    room = streams.of_household(UUID(alice.household_id))
    before = (await database.read(streams.positions, [room]))[room]
    file = (
        "\ufeffProduct;Amount;QU unit name;Location;Product-Group;best_before_date;Purchased date;Price;"
        "min_stock_amount;Barcode;Note;Store\r\n"
        'Müsli;1,5;kg;Cellar;Breakfast;2999-12-31;2026-01-02;3,99;2.0000;4001;"two\r\nlines";Corner shop\r\n'
        ";;;;;;;;;;;\r\n"
        "Milk;2;;;;2030-02-01;;;;;;\r\n"
    )
    answer = await send(bob, file)
    assert (answer["dryRun"], answer["valid"]) == (False, True)
    assert (answer["added"], answer["updated"], answer["unchanged"]) == (2, 0, 0)
    assert answer["ignoredColumns"] == ["Store"]
    found = await items_of(alice)
    assert answer["lines"] == [
        {"line": 2, "action": "add", "name": "Müsli", "itemId": found["Müsli"]["id"]},
        {"line": 5, "action": "add", "name": "Milk", "itemId": found["Milk"]["id"]},
    ], "a line is where its item begins"
    wanted = {"quantity": 1.5, "unit": "kg", "location": "Cellar", "category": "Breakfast", "price": 3.99}
    wanted |= {"purchaseDate": "2026-01-02", "minQuantity": 2, "barcode": "4001", "notes": "two\nlines"}
    wanted |= {"bestBeforeDate": None, "expirationDate": None, "version": 1, "createdBy": bob.user_id}
    assert {name: found["Müsli"][name] for name in wanted} == wanted
    milk = found["Milk"]
    assert (milk["unit"], milk["location"], milk["bestBeforeDate"]) == ("pcs", "pantry", "2030-02-01")

    # The next delivery: the same milk, and less of it.
    answer = await send(bob, "name,quantity,due date\nMILK,1,2030-02-01\n")
    assert actions(answer) == ["update"]
    milk = await alice.get(f"{alice.home}/items/{milk['id']}")
    assert (milk["name"], milk["quantity"], milk["version"]) == ("MILK", 1, 2)
    assert [(entry["action"], entry["user"]) for entry in milk["history"]] == [
        ("adjusted", "Bob"),
        ("added", "Bob"),
    ]
    entries = await database.read(streams.read_after, {room: before.seq})
    assert [(entry.seq - before.seq, entry.type) for entry in entries] == [
        (1, "ItemAdded"),
        (2, "ItemAdded"),
        (3, "StockMoved"),
    ]
    assert entries[-1].payload["item"]["version"] == 2


async def test_commas_semicolons_and_tabs_are_told_apart_by_the_header(alice: Person) -> None:
    for number, delimiter in enumerate(",;\t"):
        for bom in ("", "\ufeff"):
            name = f"Item {number}{'b' if bom else ''}"
            header = delimiter.join(["name", '"price, net; or so"', "quantity"])
            answer = await send(alice, f"{bom}{header}\n{delimiter.join([name, 'x', '1'])}\n")
            assert answer["ignoredColumns"] == ["price, net; or so"]
            assert (await items_of(alice))[name]["quantity"] == 1


async def test_a_line_means_the_item_with_its_id_or_of_its_name_place_and_date(
    alice: Person, charlie: Person
) -> None:
    foreign = await charlie.add_item("Milk")
    milk = await alice.add_item("Milk", 2, location="Fridge", expirationDate="2030-01-01", price=1)
    tea = await alice.add_item("Tea", 1, location="fridge")
    [first, second] = [await alice.add_item("Rice", 1) for _ in range(2)]
    header = "id,name,quantity,location,expirationDate\n"

    file = f"{header},MILK,3,fridge,2030-01-01\n,Milk,3,fridge,2030-01-02\n{tea['id']},Tea,1,cellar,\n"
    tried = await send(alice, file, dry=True)
    assert actions(tried) == ["update", "add", "update"]
    assert "itemId" not in tried["lines"][1]
    assert (await items_of(alice))["Tea"]["location"] == "fridge"
    done = await send(alice, file)
    assert actions(done) == ["update", "add", "update"]
    assert done["lines"][0]["itemId"] == milk["id"]
    now = await alice.get(f"{alice.home}/items/{milk['id']}")
    # What the file does not say stays.
    assert (now["name"], now["quantity"], now["unit"], now["price"], now["version"]) == ("MILK", 3, "l", 1, 2)
    moved = await alice.get(f"{alice.home}/items/{tea['id']}")
    assert [entry["action"] for entry in moved["history"]] == ["moved", "added"]
    again = await send(alice, file)
    assert (again["unchanged"], actions(again)) == (3, ["unchanged"] * 3)
    assert (await alice.get(f"{alice.home}/items/{milk['id']}"))["version"] == 2

    for lines, field, words in (
        (f"{foreign['id']},Milk,1,,\n", "line 2, id", "no item with this id"),
        (",Rice,1,,\n", "line 2, name", first["id"]),
        (",Rice,1,,\n", "line 2, name", second["id"]),
        (",Salt,1,,\n,SALT,2,PANTRY,\n", "line 3", "Lines 2 and 3"),
        (f"{tea['id']},Tea,1,,\n,tea,2,cellar,\n", "line 3", "Lines 2 and 3"),
        (",Salt,1,,\n,Salt,1,5,,\n", "line 3", "6 cells"),
    ):
        [problem] = (await send(alice, header + lines, expect=400))["details"]
        assert problem["field"] == field, lines
        assert words in problem["message"]
    assert len(await items_of(alice)) == 4, "two of them are called Rice"
    assert (await charlie.get(f"{charlie.home}/items/{foreign['id']}"))["version"] == 1


async def test_what_goes_out_comes_back_unchanged_and_is_no_formula(alice: Person, charlie: Person) -> None:
    names = ["=1+1", "+49", "-5", "@SUM(A1)", "'=x", "''-y", "'quoted'", 'a "b", c; d']
    for number, name in enumerate(names):
        await alice.add_item(
            name,
            0.125 * number,
            notes="=one\n\ttwo,\n;three" if number % 2 else None,
            location=f"={number}",
            price=number * 101 / 100 if number else None,
            minQuantity=1000 if number else None,
            bestBeforeDate="2999-12-31" if number else None,
            purchaseDate="2026-01-02",
        )
    response = await alice.call("GET", f"{alice.home}/items/export.csv")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith('attachment; filename="stockbell-items-')
    header, *rows = csv.reader(io.StringIO(response.text, newline=""))
    assert header == [column.name for column in COLUMNS]
    assert header[0] == "id"
    assert len(rows) == len(names)
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell]

    answer = await send(alice, response.text)
    assert (answer["unchanged"], answer["valid"], answer["ignoredColumns"]) == (len(names), True, [])
    assert {item["version"] for item in (await items_of(alice)).values()} == {1}
    # Elsewhere the ids are strange; without them the same items are made.
    await send(charlie, response.text, expect=400)
    copied = await send(charlie, response.text.replace("id,", "old id,", 1))
    assert (copied["added"], copied["ignoredColumns"]) == (len(names), ["old id"])
    theirs = await items_of(charlie)
    assert set(theirs) == set(names)
    for name, item in (await items_of(alice)).items():
        same = {"quantity", "unit", "location", "notes", "price", "minQuantity", "purchaseDate"}
        assert {field: theirs[name][field] for field in same} == {field: item[field] for field in same}


async def test_the_export_is_by_place_and_name_with_plain_numbers(alice: Person) -> None:
    await alice.add_item("Zucchini", 12000.5, location="fridge")
    await alice.add_item("apple", 3, location="fridge", price=1.5, expirationDate="2030-01-01")
    await alice.add_item("Salt", 1, location="cellar")
    rows = list(csv.DictReader(io.StringIO(await export(alice), newline="")))
    assert [row["name"] for row in rows] == ["Salt", "apple", "Zucchini"]
    apple = rows[1]
    assert (apple["quantity"], apple["price"], apple["expirationDate"]) == ("3", "1.50", "2030-01-01")
    assert rows[2]["quantity"] == "12000.5"


async def test_a_viewer_may_export_and_nothing_else_and_charlie_not_even_that(
    alice: Person, charlie: Person
) -> None:
    await alice.add_item("Milk")
    charlie.household_id = alice.household_id
    async with Person(alice.base_url, "Vera") as vera:
        await vera.register()
        await alice.invite(vera, "viewer")
        for person in (vera, charlie):
            for file in ("name,quantity\nTea,1\n", "no list"):
                for dry in (False, True):
                    refused = await send(person, file, dry=dry, expect=403)
                    assert refused["error"] == "AUTHORIZATION_ERROR"
        assert "Milk" in await export(vera)
    await charlie.get(f"{charlie.home}/items/export.csv", expect=403)
    assert set(await items_of(alice)) == {"Milk"}


async def test_bob_is_told_once_of_three_hundred_items_and_alice_not_at_all(
    alice: Person, bob: Person
) -> None:
    for person in (alice, bob):
        wanted = {"preferences": {"notificationTypes": ["memberActivity"]}}
        await person.put("/notifications/settings", wanted)
    before = {person.name: (await person.get("/notifications"))["total"] for person in (alice, bob)}
    file = "name,quantity,minQuantity\n" + "".join(f"Item {n},1,2\n" for n in range(300))
    async with listening(bob) as his:
        await send(alice, file)
        await his.first("item.added", 300)
        told = await his.first("notification.new")
        assert told["payload"]["title"] == "Items imported"
        seqs = his.seqs(f"household:{alice.household_id}")
        assert seqs == list(range(seqs[0], seqs[0] + 300))
    assert (await bob.get("/notifications"))["total"] == before["Bob"] + 1
    assert (await alice.get("/notifications"))["total"] == before["Alice"]
    # Nothing changed: nobody is told anything.
    await send(alice, file)
    await send(alice, file, dry=True)
    assert (await bob.get("/notifications"))["total"] == before["Bob"] + 1


@pytest.mark.parametrize("number", [1000, pytest.param(MOST_LINES, marks=pytest.mark.long)])
async def test_many_items_come_in_at_once_and_nobody_else_waits(
    alice: Person, charlie: Person, number: int
) -> None:
    room = streams.of_household(UUID(alice.household_id))
    lines = "".join(f"Item {n},{n % 50},2030-01-{n % 28 + 1:02},{'n' * 200}\n" for n in range(number))
    file = f"name,quantity,bestBeforeDate,notes\n{lines}"
    assert len(file) > 200 * number, "the largest has more than 2 MB"
    async with listening(alice) as hers, listening(charlie) as his:
        start = hers.all("connected")[0]["streams"][room][1]
        answer, _ = await asyncio.gather(send(alice, file), charlie.add_item("Tea"))
        assert answer["added"] == number
        resync = await hers.first("resync")
        assert (resync["stream"], resync["seq"]) == (room, start + number)
        await his.first("item.added")
        await alice.add_item("Milk")
        assert (await hers.first("item.added"))["seq"] == start + number + 1
        assert [name for name, _ in hers.heard] == ["connected", "resync", "item.added"]
    assert (await alice.get(f"{alice.home}/items"))["totalCount"] == number + 1
    if number == MOST_LINES:
        again = await send(alice, await export(alice), dry=True, expect=400)
        assert "10,000" in again["message"]
    assert (await send(alice, file))["unchanged"] == number
