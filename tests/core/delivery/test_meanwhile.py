"""What somebody changes while a message is made, or while somebody else chooses, is not lost."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.event import listen, remove
from sqlalchemy.orm import Session

from core.db import Database
from core.delivery.dispatcher import Dispatcher
from core.digests import gathering
from core.errors import NotAllowed
from core.households import members
from core.models import Scope, WatchLevel
from core.settings import household_preferences, watching
from tests.core.hearing import drain, set_quantity, settings
from tests.core.phones import Phones
from tests.core.world import Watch, World


@pytest.fixture
def home(home: World, watch: Watch) -> World:
    """Everybody, a moment later: what comes now is newer than how they began."""
    watch.advance(seconds=1)
    return home


@pytest.mark.only_postgresql
@pytest.mark.parametrize("moment", ["FROM chats LEFT OUTER JOIN users", "UPDATE deliveries SET deferred"])
async def test_what_is_put_off_just_while_a_mute_is_taken_back_does_not_stay_muted(
    database: Database, home: World, dispatcher: Dispatcher, phones: Phones, watch: Watch, moment: str
) -> None:
    await database.write(settings, home, {"muted_until": watch.now.replace(day=3)})
    await database.write(set_quantity, home, home.milk, 1000)
    unmuting = threading.Thread(
        target=database.write_now, args=(settings, home, {"muted_until": None}), daemon=True
    )

    def unmute(*executed: Any) -> None:
        """She takes it back while the message is being made; she may have to wait until it is."""
        if moment in executed[2] and unmuting.ident is None:
            unmuting.start()
            unmuting.join(0.5)

    listen(Engine, "before_cursor_execute", unmute)
    try:
        await dispatcher.run_once()
    finally:
        remove(Engine, "before_cursor_execute", unmute)
    unmuting.join(10)
    await drain(dispatcher, watch)
    assert len(phones.of(1)) == 1


def follow_milk(session: Session, home: World) -> None:
    level = {"level": WatchLevel.FOLLOW}
    watching.put(session, home.on_web("bob"), home.home, Scope.ITEM, str(home.milk), level)


def hear_nothing_of_home(session: Session, home: World) -> None:
    household_preferences.put(session, home.on_web("bob"), home.home, [])


@pytest.mark.only_postgresql
@pytest.mark.parametrize("choose", [follow_milk, hear_nothing_of_home])
async def test_what_bob_chooses_just_before_he_is_removed_goes_with_him(
    database: Database, home: World, choose: Callable[[Session, World], None]
) -> None:
    gone = (home.on_web("alice"), home.home, home.bob)
    removing = threading.Thread(target=database.write_now, args=(members.remove, *gone), daemon=True)

    def begin(*executed: Any) -> None:
        """Alice removes him when he has been let in; she may have to wait until he has chosen."""
        if "FROM streams" in executed[2] and removing.ident is None:
            removing.start()
            removing.join(0.5)

    listen(Engine, "before_cursor_execute", begin)
    try:
        await database.write(choose, home)
    finally:
        remove(Engine, "before_cursor_execute", begin)
    removing.join(10)
    with pytest.raises(NotAllowed):
        await database.write(choose, home)


@pytest.mark.only_postgresql
async def test_who_is_removed_while_they_ask_for_a_digest_is_refused(database: Database, home: World) -> None:
    gone = iter([(home.on_web("alice"), home.home, home.bob)])

    def begin(*executed: Any) -> None:
        """Alice removes him when he has just been let in."""
        if "members.joined_at" in executed[2] and (arguments := next(gone, None)) is not None:
            database.write_now(members.remove, *arguments)

    listen(Engine, "before_cursor_execute", begin)
    try:
        with pytest.raises(NotAllowed):
            await database.read(gathering.now, home.on_web("bob"), home.home)
    finally:
        remove(Engine, "before_cursor_execute", begin)
    assert next(gone, None) is None, "it did happen meanwhile"
