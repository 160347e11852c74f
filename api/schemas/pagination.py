"""Where a page stands among the others."""

from typing import Annotated, Self

from fastapi import Query

from api.schemas.base import Out
from core.pages import Page

LARGEST_PAGE = 100
LAST_PAGE = 1_000_000

Number = Annotated[int, Query(ge=1, le=LAST_PAGE, description="Pages count from 1")]
Size = Annotated[int, Query(alias="pageSize", ge=1, le=LARGEST_PAGE)]


class PaginationOut(Out):
    page: int
    page_size: int
    total: int
    total_pages: int

    @classmethod
    def of(cls, page: Page[object]) -> Self:
        return cls(page=page.number, page_size=page.size, total=page.total, total_pages=page.pages)
