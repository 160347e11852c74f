"""What became of it: asked by the person whom it concerns, and by whoever runs the server."""

import pytest
from sqlalchemy.orm import Session

from core.db import Database
from core.delivery import history
from core.delivery.dispatcher import Dispatcher
from core.errors import Conflict, NotFound
from core.inventory import stock
from core.models import DeliveryState
from core.notifications import announcing
from core.wording.channels import DeliveryError
from core.wording.outcomes import Failure
from tests.core.phones import Phones
from tests.core.world import Watch, World


def newest(session: Session, home: World, name: str) -> dict[str, str | None]:
    story = history.recent(session, home.in_chat(name), 1)[0]
    return {outcome.channel: outcome.reason or outcome.state for outcome in story.outcomes}


@pytest.mark.both_databases
async def test_alice_sees_that_she_was_told_and_bob_why_he_was_not(
    database: Database, home: World, watch: Watch
) -> None:
    watch.advance(minutes=1)
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    await Dispatcher(database, Phones()).run_once()
    assert await database.read(newest, home, "alice") == {
        "telegram": "sent",
        "inApp": "sent",
        "email": "channel_unavailable",
    }
    assert (await database.read(newest, home, "bob"))["telegram"] == "answered"
    about_milk = [
        story
        for story in await database.read(history.recent, home.in_chat("charlie"), 50)
        if getattr(getattr(story.event, "item", None), "id", None) == home.milk
    ]
    assert about_milk == []


async def test_a_delivery_that_failed_is_tried_once_more_however_often_that_is_asked(
    database: Database, home: World, watch: Watch
) -> None:
    phones = Phones()
    phones.failures = [DeliveryError(Failure.REFUSED, "Bad Request: no")]
    dispatcher = Dispatcher(database, phones)
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    await dispatcher.run_once()
    [failed] = await database.read(history.find, state=DeliveryState.FAILED)
    assert failed.last_error == "Bad Request: no"

    again = {await database.write(history.replay, failed.id) for _ in range(5)}
    assert len(again) == 1
    watch.advance(minutes=1)
    assert await dispatcher.run_once() == 1
    assert len(phones.received) == 1
    assert {await database.write(history.replay, failed.id)} == again
    watch.advance(minutes=1)
    assert await dispatcher.run_once() == 0
    assert (await database.read(history.show, again.pop())).state == "sent"
    with pytest.raises(Conflict, match="nothing to send again"):
        await database.write(history.replay, (await database.read(history.find, channel="inApp"))[0].id)
    with pytest.raises(NotFound):
        await database.write(history.replay, 424242)


async def test_that_there_is_enough_again_is_tried_once_more_as_well(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    await database.write(stock.consume, home.in_chat("bob"), home.home, home.milk, 3000)
    await dispatcher.run_once()
    watch.advance(hours=1)
    phones.failures = [DeliveryError(Failure.REFUSED, "Bad Request: no")]
    await database.write(stock.restock, home.in_chat("bob"), home.home, home.milk, 3000)
    await dispatcher.run_once()
    [failed] = await database.read(history.find, state=DeliveryState.FAILED)
    await database.write(history.replay, failed.id)
    watch.advance(minutes=1)
    await dispatcher.run_once()
    assert [text.split(":")[0] for text in phones.of(1)][1:] == ["There is enough Milk again"]


async def test_a_test_goes_to_every_channel_that_is_on(database: Database, home: World, watch: Watch) -> None:
    watch.advance(minutes=1)
    phones = Phones()
    await database.write(announcing.send_test, home.in_chat("alice"))
    await Dispatcher(database, phones).run_once()
    assert phones.received[-1][1].endswith("messages reach you here.")
    assert (await database.read(newest, home, "alice"))["inApp"] == "sent"
