"""Files that cannot be imported: what is wrong is named, cell by cell, and nothing is changed."""

import asyncio
import csv
import io
from typing import Any
from uuid import uuid4

import httpx
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.inventory.csv_items import LARGEST_FILE, MOST_LINES
from tests.api.lists import CSV, actions, items_of, send
from tests.support.people import API, Person
from tests.support.scale import scaled

# Nothing of this depends on the database.


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
    "critical": ["perhaps", "2"],
    "id": ["7", str(uuid4())],
}


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


async def test_of_very_many_wrong_cells_a_hundred_are_named(alice: Person) -> None:
    refused = await send(alice, "name,quantity\n" + "Milk,x\n" * 130, expect=400)
    assert len(refused["details"]) == 100
    assert "30 more" in refused["message"]
    refused = await send(alice, "name,quantity,minQuantity\nMilk,1,x\n", expect=400)
    assert refused["message"].startswith("Nothing was imported. Line 2, minQuantity: minQuantity must be")


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
        # Those that are long to read are read once.
        for dry in (False, True) if len(content) < 20_000 else (False,):
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


async def test_no_junk_is_ever_our_fault(alice: Person) -> None:
    with httpx.Client(base_url=alice.base_url + API, headers=alice.http.headers, timeout=120) as http:

        @given(st.one_of(st.binary(max_size=200), tables.map(lambda text: text.encode("utf-8", "replace"))))
        @hypothesis_settings(
            max_examples=scaled(150),
            database=None,
            suppress_health_check=list(HealthCheck),
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
