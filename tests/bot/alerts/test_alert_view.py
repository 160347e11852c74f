"""How alerts look in a chat, and that they fit."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from bot.alerts import alert_view
from core import events
from core.events import severity
from core.models import MovementKind, Topic
from core.values.items import ExpirationStatus, ItemState
from core.wording.channels import Composed, Line

NOW = datetime(2026, 6, 1, tzinfo=UTC)
MILK = ItemState(
    id=uuid4(),
    household_id=uuid4(),
    name="Milk <3 & co",
    quantity=1000,
    unit="l",
    location="fridge",
    category=None,
    expiration_date=date(2026, 6, 3),
    best_before_date=None,
    purchase_date=None,
    price=None,
    notes=None,
    min_quantity=2000,
    barcode=None,
    critical=False,
    version=3,
    created_at=NOW,
    created_by=None,
    updated_at=NOW,
    updated_by=None,
    days_until_expiration=2,
    expiration_status=ExpirationStatus.EXPIRING_SOON,
)


def ran_low(item: ItemState, user: str = "Bob") -> events.StockRanLow:
    return events.StockRanLow(
        household_id=item.household_id,
        item=item,
        user_id=uuid4(),
        user_name=user,
        kind=MovementKind.CONSUMED,
        delta=-1000,
        at=NOW,
    )


def line(event: events.Event, household: str | None = None) -> Line:
    return Line(Topic.LOW_STOCK, event, severity.of(event), NOW, household=household)


def compose(*lines: Line) -> Composed:
    return alert_view.page(uuid4(), lines, 1, 50)


def test_one_line_about_an_item_has_its_buttons_and_shows_names_literally() -> None:
    composed = compose(line(ran_low(MILK), household="Cabin & Co"))
    assert composed.text.startswith("⚠️ Cabin &amp; Co: <b>Milk &lt;3 &amp; co</b> is running low")
    assert [label for label, _ in composed.buttons[0]] == ["−1", "+1", "Details", "To buy"]
    assert all(len(data.encode()) <= 64 for _, data in composed.buttons[0])


def test_several_lines_and_what_is_gone_have_no_buttons_of_items() -> None:
    removed = events.ItemRemoved(
        household_id=MILK.household_id, item=MILK, user_id=uuid4(), user_name="Bob", at=NOW
    )
    assert compose(line(ran_low(MILK)), line(ran_low(MILK))).buttons == []
    assert compose(line(removed)).buttons == []


@given(st.lists(st.text(min_size=1, max_size=200), min_size=1, max_size=50))
def test_a_message_always_fits_and_tells_at_least_one_thing(names: list[str]) -> None:
    lines = [line(ran_low(replace(MILK, name=name), user=name[:80])) for name in names]
    composed = compose(*lines)
    told = min(len(lines), alert_view.PER_PAGE)
    assert len(composed.text.split("\n\n")) >= told
    assert bool(composed.buttons) == (len(lines) > told or len(lines) == 1)
    plain = composed.text.replace("<b>", "").replace("</b>", "")
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        plain = plain.replace(entity, character)
    assert len(plain.encode("utf-16-le", "surrogatepass")) // 2 <= 4096
