"""A person's own settings for one household."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.actors import Actor
from core.db import table, upsert
from core.events import streams
from core.guards import access
from core.models import HouseholdPreference
from core.preferences import recipients, routing
from core.preferences.recipients import Recipient
from core.settings import preferences

_own = table(HouseholdPreference)


@dataclass(frozen=True)
class HouseholdSettings:
    """`apart`: the household has its own settings. Otherwise these are the general ones."""

    apart: bool
    topics: Sequence[str]
    routes: Mapping[str, Mapping[str, str]]
    """A value of When for every topic and channel."""


def get(session: Session, who: Actor, household_id: UUID) -> HouseholdSettings:
    """Return a person's settings for a household. Raises NotAllowed."""
    access.look(session, who, household_id)
    to = _recipient(session, who, household_id)
    return HouseholdSettings(to.apart, list(to.routing.topics), routing.matrix(to.routing.routes))


def put(
    session: Session,
    who: Actor,
    household_id: UUID,
    topics: Sequence[str] | None = None,
    routes: Mapping[str, Mapping[str, str | None]] | None = None,
) -> HouseholdSettings:
    """Give a household its own topics and routes; what is not given stays as it is. Raises NotAllowed."""
    access.stay(session, who, household_id)
    streams.lock(session, streams.of_user(who.user_id))
    before = _recipient(session, who, household_id).routing
    values = {
        "topics": list(before.topics if topics is None else topics),
        "routes": routing.merge(before.routes, routes or {}),
    }
    place = {"user_id": who.user_id, "household_id": household_id}
    session.execute(
        upsert(session, _own)
        .values(**place, **values)
        .on_conflict_do_update(index_elements=list(place), set_=values)
    )
    preferences.carry_out(session, who)
    return get(session, who, household_id)


def reset(session: Session, who: Actor, household_id: UUID) -> HouseholdSettings:
    """Go back to the general settings for a household. Raises NotAllowed."""
    access.look(session, who, household_id)
    streams.lock(session, streams.of_user(who.user_id))
    mine = _own.c.user_id == who.user_id, _own.c.household_id == household_id
    session.execute(delete(_own).where(*mine))
    preferences.carry_out(session, who)
    return get(session, who, household_id)


def _recipient(session: Session, who: Actor, household_id: UUID) -> Recipient:
    _, homes = recipients.of_people(session, [who.user_id])[who.user_id]
    return homes[household_id]
