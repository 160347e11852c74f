"""The endpoints, one module per noun. Each has a function that makes its router."""

from fastapi import APIRouter

from api.openapi.document import operation_id

PREFIX = "/api/v1"


def new_router(tag: str, prefix: str = "") -> APIRouter:
    """Return a router whose routes have full paths, beginning with that of the API."""
    return APIRouter(prefix=PREFIX + prefix, tags=[tag], generate_unique_id_function=operation_id)
