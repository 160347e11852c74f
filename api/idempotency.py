"""Idempotency-Key: a request repeated with the same key gets its first answer again.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from fastapi import Depends, FastAPI, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import AfterValidator
from sqlalchemy.orm import Session

from api import etags
from api.dependencies import Caller, Tx
from api.schemas.base import Out
from api.schemas.fields import refusal
from core.actors import Actor
from core.db import Transactions
from core.guards import access, idempotency

P = ParamSpec("P")
T = TypeVar("T")
Answer = TypeVar("Answer", bound=Out)

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
LONGEST = 255
DESCRIPTION = (
    "Any text of your own, such as a new UUID, that makes it safe to repeat the request. "
    "For 24 hours the same key with the same request gets the first answer again, marked "
    f"`{REPLAYED}: true`; with another request it is 409. A request that failed changed nothing and may be "
    "repeated with its key."
)


class Answered(Exception):
    """The request was answered before, with `body`."""

    def __init__(self, body: dict[str, object]) -> None:
        super().__init__()
        self.body = body


@dataclass(frozen=True)
class Once:
    """The transaction of a request that may be repeated; without a key, an ordinary one."""

    _tx: Transactions
    _who: Actor
    _response: Response
    _household_id: UUID | None
    _key: str | None
    _fingerprint: str

    async def write(
        self,
        answer: Callable[[T], Answer],
        function: Callable[Concatenate[Session, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Answer:
        """Run `function(session, ...)`, and return the answer, which is stored in the same transaction.

        Raises Answered when the request was answered before.
        """
        if self._key is None:
            given = answer(await self._tx.write(function, *args, **kwargs))
        else:
            given = await self._tx.write(
                self._claimed, self._key, lambda session: answer(function(session, *args, **kwargs))
            )
        self._response.headers.update(headers_of(given.model_dump(include={"version"})))
        return given

    def _claimed(self, session: Session, key: str, work: Callable[[Session], Answer]) -> Answer:
        body = idempotency.claim(session, self._who, key, self._fingerprint)
        if body is not None:
            if self._household_id is not None:
                # Former members may not see the answer again.
                access.look(session, self._who, self._household_id)
            raise Answered(body)
        given = work(session)
        idempotency.keep(session, self._who, key, given.as_json())
        return given


def headers_of(body: Mapping[str, object]) -> dict[str, str]:
    """Return the ETag of an answer that has a version."""
    version = body.get("version")
    return {"ETag": etags.of(version)} if isinstance(version, int) else {}


def _visible(key: str | None) -> str | None:
    if key is not None and not all("!" <= character <= "~" for character in key):
        raise refusal(f"{HEADER} may contain only visible ASCII characters, without spaces.")
    return key


async def _once(
    request: Request,
    response: Response,
    tx: Tx,
    who: Caller,
    key: Annotated[
        str | None,
        Header(
            alias=HEADER,
            min_length=1,
            max_length=LONGEST,
            json_schema_extra={"pattern": r"^[!-~]+$"},
            description=DESCRIPTION,
        ),
        AfterValidator(_visible),
    ] = None,
) -> Once:
    fingerprint = await _fingerprint(request) if key is not None else ""
    return Once(tx, who, response, _household_of(request), key, fingerprint)


def _household_of(request: Request) -> UUID | None:
    """Return the household in the path, or None; handlers refuse a malformed id themselves."""
    try:
        return UUID(request.path_params["householdId"])
    except (KeyError, ValueError):
        return None


async def _fingerprint(request: Request) -> str:
    """Return a digest of the request; spacing and key order of its JSON do not matter."""
    body = await request.body()
    with contextlib.suppress(ValueError, RecursionError):
        body = json.dumps(json.loads(body), sort_keys=True).encode("utf-8", "surrogatepass")
    target = f"{request.method} {request.url.path}?{request.url.query}\n"
    return hashlib.sha256(target.encode("utf-8", "replace") + body).hexdigest()


OncePerKey = Annotated[Once, Depends(_once)]


async def _replay(request: Request, answered: Exception) -> JSONResponse:
    assert isinstance(answered, Answered)
    headers = {REPLAYED: "true", **headers_of(answered.body)}
    status = request.scope["route"].status_code or 200
    return JSONResponse(answered.body, status, headers)


def register(app: FastAPI) -> None:
    """Answer repeated requests as the first time."""
    app.add_exception_handler(Answered, _replay)
