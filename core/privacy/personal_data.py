"""The export of all data about a person."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts import accounts
from core.actors import Actor
from core.db import table
from core.households import households, invitations
from core.models import (
    Base,
    Delivery,
    ExpiryWarning,
    HouseholdPreference,
    Invitation,
    Notification,
    RefreshToken,
    Schedule,
    ScheduledRun,
    ShoppingList,
    ShoppingListItem,
    StockMovement,
    Watch,
)
from core.settings import preferences
from core.telegram import linking


def gather(session: Session, who: Actor) -> dict[str, object]:
    """Return a person's data by kind, without hashes of secrets."""
    linked = linking.status(session, who)
    return {
        "account": vars(accounts.get(session, who)),
        "notificationSettings": vars(preferences.get(session, who)),
        "householdSettings": _rows(session, who, HouseholdPreference, "household_id"),
        "watches": _rows(session, who, Watch, "id"),
        "schedules": _rows(session, who, Schedule, "kind"),
        "scheduledRuns": _rows(session, who, ScheduledRun, "ran_at"),
        "expiryWarnings": _rows(session, who, ExpiryWarning, "warned_at"),
        "telegram": vars(linked) if linked else None,
        "households": [
            {"id": one.id, "name": one.name, "role": one.role}
            for one in households.of_person(session, who.user_id)
        ],
        "invitations": [vars(one) for one in invitations.mine(session, who)],
        "movements": _rows(session, who, StockMovement, "created_at"),
        "shoppingLists": _rows(session, who, ShoppingList, "created_at", owner="created_by"),
        "sentInvitations": _rows(session, who, Invitation, "created_at", owner="invited_by"),
        "shoppingListItems": _rows(session, who, ShoppingListItem, "added_at", owner="added_by"),
        "notifications": _rows(session, who, Notification, "created_at"),
        "deliveries": _rows(session, who, Delivery, "id"),
        "signIns": _rows(session, who, RefreshToken, "created_at"),
    }


def _rows(
    session: Session, who: Actor, model: type[Base], order: str, owner: str = "user_id"
) -> list[dict[str, object]]:
    of = table(model).c
    rows = session.execute(
        select(*(column for column in of if column.name != "token_hash"))
        .where(of[owner] == who.user_id)
        .order_by(of[order])
    )
    return [row._asdict() for row in rows]
