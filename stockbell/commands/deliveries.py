"""`stockbell deliveries list | show | replay | test`."""

import argparse
from typing import ParamSpec, TypeVar

from sqlalchemy.orm import Session

from core import emails
from core.config import Settings
from core.db import Work
from core.delivery import history
from core.delivery.history import DeliveryDetails
from core.models import DeliveryState
from core.notifications import announcing
from core.wording import reasons
from stockbell.commands.accounts import actor_of
from stockbell.commands.database import opened

P = ParamSpec("P")
T = TypeVar("T")


def obey(chosen: argparse.Namespace, settings: Settings) -> str:
    """Run one of the commands and return what to print. Raises DomainError."""
    match chosen.action:
        case "list":
            state = DeliveryState(chosen.state) if chosen.state else None
            rows = _run(settings, history.find, state=state, channel=chosen.channel, limit=chosen.limit)
            return "\n".join(map(_line, rows)) or "There are none."
        case "show":
            return _details(_run(settings, history.show, chosen.id))
        case "replay":
            again = _run(settings, history.replay, chosen.id)
            return f"Delivery {again} sends it again. It is due now."
    _run(settings, _send_test, emails.valid(chosen.email))
    return f"A test is on its way to {chosen.email} on every channel that is on."


def _run(settings: Settings, function: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    with opened(settings) as database:
        return database.write_now(function, *args, **kwargs)


def _send_test(session: Session, email: str) -> None:
    announcing.send_test(session, actor_of(session, email))


def _line(row: DeliveryDetails) -> str:
    outcome = f"{row.state} ({row.reason})" if row.reason else row.state
    when, what = f"{row.created_at:%Y-%m-%d %H:%M}", f"{row.channel:<8}  {row.event:<16}"
    return f"{row.id:>8}  {when}  {what}  {row.display_name}: {outcome}"


def _details(row: DeliveryDetails) -> str:
    facts = {
        "delivery": row.id,
        "to": row.display_name,
        "about": f"{row.event} ({row.topic})",
        "channel": row.channel,
        "state": f"{row.state}: {reasons.explain(row.state, row.reason)}",
        "created": row.created_at.isoformat(timespec="seconds"),
        "due": row.due_at.isoformat(timespec="seconds"),
        "settled": row.settled_at.isoformat(timespec="seconds") if row.settled_at else None,
        "message": row.message_id,
        "attempts that counted": row.attempts,
        "times it may have arrived": row.repeats,
        "last error": row.last_error,
        "the channel's id": row.external_id,
    }
    return "\n".join(f"{name:<26}{value}" for name, value in facts.items() if value is not None)
