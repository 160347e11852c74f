"""/unsubscribe: no more mails, with one click from the mail program or with a button here."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Response

from api.dependencies import SigningKeys, Tx
from api.pages.layout import INCOMPLETE, form, new_router, page, paragraph, problem
from core import signed_ids
from core.settings import unsubscribing
from core.signed_ids import Signed

PATH = "unsubscribe"
WRONG = "This link is wrong, or what it was about is gone."
STILL = "What you ask for yourself, such as a link that sets a new password, is mailed all the same."


async def show_unsubscribing(token: str = "") -> Response:
    if not token:
        return page("Stop these mails", problem(INCOMPLETE), status=400)
    return page("Stop these mails?", paragraph(STILL), form(PATH, "Send me no more mails", token=token))


async def unsubscribe(
    tx: Tx,
    keys: SigningKeys,
    clicked: Annotated[str, Query(alias="token")] = "",
    token: Annotated[str, Form()] = "",
    again: Annotated[bool, Form()] = False,
) -> Response:
    """Stop the mails, or send them again.

    A mail program posts to the address in List-Unsubscribe, as RFC 8058 says; the token is in the query then.
    """
    shown = token or clicked
    mailbox_id = signed_ids.read(keys, Signed.MAILBOX, shown)
    if mailbox_id is None or not await tx.write(unsubscribing.set_wanted, mailbox_id, wanted=again):
        return page("That did not work", problem(WRONG), status=400)
    if again:
        return page("You get mails again", paragraph("You can stop them with the link in each of them."))
    back = form(PATH, "Send them again", token=shown, again="true")
    return page("You get no more mails", paragraph(STILL), back)


def router() -> APIRouter:
    routes = new_router()
    routes.get(f"/{PATH}")(show_unsubscribing)
    routes.post(f"/{PATH}")(unsubscribe)
    return routes
