"""The endpoints, one noun a module. Each module makes its router when asked."""

from fastapi import APIRouter

from api.openapi.document import operation_id

PREFIX = "/api/v1"


def new_router(tag: str, prefix: str = "") -> APIRouter:
    """Return a router whose routes are complete by themselves: their paths begin with that of the API."""
    return APIRouter(prefix=PREFIX + prefix, tags=[tag], generate_unique_id_function=operation_id)
