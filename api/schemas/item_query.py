"""The query parameters of an item list, in every spelling that clients use."""

from typing import Annotated, Literal

from fastapi import Query

from api.schemas.fields import Checked, optional_text
from api.schemas.pagination import Number, Size
from core.errors import Invalid
from core.inventory.catalog import ItemQuery
from core.values.items import ExpirationStatus

SORTS = {
    "expirationDate": "expires",
    "expiry": "expires",
    "name": "name",
    "category": "category",
    "createdAt": "created_at",
    "created": "created_at",
    "location": "location",
}
STATUSES = {
    spelling: status
    for status in ExpirationStatus
    for spelling in (status.value, status.value.replace("_", "-"))
}


def _sort(value: str, _field: str) -> str:
    if value not in SORTS:
        raise Invalid(f"sortBy must be one of: {', '.join(SORTS)}.")
    return value


def _status(value: str, _field: str) -> str:
    if value and value not in STATUSES:
        raise Invalid(f"status must be one of: {', '.join(ExpirationStatus)}.")
    return value


Text = Annotated[str | None, optional_text(200)]
Sort = Annotated[str, Checked(_sort, {"type": "string", "enum": [*SORTS]})]
Status = Annotated[str, Checked(_status, {"type": "string", "enum": [*STATUSES, ""]})]


async def item_query(
    location: Text = None,
    category: Text = None,
    status: Status = "",
    search: Annotated[Text, Query(description="Part of a name")] = None,
    sort_by: Annotated[Sort, Query(alias="sortBy")] = "createdAt",
    sort_order: Annotated[Literal["asc", "desc"], Query(alias="sortOrder")] = "asc",
    page: Number = 1,
    page_size: Size = 50,
) -> ItemQuery:
    """Return the query. An empty filter means none."""
    return ItemQuery(
        location=location,
        category=category,
        status=STATUSES.get(status),
        search=search,
        sort=SORTS[sort_by],
        descending=sort_order == "desc",
        page=page,
        page_size=page_size,
    )
