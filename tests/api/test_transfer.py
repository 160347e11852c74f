"""Lists of items as files: what comes in, what is refused line by line, and what goes out."""

import asyncio
import csv
import io
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core import streams
from core.csv_columns import COLUMNS
from core.csv_items import LARGEST_FILE, MOST_LINES
from core.db import Database
from tests.api.live import listening
from tests.support.people import API, Person

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CSV = "text/csv"


async def send(person: Person, file: str | bytes, *, dry: bool = False, expect: int = 200) -> Any:
    """Import a file into somebody's household."""
    response = await person.call(
        "POST",
        f"{person.home}/items/import",
        content=file.encode() if isinstance(file, str) else file,
        headers={"Content-Type": CSV},
        params={"dryRun": str(dry).lower()},
    )
    assert response.status_code == expect, response.text
    return response.json()


async def export(person: Person) -> str:
    response = await person.call("GET", f"{person.home}/items/export.csv")
    assert response.status_code == 200, response.text
    return response.text


async def items_of(person: Person) -> dict[str, Any]:
    page = await person.get(f"{person.home}/items", {"pageSize": 100})
    return {item["name"]: item for item in page["items"]}


def actions(answer: Any) -> list[str]:
    return [line["action"] for line in answer["lines"]]


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


@SQLITE
async def test_commas_semicolons_and_tabs_are_told_apart_by_the_header(alice: Person) -> None:
    for number, delimiter in enumerate(",;\t"):
        for bom in ("", "\ufeff"):
            name = f"Item {number}{'b' if bom else ''}"
            header = delimiter.join(["name", '"price, net; or so"', "quantity"])
            answer = await send(alice, f"{bom}{header}\n{delimiter.join([name, 'x', '1'])}\n")
            assert answer["ignoredColumns"] == ["price, net; or so"]
            assert (await items_of(alice))[name]["quantity"] == 1


WRONG = {
    "name": ["", "x" * 201, "a\x00b", "\u202eturned"],
    "quantity": ["", "-1", "many", "1.0005", "1000000.001", "1e400", "NaN"],
    "unit": ["x" * 31],
    "location": ["x" * 51],
    "category": ["x" * 51],
    "expirationDate": ["31.12.2026", "2026-02-30", "1899-12-31"],
    "bestBeforeDate": ["tomorrow"],
    "purchaseDate": ["2026-1-1"],
    "price": ["1.999", "-1", "1000000.01", "Infinity", "0.01" + "0" * 40 + "1", "free"],
    "notes": ["x" * 2001],
    "minQuantity": ["-1", "some"],
    "barcode": ["x" * 65],
    "id": ["7", str(uuid4())],
}


@SQLITE
async def test_every_wrong_cell_is_named_and_nothing_is_changed(alice: Person) -> None:
    milk = await alice.add_item("Milk", 2)
    header = list(WRONG)
    rows: list[dict[str, str]] = [{"name": "Milk", "quantity": "1", "unit": "l", "id": milk["id"]}]
    expected = []
    for column, values in WRONG.items():
        for value in values:
            rows.append({"name": f"Item {len(rows)}", "quantity": "1", column: value})
            expected.append((f"line {len(rows) + 1}, {column}", column))
    rows.append(dict.fromkeys(("name", "quantity", "price"), "x" * 300))
    expected += [(f"line {len(rows) + 1}, {column}", column) for column in ("name", "quantity", "price")]
    file = io.StringIO()
    writer = csv.DictWriter(file, header)
    writer.writeheader()
    writer.writerows(rows)

    refused = await send(alice, file.getvalue(), expect=400)
    assert refused["error"] == "VALIDATION_ERROR"
    assert str(len(expected)) in refused["message"]
    assert [problem["field"] for problem in refused["details"]] == [field for field, _ in expected]
    assert all(problem["message"].endswith(".") for problem in refused["details"])
    assert [item["version"] for item in (await items_of(alice)).values()] == [1]

    tried = await send(alice, file.getvalue(), dry=True)
    assert (tried["dryRun"], tried["valid"]) == (True, False)
    assert actions(tried) == ["update"] + ["error"] * (len(rows) - 1)
    found = [
        (f"line {line['line']}, {error['field']}", error["field"])
        for line in tried["lines"]
        for error in line.get("errors", [])
    ]
    assert found == expected
    assert [problem["message"] for problem in refused["details"]] == [
        error["message"] for line in tried["lines"] for error in line.get("errors", [])
    ]


@SQLITE
async def test_of_very_many_wrong_cells_a_hundred_are_named(alice: Person) -> None:
    refused = await send(alice, "name,quantity\n" + "Milk,x\n" * 130, expect=400)
    assert len(refused["details"]) == 100
    assert "30 more" in refused["message"]
    [problem] = (await send(alice, "name,quantity\nMilk,x\n", expect=400))["details"]
    assert problem["field"] == "line 2, quantity"


@SQLITE
async def test_a_file_that_cannot_be_read_is_refused_as_a_whole(alice: Person) -> None:
    fine = b"name,quantity\nMilk,1\n"
    for content, words in (
        (b"", "name, quantity"),
        (b"\n\n", "name, quantity"),
        (b"name,price\nMilk,1\n", "Missing: quantity"),
        (b"Produkt;Menge\nMilch;1\n", "min_stock_amount"),
        ("name,quantity\nMüsli,1\n".encode("latin-1"), "Line 2"),
        (fine.decode().encode("utf-16"), "UTF-8"),
        (b'name,quantity\n"Milk,1\nTea,1\n', "Line 2"),
        (b'name,quantity\n"Milk" 1 l,1\n', "quotation mark"),
        (b"name,quantity\n" + b"x" * 70_000 + b",1\n", "Line 2"),
        (b"name,quantity\n" + b"Milk,1\n" * (MOST_LINES + 1), "10,000"),
        (b"\n" * 300_000, "lines"),
    ):
        for dry in (False, True):
            refused = await send(alice, content, dry=dry, expect=400)
            assert refused["error"] == "VALIDATION_ERROR"
            assert words in refused["message"], content[:30]
    path = f"{alice.home}/items/import"
    for kind in ("application/json", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"):
        response = await alice.call("POST", path, content=fine, headers={"Content-Type": kind})
        assert (response.status_code, response.json()["error"]) == (400, "VALIDATION_ERROR"), kind
        assert CSV in response.json()["message"]
    assert (await alice.call("POST", path, files={"file": ("a.csv", fine, CSV)})).status_code == 400
    assert await items_of(alice) == {}
    for headers in (
        {},
        {"Content-Type": "Text/CSV; charset=utf-8"},
        {"Content-Type": "application/octet-stream"},
    ):
        response = await alice.call("POST", path, content=fine, headers=headers)
        assert response.status_code == 200, response.text


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


@SQLITE
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


@SQLITE
async def test_ten_thousand_items_come_in_at_once_and_nobody_else_waits(
    alice: Person, charlie: Person, database: Database
) -> None:
    room = streams.of_household(UUID(alice.household_id))
    lines = "".join(f"Item {n},{n % 50},2030-01-{n % 28 + 1:02},{'n' * 200}\n" for n in range(MOST_LINES))
    file = f"name,quantity,bestBeforeDate,notes\n{lines}"
    assert len(file) > 2 * 1024 * 1024
    async with listening(alice) as hers, listening(charlie) as his:
        start = hers.all("connected")[0]["streams"][room][1]
        answer, _ = await asyncio.gather(send(alice, file), charlie.add_item("Tea"))
        assert answer["added"] == MOST_LINES
        resync = await hers.first("resync")
        assert (resync["stream"], resync["seq"]) == (room, start + MOST_LINES)
        await his.first("item.added")
        await alice.add_item("Milk")
        assert (await hers.first("item.added"))["seq"] == start + MOST_LINES + 1
        assert [name for name, _ in hers.heard] == ["connected", "resync", "item.added"]
    assert (await alice.get(f"{alice.home}/items"))["totalCount"] == MOST_LINES + 1
    again = await send(alice, await export(alice), dry=True, expect=400)
    assert "10,000" in again["message"]
    assert (await send(alice, file))["unchanged"] == MOST_LINES


@SQLITE
async def test_only_an_import_may_be_larger_than_others_and_not_without_bound(alice: Person) -> None:
    file = b"name,quantity,notes\nMilk,1," + b" " * (LARGEST_FILE - 40)

    async def pieces() -> Any:
        for start in range(0, LARGEST_FILE + 65536, 65536):
            yield file[start : start + 65536] or b" " * 65536

    for content in (file + b" " * 100, pieces()):
        response = await alice.call(
            "POST", f"{alice.home}/items/import", content=content, headers={"Content-Type": CSV}
        )
        assert (response.status_code, response.json()["error"]) == (413, "PAYLOAD_TOO_LARGE")
        assert "10 MiB" in response.json()["message"]
    response = await alice.call("POST", f"{alice.home}/items", content=b" " * (1024 * 1024 + 1))
    assert (response.status_code, "1 MiB" in response.json()["message"]) == (413, True)


cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "Milk", "1", "1,5", "-1", "1e9999999", "0x1", "=1", "'", '"', "2999-12-31", "2026-02-30"]
    ),
)
headers = st.sampled_from(["name", "quantity", "id", "amount", "price", "due_date", "notes", "", "x", '"'])
tables = st.builds(
    lambda head, rows, delimiter, end: end.join(delimiter.join(row) for row in [head, *rows]),
    st.lists(headers, max_size=8).map(lambda more: ["name", "quantity", *more]),
    st.lists(st.lists(cells, max_size=10), max_size=6),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n", "\r"]),
)


@SQLITE
async def test_no_junk_is_ever_our_fault(alice: Person) -> None:
    with httpx.Client(base_url=alice.base_url + API, headers=alice.http.headers, timeout=30) as http:

        @given(st.one_of(st.binary(max_size=200), tables.map(lambda text: text.encode("utf-8", "replace"))))
        @hypothesis_settings(
            max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        def throw(junk: bytes) -> None:
            for dry in ("true", "false"):
                response = http.post(
                    f"{alice.home}/items/import",
                    params={"dryRun": dry},
                    content=junk,
                    headers={"Content-Type": CSV},
                )
                assert response.status_code in {200, 400}, response.text
                if response.status_code == 400:
                    assert response.json()["error"] == "VALIDATION_ERROR"

        await asyncio.to_thread(throw)
