"""Pagination."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from api.schemas.base import View

LARGEST_PAGE = 100
LAST_PAGE = 1_000_000

Number = Annotated[int, Query(ge=1, le=LAST_PAGE, description="The first page is 1")]
Size = Annotated[int, Query(alias="pageSize", ge=1, le=LARGEST_PAGE)]


class PaginationOut(View):
    page: int = Field(validation_alias="number")
    page_size: int = Field(validation_alias="size")
    total: int
    total_pages: int = Field(validation_alias="pages")
