"""/invitations: what a mailed invitation is about, and how to accept it. That needs to be signed in."""

from fastapi import APIRouter, Response

from api.dependencies import SigningKeys, Tx
from api.pages.layout import new_router, page, paragraph, problem, steps
from core.households import invitation_mail
from core.telegram import linking
from core.wording.sentences import ROLES

TITLE = "Join a household"
WRONG = "This link is wrong, or the invitation is gone. Ask for a new one."
CLOSED = "This invitation was used, was taken back, or has expired. Ask for a new one if you are not in."


async def show_invitation(tx: Tx, keys: SigningKeys, token: str = "") -> Response:
    invitation = await tx.read(invitation_mail.show, keys, token)
    if invitation is None:
        return page(TITLE, problem(WRONG), status=400)
    if not invitation.is_open:
        return page(TITLE, problem(CLOSED))
    bot = await tx.read(linking.bot_username)
    who = invitation.invited_by or "Somebody"
    what = f"{who} invites you to {invitation.household_name}, as {ROLES[invitation.role]}."
    chat = f" In Telegram, send /household to @{bot} once the chat is linked to your account." if bot else ""
    return page(
        TITLE,
        paragraph(what),
        steps(
            f"Sign in with {invitation.email} in the app that you use, or register with it.",
            "Confirm the address: open the link in the mail that you get after registering.",
            f"Accept the invitation; your app shows it.{chat}",
        ),
        paragraph(
            f"You can accept until {invitation.expires_at:%Y-%m-%d}. If you do not want to, do nothing."
        ),
    )


def router() -> APIRouter:
    routes = new_router()
    routes.get("/invitations")(show_invitation)
    return routes
