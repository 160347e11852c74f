"""A stranger who presses buttons with other people's ids changes nothing and learns nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from aiogram.filters.callback_data import CallbackData
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.account.callbacks import DeleteAccount
from bot.alerts.callbacks import Attend, ShowItems
from bot.households.callbacks import (
    Accept,
    AnswerJoin,
    DeleteHousehold,
    Leave,
    RemoveMember,
    Revoke,
    SetRole,
    ShowMember,
    ShowMembers,
)
from bot.settings.callbacks import (
    SetApart,
    SetOwnMinimum,
    SetRoute,
    SetTopic,
    ShowTopic,
    ShowTopics,
    ShowWatches,
    Unwatch,
)
from bot.shopping.callbacks import ClearBought, DropList, ShowList, TakeOff, Tick
from bot.stock.callbacks import Act, Buy, SetCritical, Snooze, Undo, Verb, WatchItem
from core.actors import Actor, Face
from core.config import Registration
from core.db import Database, table
from core.delivery import chats
from core.delivery.chats import TelegramPerson
from core.events import streams
from core.guards import access
from core.households import households, invitations, invite_links, members
from core.inventory import stock
from core.models import ChannelName, Role, Scope, Stream, Topic, WatchLevel, When
from core.settings import household_preferences, preferences, watching
from core.shopping import shopping_entries, shopping_lists
from core.telegram import joining
from tests.bot.conftest import Parts, settle_in, share_home
from tests.bot.forging import forge, forge_raw
from tests.bot.phone import Phone

SECRETS = ("Alice", "Bob", "Treasure", "Wishes", "dora")


@dataclass(frozen=True)
class Ids:
    """Ids of Alice's household and of what is in it."""

    home: UUID
    alice: UUID
    bob: UUID
    item: UUID
    movement: UUID
    list_id: UUID
    entry: UUID
    invitation: UUID
    link: UUID
    watch: UUID


def furnish(session: Session, alice: Phone, bob: Phone) -> Ids:
    """Give Alice and Bob a household with one of everything."""
    who = share_home(session, alice, {bob: Role.MEMBER})
    [home] = households.of_person(session, who.user_id)
    his = chats.find(session, bob.id)
    assert his is not None
    values = {"name": "Treasure", "quantity": 3000, "unit": "pcs", "location": "attic"}
    item = stock.add(session, who, home.id, values).item
    used = stock.consume(session, who, home.id, item.id, 1000)
    wishes = shopping_lists.create(session, who, home.id, "Wishes", None)
    wanted = {"name": "Treasure", "quantity": 1000, "unit": "pcs", "item_id": item.id}
    entry = shopping_entries.add(session, who, home.id, wishes.id, wanted)
    invited = invitations.invite(session, who, home.id, "dora@example.com", Role.MEMBER)
    issued = invite_links.issue(session, who, home.id, Role.MEMBER)
    joining.ask(session, TelegramPerson(5009, "Dora", None), issued.token, "UTC", Registration.OPEN)
    [asking] = invite_links.waiting(session, who, home.id)
    watching.put(session, who, home.id, Scope.LOCATION, "attic", {"level": WatchLevel.FOLLOW})
    [watch] = watching.mine(session, who, home.id)
    return Ids(
        home.id,
        who.user_id,
        his.actor.user_id,
        item.id,
        used.movement_id,
        wishes.id,
        entry.id,
        invited.id,
        asking.link_id,
        watch.id,
    )


BUTTONS: dict[str, Callable[[Ids], CallbackData]] = {
    "waste": lambda ids: Act(verb=Verb.WASTE, value=1000, version=2, item=ids.item),
    "move": lambda ids: Act(verb=Verb.MOVE, value=0, version=2, item=ids.item),
    "undo": lambda ids: Undo(movement=ids.movement),
    "buy": lambda ids: Buy(item=ids.item),
    "show a list": lambda ids: ShowList(edit=False, number=1, list_id=ids.list_id),
    "edit a list": lambda ids: ShowList(edit=True, number=1, list_id=ids.list_id),
    "tick": lambda ids: Tick(bought=True, number=1, list_id=ids.list_id, entry=ids.entry),
    "take off": lambda ids: TakeOff(number=1, list_id=ids.list_id, entry=ids.entry),
    "clear": lambda ids: ClearBought(list_id=ids.list_id),
    "ask to drop a list": lambda ids: DropList(sure=False, list_id=ids.list_id),
    "drop a list": lambda ids: DropList(sure=True, list_id=ids.list_id),
    "let in": lambda ids: AnswerJoin(accept=True, link=ids.link),
    "refuse": lambda ids: AnswerJoin(accept=False, link=ids.link),
    "accept": lambda ids: Accept(household=ids.home, invitation=ids.invitation),
    "revoke": lambda ids: Revoke(household=ids.home, invitation=ids.invitation),
    "members": lambda ids: ShowMembers(number=1, household=ids.home),
    "member": lambda ids: ShowMember(household=ids.home, user=ids.bob),
    "role": lambda ids: SetRole(role=Role.ADMIN, household=ids.home, user=ids.bob),
    "ask to remove": lambda ids: RemoveMember(sure=False, household=ids.home, user=ids.bob),
    "remove": lambda ids: RemoveMember(sure=True, household=ids.home, user=ids.bob),
    "leave": lambda ids: Leave(household=ids.home),
    "delete a household": lambda ids: DeleteHousehold(household=ids.home),
    "delete an account": lambda ids: DeleteAccount(user=ids.alice),
    "kinds of a household": lambda ids: ShowTopics(household=ids.home),
    "a kind of a household": lambda ids: ShowTopic(topic=Topic.LOW_STOCK, household=ids.home),
    "switch a kind": lambda ids: SetTopic(on=True, topic=Topic.MEMBER_ACTIVITY, household=ids.home),
    "route a kind": lambda ids: SetRoute(
        topic=Topic.WEEKLY_INVENTORY_REPORT,
        channel=ChannelName.TELEGRAM,
        when=When.OFF,
        household=ids.home,
        sure=True,
    ),
    "set apart": lambda ids: SetApart(on=True, household=ids.home),
    "join again": lambda ids: SetApart(on=False, household=ids.home),
    "watches": lambda ids: ShowWatches(number=1, household=ids.home),
    "take a watch back": lambda ids: Unwatch(household=ids.home, watch=ids.watch),
    "follow": lambda ids: WatchItem(level=WatchLevel.FOLLOW, item=ids.item),
    "a minimum of one's own": lambda ids: SetOwnMinimum(value=1000, item=ids.item),
    "critical": lambda ids: SetCritical(on=True, version=2, item=ids.item),
    "attend": lambda ids: Attend(item=ids.item),
    "items of a message": lambda ids: ShowItems(fresh=True, number=1, message=ids.movement),
    "snooze": lambda ids: Snooze(days=7, item=ids.item),
}


def everything(session: Session, ids: Ids) -> list[object]:
    """Return what any change in the household would change."""
    mine = Actor(ids.alice, Face.WEB)
    within = access.look(session, mine, ids.home)
    entries = table(Stream)
    seq = session.execute(select(entries.c.seq).where(entries.c.id == streams.of_household(ids.home)))
    return [
        seq.scalar_one(),
        stock.find(session, within, ids.item),
        households.details(session, mine, ids.home).members,
        shopping_entries.of_list(session, mine, ids.home, ids.list_id),
        invitations.pending(session, mine, ids.home),
        invite_links.waiting(session, mine, ids.home),
        watching.mine(session, mine, ids.home),
        household_preferences.get(session, mine, ids.home),
    ]


@pytest.mark.parametrize(
    "linked", [True, pytest.param(False, marks=pytest.mark.long)], ids=["linked", "not linked"]
)
async def test_a_stranger_changes_nothing_and_learns_nothing(
    running: Parts, database: Database, alice: Phone, bob: Phone, charlie: Phone, linked: bool
) -> None:
    ids = await database.write(furnish, alice, bob)
    await charlie.say("/start")
    if linked:
        await database.write(share_home, charlie, {})
    before = await database.read(everything, ids)
    for name, make in BUTTONS.items():
        message = await forge(running, charlie, make(ids))
        answer = await charlie.toast(message, "?")
        assert answer.text, name
        seen = "\n".join([answer.text, *(one.text for one in await charlie.chat())])
        assert not [secret for secret in SECRETS if secret in seen], name
    assert await database.read(everything, ids) == before
    still = await charlie.say("/account")
    assert ("You are Charlie." in still.text) == linked


async def test_a_member_does_nothing_that_is_an_admins(
    running: Parts, database: Database, alice: Phone, bob: Phone
) -> None:
    ids = await database.write(furnish, alice, bob)
    await bob.say("/start")
    before = await database.read(everything, ids)
    for name in ("let in", "revoke", "member", "role", "ask to remove", "delete a household"):
        message = await forge(running, bob, BUTTONS[name](ids))
        assert "Only an admin of this household may do that." in (await bob.toast(message, "?")).text, name
    out = RemoveMember(sure=True, household=ids.home, user=ids.alice)
    assert "Only an admin" in (await bob.toast(await forge(running, bob, out), "?")).text
    assert await database.read(everything, ids) == before


async def test_a_viewer_makes_nothing_critical_and_nobody_changes_anothers_watch(
    running: Parts, database: Database, alice: Phone, bob: Phone, charlie: Phone
) -> None:
    ids = await database.write(furnish, alice, bob)
    await database.write(let_in, charlie, ids.home)
    await charlie.say("/start")
    before = await database.read(everything, ids)
    critical = await forge(running, charlie, BUTTONS["critical"](ids))
    assert "You may only look at this household." in (await charlie.toast(critical, "?")).text
    watch = await forge(running, charlie, BUTTONS["take a watch back"](ids))
    assert "You are not watching this." in (await charlie.toast(watch, "?")).text
    assert await database.read(everything, ids) == before


def let_in(session: Session, phone: Phone, home: UUID) -> None:
    """Make somebody a viewer of a household."""
    members.join(session, settle_in(session, phone), home, Role.VIEWER)


@pytest.mark.parametrize(
    "data",
    [
        "stime:weeklyInventoryReport:2460",
        "stime:expiration:0800",
        "sday:1:8:dailyExpirySum",
        "skind:1:a::0",
        "route:l:sms:now::0",
        "swarn:31",
        "kind:l:x",
        "mute:forever",
    ],
)
async def test_a_setting_that_there_is_not_is_an_old_button(
    running: Parts, database: Database, alice: Phone, data: str
) -> None:
    who = await database.write(share_home, alice, {})
    await alice.say("/start")
    before = await database.read(preferences.get, who)
    answer = await alice.toast(await forge_raw(running, alice, data), "?")
    assert "This button no longer works." in answer.text
    assert await database.read(preferences.get, who) == before


async def test_the_inbox_waits_for_no_digest(running: Parts, database: Database, alice: Phone) -> None:
    who = await database.write(share_home, alice, {})
    await alice.say("/start")
    route = SetRoute(topic=Topic.LOW_STOCK, channel=ChannelName.IN_APP, when=When.DIGEST, household=None)
    answer = await alice.toast(await forge(running, alice, route), "?")
    assert "That cannot wait for a digest." in answer.text
    assert (await database.read(preferences.get, who)).routes["lowStock"]["inApp"] == "now"


def test_every_button_fits_into_64_bytes() -> None:
    big = UUID(int=2**128 - 1)
    ids = Ids(big, big, big, big, big, big, big, big, big, big)
    assert all(len(make(ids).pack().encode()) <= 64 for make in BUTTONS.values())
    for make in BUTTONS.values():
        data = make(ids)
        assert type(data).unpack(data.pack()) == data
