"""/invitations: what a mailed invitation is for, and how to accept it, which needs a sign-in."""

from fastapi import APIRouter, Response

from api.dependencies import SigningKeys, Tx
from api.pages.layout import new_router, page
from core.households import invitation_mail
from core.telegram import linking
from core.wording.sentences import ROLES

WRONG = "This link is wrong, or the invitation no longer exists. Ask for a new one."
CLOSED = "This invitation was used or taken back, or has expired. Ask for a new one to join."


async def show_invitation(tx: Tx, keys: SigningKeys, token: str = "") -> Response:
    invitation = await tx.read(invitation_mail.show, keys, token)
    if invitation is None:
        return page("invitation.html", wrong=WRONG)
    if not invitation.is_open:
        return page("invitation.html", wrong=CLOSED, status=200)
    bot = await tx.read(linking.bot_username)
    return page("invitation.html", invitation=invitation, role=ROLES[invitation.role], bot=bot)


def router() -> APIRouter:
    routes = new_router()
    routes.get("/invitations")(show_invitation)
    return routes
