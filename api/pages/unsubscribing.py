"""/unsubscribe: stop mails, with one click in the mail program or a button here."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Response

from api.dependencies import SigningKeys, Tx
from api.pages.layout import INCOMPLETE, message, new_router, page
from core import signed_ids
from core.errors import Invalid
from core.settings import unsubscribing
from core.signed_ids import Signed

PATH = "/unsubscribe"


async def show_unsubscribing(token: str = "") -> Response:
    return page("unsubscribe.html", token=token, stopped=False, wrong="" if token else INCOMPLETE)


async def unsubscribe(
    tx: Tx,
    keys: SigningKeys,
    clicked: Annotated[str, Query(alias="token")] = "",
    token: Annotated[str, Form()] = "",
    again: Annotated[bool, Form()] = False,
) -> Response:
    """Stop the mails, or resume them.

    Mail programs post to the address in List-Unsubscribe (RFC 8058), with the token in the query.
    """
    shown = token or clicked
    mailbox_id = signed_ids.read(keys, Signed.MAILBOX, shown)
    if mailbox_id is None or not await tx.write(unsubscribing.set_wanted, mailbox_id, wanted=again):
        raise Invalid("This link is wrong or no longer valid.")
    if again:
        return message("You will get mails again", "You can stop them with the link in each of them.")
    return page("unsubscribe.html", token=shown, stopped=True)


def router() -> APIRouter:
    routes = new_router()
    routes.get(PATH)(show_unsubscribing)
    routes.post(PATH)(unsubscribe)
    return routes
