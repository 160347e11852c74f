"""Figures for Prometheus."""

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.dependencies import Tx
from api.metrics import Metrics
from core.config import Settings
from core.errors import Unauthenticated, Unavailable
from core.operations import figures, readiness

PATH = "/metrics"


def router(settings: Settings, measured: Metrics) -> APIRouter:
    """Return the route; when METRICS_TOKEN is set, callers must send it."""
    parts = readiness.expected(settings)
    token = settings.metrics_token.get_secret_value().encode()

    async def allowed(authorization: Annotated[str, Header()] = "") -> None:
        # Bytes, because compare_digest raises on non-ASCII text.
        given = authorization.encode()
        if token and not hmac.compare_digest(given, b"Bearer " + token):
            raise Unauthenticated("Send METRICS_TOKEN as Authorization: Bearer <token>.")

    async def metrics(tx: Tx) -> Response:
        try:
            found = await tx.read(figures.read, parts)
        except Unavailable:
            found = None
        return Response(measured.exposition(found), media_type=CONTENT_TYPE_LATEST)

    routes = APIRouter()
    routes.get(PATH, dependencies=[Depends(allowed)], include_in_schema=False)(metrics)
    return routes
