"""An import as news: one summary for each person, of what they want to hear. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core import events
from core.events import levels, severity
from core.events.severity import BAD, Severity
from core.models import Topic, WatchLevel
from core.notifications.decisions import News
from core.preferences.follows import Watched, Watching
from core.preferences.routing import Routing


@dataclass(frozen=True)
class ImportNews:
    """What an import is under each topic, the weightiest first, for one person.

    `asked` is for people who want low stock, and `followed` for those who only hear of what they follow.
    """

    asked: News
    followed: News
    watching: Watching
    """Follow when they follow any of the items, mute when they muted all of them."""

    def by_weight(self, routing: Routing) -> News:
        return self.asked if Topic.LOW_STOCK in routing.topics else self.followed


def look(
    summary: events.ItemsImported, happened: Sequence[Sequence[events.ItemEvent]], watched: Watched
) -> ImportNews:
    """Return what an import is to one person; `happened` are the events of each item."""
    looks = [watched.of(one[0].item) for one in happened]
    alerts = [
        (alert, watch.level)
        for one, watch in zip(happened, looks, strict=True)
        if watch.level != WatchLevel.MUTE and (alert := _alert(one, watch)) is not None
    ]
    alerts.sort(key=lambda one: severity.of(one[0]), reverse=True)
    return ImportNews(
        asked=_by_weight(summary, [alert for alert, _ in alerts]),
        followed=_by_weight(summary, [alert for alert, level in alerts if level == WatchLevel.FOLLOW]),
        watching=Watching(_level_of_all({watch.level for watch in looks})),
    )


def _alert(happened: Sequence[events.ItemEvent], watch: Watching) -> events.ItemEvent | None:
    """Return the alert that an item is low or out for a person because of an import, or None."""
    own = watch.min_quantity
    theirs = levels.for_minimum(happened, own) if own is not None else happened
    last = theirs[-1]
    return last if isinstance(last, events.LevelEvent) and severity.of(last) in BAD else None


def _level_of_all(found: set[str | None]) -> str | None:
    if WatchLevel.FOLLOW in found:
        return WatchLevel.FOLLOW
    return WatchLevel.MUTE if found == {WatchLevel.MUTE} else None


def _by_weight(summary: events.ItemsImported, alerts: Sequence[events.ItemEvent]) -> News:
    activity = (Topic.MEMBER_ACTIVITY, summary)
    if not alerts:
        return [activity]
    named = replace(
        summary,
        ran_low=[alert.item.name for alert in alerts],
        critical=severity.of(alerts[0]) is Severity.CRITICAL,
    )
    return [(Topic.LOW_STOCK, named), activity]
