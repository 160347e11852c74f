"""Whoever deletes their account is named nowhere any more, also where they had left before."""

import pytest
from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from core.db import Database, table
from core.delivery.dispatcher import Dispatcher
from core.digests import gathering
from core.households import members
from core.models import Message, Notification, Role, StreamEntry
from core.privacy import account_deletion
from core.wording.channels import DeliveryError
from core.wording.outcomes import Failure
from tests.core.hearing import drain, set_quantity
from tests.core.phones import Phones
from tests.core.world import ALICE, Watch, World


def times_named(session: Session, name: str = "Bob") -> int:
    """Count the rows of streams, notifications and messages that have a name."""
    entries, told, messages = table(StreamEntry), table(Notification), table(Message)
    columns = (entries.c.payload, told.c.payload, messages.c.text, messages.c.html, messages.c.subject)
    written = (cast(column, String).contains(name) for column in columns)
    return sum(session.execute(select(func.count()).where(one)).scalar_one() for one in written)


@pytest.mark.both_databases
async def test_the_others_hear_no_more_of_bob_who_left_before_by_name(
    database: Database, home: World, watch: Watch
) -> None:
    await database.write(set_quantity, home, home.milk, 1000)
    await database.write(members.leave, home.on_web("bob"), home.home)
    watch.advance(hours=1)
    await database.write(account_deletion.delete_account, home.on_web("bob"))
    found = await database.read(gathering.now, home.on_web("alice"), home.home)
    named = [person.user_name for change in found.digest.changes for person in change.people]
    assert named == ["Alice", "Former member"]
    assert [person.user_name for person in found.digest.left] == ["Former member"]
    assert await database.read(times_named) == 0


@pytest.mark.both_databases
async def test_charlie_who_only_looked_in_and_left_again_is_named_nowhere(
    database: Database, home: World
) -> None:
    charlie = home.on_web("charlie")
    await database.write(members.join, charlie, home.home, Role.VIEWER)
    await database.write(members.leave, charlie, home.home)
    await database.write(account_deletion.delete_account, charlie)
    assert await database.read(times_named, "Charlie") == 0


@pytest.mark.both_databases
async def test_messages_that_told_of_bob_are_emptied_and_one_on_its_way_loses_his_name(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch
) -> None:
    watch.advance(seconds=1)
    await database.write(set_quantity, home, home.milk, 1000)
    await drain(dispatcher, watch)
    phones.failures = [DeliveryError(Failure.CLEAN, "down")]
    await database.write(set_quantity, home, home.milk, 0)
    await dispatcher.run_once()
    assert await database.read(times_named) > 0
    await database.write(account_deletion.delete_account, home.on_web("bob"))
    assert await database.read(times_named) == 0
    watch.advance(minutes=1)
    await drain(dispatcher, watch)
    [_, text] = phones.of(ALICE.telegram_id)
    assert text == "Milk is out of stock. Former member corrected it by -1."
