"""Figures for monitoring: numbers only, no names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.db import table
from core.delivery import backlog
from core.models import ChannelName, Delivery
from core.operations import counters, readiness
from core.operations.counters import Counted
from core.operations.readiness import Check

deliveries = table(Delivery)


@dataclass(frozen=True)
class Figures:
    """`deliveries` are counts by (channel, state), and `oldest_due` are ages by channel."""

    deliveries: Mapping[tuple[str, str], int]
    oldest_due: Mapping[ChannelName, timedelta]
    counted: Mapping[Counted, int]
    checks: Sequence[Check]


def read(session: Session, parts: Sequence[str]) -> Figures:
    """Return the current figures."""
    by_state = select(deliveries.c.channel, deliveries.c.state, func.count()).group_by(
        deliveries.c.channel, deliveries.c.state
    )
    return Figures(
        deliveries={(channel, state): number for channel, state, number in session.execute(by_state)},
        oldest_due=backlog.oldest_due(session),
        counted=counters.read(session),
        checks=readiness.examine(session, parts),
    )
