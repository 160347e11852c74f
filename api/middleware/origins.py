"""Which other origins browsers may call from, for REST and Socket.IO alike."""

import re
from collections.abc import Mapping, Sequence

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from api.middleware.request_ids import HEADER

LOOPBACK = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]+)?"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
EXPOSED = ["Content-Disposition", "ETag", "Idempotency-Replayed", "Retry-After", HEADER]
PREFLIGHT_LASTS_S = 600


class Origins:
    """The origins named in the settings; in development also any page on this machine."""

    def __init__(self, named: Sequence[str], *, any_loopback: bool) -> None:
        self._named = [origin.rstrip("/") for origin in named]
        self._pattern = LOOPBACK if any_loopback else None

    def add_to(self, app: FastAPI) -> None:
        """Send them CORS headers. Tokens travel in a header, so no credentials are allowed."""
        app.add_middleware(
            CORSMiddleware,
            allow_origins=self._named,
            allow_origin_regex=self._pattern,
            allow_methods=METHODS,
            # Clients' tools add headers of their own, and only Authorization opens anything.
            allow_headers=["*"],
            expose_headers=EXPOSED,
            max_age=PREFLIGHT_LASTS_S,
        )

    def __call__(self, origin: str | None, environ: Mapping[str, str]) -> bool:
        """Return whether an origin may open a socket; engineio calls it with its WSGI environment."""
        if origin is None or "*" in self._named or origin in self._named:
            return True
        if origin == f"{environ.get('wsgi.url_scheme')}://{environ.get('HTTP_HOST')}":
            return True
        return self._pattern is not None and re.fullmatch(self._pattern, origin) is not None
