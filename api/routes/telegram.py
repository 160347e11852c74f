"""Linking a Telegram chat to the caller's account, from either side."""

import json
from typing import Annotated, NoReturn

from fastapi import APIRouter, Header, Request

from api.dependencies import Caller, Config, SigningKey, Tx, Waking
from api.openapi.descriptions import failing
from api.routes import new_router
from api.schemas.telegram import LinkBody, LinkCodeOut, LinkedOut, LinkStatusOut, ReceivedOut
from core.errors import Invalid, NotFound, TooManyAttempts, Unauthenticated
from core.telegram import inbound, linking, webhook
from core.telegram.inbound import ReceivedUpdate
from core.telegram.link_codes import LIFETIME, CodeRefused


async def link_telegram(body: LinkBody, who: Caller, tx: Tx, key: SigningKey) -> LinkedOut:
    """Link the chat to which the bot gave this code."""
    outcome = await tx.write(linking.redeem_on_web, key, who, body.verification_code)
    if not isinstance(outcome, CodeRefused):
        return LinkedOut.of(outcome)
    if outcome.retry_after is not None:
        raise TooManyAttempts(outcome.message, outcome.retry_after)
    raise Invalid(outcome.message, "verificationCode")


async def unlink_telegram(who: Caller, tx: Tx) -> None:
    """Unlink the caller's chat. It takes effect at once."""
    await tx.write(linking.unlink, who)


async def generate_link_code(who: Caller, tx: Tx, key: SigningKey, settings: Config) -> LinkCodeOut:
    """Make a code to send to the bot, and a link that sends it."""
    issued = await tx.write(linking.issue_for_user, key, who)
    bot = await tx.read(linking.bot_username)
    minutes = int(LIFETIME.total_seconds() // 60)
    recipient = f"@{bot}" if bot else "the bot"
    return LinkCodeOut(
        code=issued.code,
        expires_at=issued.expires_at,
        deep_link=settings.deep_link(bot, issued.code) if bot else None,
        instructions=f"Send /link {issued.code} to {recipient} on Telegram within {minutes} minutes.",
    )


async def get_link_status(who: Caller, tx: Tx) -> LinkStatusOut:
    """Show whether a chat is linked, and whose."""
    return LinkStatusOut.of(await tx.read(linking.status, who))


async def receive_update(
    request: Request,
    tx: Tx,
    key: SigningKey,
    settings: Config,
    wake: Waking,
    shown: Annotated[str | None, Header(alias=webhook.HEADER)] = None,
) -> ReceivedOut:
    """Take an update from Telegram, if a webhook is configured. It is stored before the answer is sent."""
    body = await request.body()
    if not settings.telegram_webhook_url:
        raise NotFound("This server fetches its updates itself; no webhook is configured.")
    if not webhook.is_genuine(key, shown):
        raise Unauthenticated("Only Telegram may call this.")
    update = ReceivedUpdate.of(_parsed(body))
    await tx.write(inbound.store, [update])
    wake()
    return ReceivedOut()


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise Invalid("The body is not valid JSON.") from None


def _refuse(constant: str) -> NoReturn:
    # NaN and Infinity are Python's, not JSON's.
    raise ValueError(constant)


def router() -> APIRouter:
    routes = new_router("Telegram")
    routes.post("/notifications/telegram/link", responses=failing(409, 429))(link_telegram)
    unlink = "/notifications/telegram/unlink"
    routes.delete(unlink, status_code=204, responses=failing(404))(unlink_telegram)
    routes.post("/telegram/generate-link-code", responses=failing(409))(generate_link_code)
    routes.get("/telegram/link-status")(get_link_status)
    body = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    fails = failing(401, 404)
    routes.post("/telegram/webhook", responses=fails, openapi_extra={"requestBody": body})(receive_update)
    return routes
