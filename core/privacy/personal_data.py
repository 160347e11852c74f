"""Everything that is kept about one person, as plain data that they may take with them."""

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from core.accounts import accounts
from core.actors import Actor
from core.db import table
from core.households import households, invitations
from core.models import (
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

_movements, _notifications, _deliveries = table(StockMovement), table(Notification), table(Delivery)
_entries, _sign_ins = table(ShoppingListItem), table(RefreshToken)
_lists, _invitations = table(ShoppingList), table(Invitation)
_apart, _watches, _schedules = table(HouseholdPreference), table(Watch), table(Schedule)
_runs, _warnings = table(ScheduledRun), table(ExpiryWarning)


def gather(session: Session, who: Actor) -> dict[str, object]:
    """Return all that is mine, by kind. Hashes of secrets are left out: they are of no use to anybody."""
    return {
        "account": vars(accounts.get(session, who)),
        "notificationSettings": vars(preferences.get(session, who)),
        "householdSettings": _rows(session, who, _apart, "household_id"),
        "watches": _rows(session, who, _watches, "id"),
        "schedules": _rows(session, who, _schedules, "kind"),
        "scheduledRuns": _rows(session, who, _runs, "ran_at"),
        "expiryWarnings": _rows(session, who, _warnings, "warned_at"),
        "telegram": vars(linked) if (linked := linking.status(session, who)) else None,
        "households": [
            {"id": one.id, "name": one.name, "role": one.role}
            for one in households.of_person(session, who.user_id)
        ],
        "invitations": [vars(one) for one in invitations.mine(session, who)],
        "movements": _rows(session, who, _movements, "created_at"),
        "shoppingLists": _rows(session, who, _lists, "created_at", owner="created_by"),
        "sentInvitations": _rows(session, who, _invitations, "created_at", owner="invited_by"),
        "shoppingListItems": _rows(session, who, _entries, "added_at", owner="added_by"),
        "notifications": _rows(session, who, _notifications, "created_at"),
        "deliveries": _rows(session, who, _deliveries, "id"),
        "signIns": _rows(session, who, _sign_ins, "created_at", without={"token_hash"}),
    }


def _rows(
    session: Session,
    who: Actor,
    of: Table,
    order: str,
    *,
    owner: str = "user_id",
    without: set[str] | None = None,
) -> list[dict[str, object]]:
    columns = [column for column in of.c if column.name not in (without or set())]
    rows = session.execute(select(*columns).where(of.c[owner] == who.user_id).order_by(of.c[order]))
    return [dict(row._mapping) for row in rows]
