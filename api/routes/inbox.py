"""The caller's inbox."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.dependencies import Caller, NotificationId, Tx
from api.openapi.descriptions import failing
from api.routes import new_router
from api.schemas.inbox import DeliveriesOut, InboxOut, MarkedOut, NotificationOut, UnreadOut
from api.schemas.pagination import LARGEST_PAGE, Number, Size
from core.delivery import history, inbox
from core.models import ChannelName, Topic
from core.notifications import announcing

LAST_OFFSET = 1_000_000_000


async def list_notifications(
    who: Caller,
    tx: Tx,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 20,
    offset: Annotated[int, Query(ge=0, le=LAST_OFFSET)] = 0,
    unread_only: Annotated[bool, Query(alias="unreadOnly")] = False,
) -> InboxOut:
    """List the caller's notifications, newest first."""
    page = await tx.read(inbox.read, who, limit, offset, unread_only=unread_only)
    return InboxOut(
        notifications=[NotificationOut.of(entry) for entry in page.entries],
        total=page.total,
        has_more=offset + len(page.entries) < page.total,
    )


async def list_deliveries(
    who: Caller,
    tx: Tx,
    topic: Annotated[Topic | None, Query(alias="type", description="Of this type only")] = None,
    channel: Annotated[ChannelName | None, Query(description="On this channel only")] = None,
    page: Number = 1,
    page_size: Size = 50,
) -> DeliveriesOut:
    """List every delivery to the caller, newest first: its state, and the reason when it was not sent."""
    return DeliveriesOut.of(
        await tx.read(history.of_person, who, page, page_size, topic=topic, channel=channel)
    )


async def send_test_notification(who: Caller, tx: Tx) -> None:
    """Send the caller a test on every enabled channel; the history shows the result."""
    await tx.write(announcing.send_test, who)


async def count_unread_notifications(who: Caller, tx: Tx) -> UnreadOut:
    """Count the caller's unread notifications."""
    return UnreadOut(count=await tx.read(inbox.unread_count, who))


async def mark_notification_read(notification_id: NotificationId, who: Caller, tx: Tx) -> MarkedOut:
    """Mark one notification as read."""
    await tx.write(inbox.mark_read, who, notification_id)
    return MarkedOut(marked=1)


async def mark_all_notifications_read(who: Caller, tx: Tx) -> MarkedOut:
    """Mark every notification as read."""
    return MarkedOut(marked=await tx.write(inbox.mark_all_read, who))


def router() -> APIRouter:
    routes = new_router("Notifications", "/notifications")
    routes.get("")(list_notifications)
    routes.get("/history")(list_deliveries)
    routes.post("/test", status_code=202)(send_test_notification)
    routes.get("/unread-count")(count_unread_notifications)
    routes.post("/read-all")(mark_all_notifications_read)
    routes.post("/{notificationId}/read", responses=failing(404))(mark_notification_read)
    return routes
