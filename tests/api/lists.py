"""Lists of items as files, sent and fetched."""

from typing import Any

from tests.support.people import Person

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
