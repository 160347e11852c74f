"""How digests, warnings and reminders read, in a sentence, in a chat and in a mail."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from bot.alerts import alert_view
from core import events
from core.events import severity
from core.mail import composing
from core.models import Role, Topic
from core.values.digests import (
    DayUsage,
    Digest,
    ExpiringItem,
    ItemChange,
    LowItem,
    MemberName,
    OpenList,
    Usage,
)
from core.wording import sentences
from core.wording.channels import Line, Recap

NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)
ID = UUID(int=1)
FACTS: dict[str, Any] = {"household_id": ID, "household_name": "Alice's Home", "at": NOW}
ALICE, BOB = MemberName(UUID(int=2), "Alice"), MemberName(UUID(int=3), "Bob <3")
MILK = ItemChange(ID, "Milk", "l", 1500, -2500, 3, [BOB, ALICE])


def expiring(name: str, days: int) -> ExpiringItem:
    return ExpiringItem(ID, name, 2000, "pcs", "fridge", days)


DIGEST = Digest(
    True,
    NOW - timedelta(days=7),
    NOW,
    changes=[
        MILK,
        replace(MILK, name="Bread", unit="pcs", quantity=2000, delta=2000, times=1, people=[BOB], added=True),
        replace(MILK, name="Eggs", removed=True, times=1, people=[ALICE]),
        replace(MILK, name="Rice", delta=None, times=2),
    ],
    more_changes=10,
    joined=[ALICE, BOB],
    low=[LowItem(ID, "Eggs", 0, "pcs", 2000), LowItem(ID, "Milk", 1500, "l", 2000)],
    expiring=[expiring("Ham", -2), expiring("Jam", 0), expiring("Tea", 1), expiring("Oil", 3)],
    usage=Usage(12, 1),
    usage_before=Usage(8, 3),
    by_day=[DayUsage(date(2026, 3, 2) + timedelta(days=day), day, 1) for day in range(7)],
)
WEEKLY = events.DigestGathered(**FACTS, digest=DIGEST)
DUE = events.ItemsExpiring(
    **FACTS,
    expired=[expiring("Ham", -1)],
    today=[expiring("Jam", 0)],
    later=[expiring(f"Tin {number}", 3) for number in range(12)],
)
TO_BUY = events.ShoppingReminded(**FACTS, lists=[OpenList(ID, "Market", 12, ["Milk", "Bread"])])


def line(event: events.Event, household: str | None = None) -> Line:
    return Line(Topic.EXPIRATION, event, severity.of(event), NOW, household=household)


def test_a_digest_in_the_chat_is_a_whole_message() -> None:
    page = alert_view.page(ID, [line(WEEKLY, "Alice's Home")], 1)
    assert page.text == (
        "<b>Your week in Alice's Home</b>\n\n"
        "<b>Changed</b>\n"
        "• Milk: −2.5 l, 1.5 l left (3 changes by Bob &lt;3 and Alice)\n"
        "• Bread: new, 2 pcs (Bob &lt;3)\n"
        "• Eggs: removed (Alice)\n"
        "• Rice: changed, 1.5 l left (2 changes by Bob &lt;3 and Alice)\n"
        "… and 10 more\n\n"
        "<b>Low or out</b>\n"
        "• Eggs: out of stock\n"
        "• Milk: 1.5 l left, the minimum is 2 l\n\n"
        "<b>Expiring</b>\n"
        "• Ham: expired 2 days ago\n"
        "• Jam: last day today\n"
        "• Tea: until tomorrow\n"
        "• Oil: 3 days left\n\n"
        "Used 12 times (8 the week before), thrown away 1 time (3 the week before).\n\n"
        "Alice and Bob &lt;3 joined."
    )
    assert page.picture is not None
    assert (page.picture.title, page.picture.used) == ("Your week in Alice's Home", list(range(7)))


def test_what_waited_for_a_digest_is_told_below_it() -> None:
    others = [
        line(events.MemberLeft(**FACTS, user_id=ID, user_name=f"Guest {n}", role=Role.MEMBER))
        for n in range(5)
    ]
    daily = replace(WEEKLY, digest=Digest(False, NOW, NOW, joined=[ALICE]))
    page = alert_view.page(ID, [*others, line(daily)], 1)
    assert page.text.startswith(
        "<b>Your day in Alice's Home</b>\n\nAlice joined.\n\n<b>Also</b>\n\n<b>Guest 0</b> left"
    )
    assert page.picture is None
    below = alert_view.page(ID, [*others, line(WEEKLY)], 1)
    assert below.text.count("Guest") == 3
    assert below.text.endswith("… and 2 more.")
    assert "Guest 3" in alert_view.page(ID, [*others, line(WEEKLY)], 2).text


def test_a_warning_is_grouped_and_cut() -> None:
    text = alert_view.page(ID, [line(DUE)], 1, recap=Recap(2, 1)).text
    assert text.startswith(
        "<b>Expiring in Alice's Home</b>\n\n"
        "<b>Expired</b>\n• Ham: 2 pcs in fridge (yesterday)\n\n"
        "<b>Last day today</b>\n• Jam: 2 pcs in fridge\n\n"
        "<b>Expires soon</b>\n• Tin 0: 2 pcs in fridge (in 3 days)\n"
    )
    assert "… and 2 more\n\n<b>2 alerts while it was quiet, 1 already solved.</b>" in text


def test_a_mail_has_a_subject_and_all_of_it() -> None:
    mail = composing.compose([line(WEEKLY), line(DUE)], 10)
    assert mail.subject == "Your week in Alice's Home"
    assert mail.text.startswith("Your week in Alice's Home\n\nChanged\n• Milk: −2.5 l")
    assert "\n\nAlso\n\nExpired: Ham (yesterday). Last day today: Jam." in mail.text
    assert mail.html is not None
    assert "<p><b>Low or out</b><br>\n• Eggs: out of stock<br>\n" in mail.html
    assert mail.picture is not None
    assert composing.compose([line(DUE)], 10).subject == "Expiring in Alice's Home"
    assert composing.compose([line(TO_BUY)], 10).text.endswith("Market\n• Milk\n• Bread\n… and 10 more")


def test_each_is_a_sentence_where_there_is_little_room() -> None:
    assert sentences.sentence(WEEKLY) == (
        "Your week in Alice's Home: 14 items changed; used 12 times (8 the week before), thrown away 1 time "
        "(3 the week before); 2 low or out; 4 expiring or expired; 2 joined."
    )
    assert sentences.sentence(DUE).endswith("Tin 9 (in 3 days) and 2 more.")
    assert sentences.sentence(TO_BUY) == "Market has 12 open entries: Milk, Bread and 10 more."
    nothing = replace(WEEKLY, digest=Digest(False, NOW, NOW))
    assert sentences.sentence(nothing) == "Your day in Alice's Home: nothing happened."
    # From Friday to Monday, as somebody has it who wants no digest at weekends.
    long = Digest(False, NOW - timedelta(days=3), NOW, usage=Usage(2), usage_before=Usage(1))
    assert sentences.sentence(replace(WEEKLY, digest=long)) == (
        "Your last 3 days in Alice's Home: used 2 times (1 the 3 days before), "
        "thrown away 0 times (0 the 3 days before)."
    )
    unknown = replace(long, usage_before=None)
    assert sentences.sentence(replace(WEEKLY, digest=unknown)) == (
        "Your last 3 days in Alice's Home: used 2 times, thrown away 0 times."
    )
    assert alert_view.page(ID, [line(nothing)], 1).text.endswith("Nothing happened, and nothing is low.")
