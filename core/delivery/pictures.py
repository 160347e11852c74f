"""The picture of a message, drawn outside the event loop."""

import asyncio
import logging

from core.wording.channels import Outgoing
from core.wording.charts import UsedAndWasted

log = logging.getLogger(__name__)

# Well within the time that a send may take. Only the first picture of a process comes near it.
PATIENCE_S = 6.0


async def draw(message: Outgoing) -> bytes | None:
    """Return the picture as PNG, or None when there is none or it cannot be drawn: the text matters more."""
    if message.picture is None:
        return None
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await asyncio.to_thread(_png, message.picture)
    except TimeoutError:
        log.warning("The picture of message %s took too long; sending without it", message.id)
    except Exception:
        log.exception("The picture of message %s could not be drawn; sending without it", message.id)
    return None


def _png(chart: UsedAndWasted) -> bytes:
    # It takes a second to import, and most processes never draw.
    from core.wording import drawing

    return drawing.png(chart)
