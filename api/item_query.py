"""The query string of an item list, in all the spellings that clients use."""

from typing import Annotated, Literal

from fastapi import Query

from api.schemas.pages import Number, Size
from core.catalog import ItemQuery
from core.errors import Invalid
from core.items import ExpirationStatus
from core.text import clean_optional

SORTS = {
    "expirationDate": "expires",
    "expiry": "expires",
    "name": "name",
    "category": "category",
    "createdAt": "created_at",
    "created": "created_at",
    "location": "location",
}
Text = Annotated[str | None, Query(max_length=200)]


async def item_query(
    location: Text = None,
    category: Text = None,
    status: Annotated[Text, Query(description="fresh, expiring_soon, expired or no_expiry")] = None,
    search: Annotated[Text, Query(description="Part of a name")] = None,
    sort_by: Annotated[str, Query(alias="sortBy", description=", ".join(SORTS))] = "createdAt",
    sort_order: Annotated[Literal["asc", "desc"], Query(alias="sortOrder")] = "asc",
    page: Number = 1,
    page_size: Size = 50,
) -> ItemQuery:
    """Return what is asked for. An empty filter is none. Raises Invalid."""
    if sort_by not in SORTS:
        raise Invalid(f"sortBy must be one of: {', '.join(SORTS)}.", "sortBy")
    return ItemQuery(
        location=clean_optional(location, "location", 200),
        category=clean_optional(category, "category", 200),
        status=_status(status),
        search=clean_optional(search, "search", 200),
        sort=SORTS[sort_by],
        descending=sort_order == "desc",
        page=page,
        page_size=page_size,
    )


def _status(value: str | None) -> ExpirationStatus | None:
    if not value:
        return None
    try:
        return ExpirationStatus(value.replace("-", "_"))
    except ValueError:
        raise Invalid(f"status must be one of: {', '.join(ExpirationStatus)}.", "status") from None
