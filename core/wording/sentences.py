"""Events in words: one sentence each, the same in the inbox, in the chat and in mail."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core import events
from core.events.levels import CROSSED
from core.events.severity import BAD
from core.models import MovementKind, Role
from core.quantities import display
from core.values.items import ItemState
from core.wording import scheduled
from core.wording.style import HTML as HTML
from core.wording.style import PLAIN as PLAIN
from core.wording.style import Style as Style
from core.wording.style import counted, is_plural, listed

if TYPE_CHECKING:
    from core.wording.channels import Line, Recap


ROLES = {Role.ADMIN: "an admin", Role.MEMBER: "a member", Role.VIEWER: "a viewer"}
_VERBS = {MovementKind.CONSUMED: "used", MovementKind.WASTED: "threw away", MovementKind.RESTOCKED: "added"}


def title(event: events.Event) -> str:
    """Return a few words for the kind of news."""
    return _TITLES.get(type(event), "News")


_TITLES: dict[type[events.Event], str] = {
    events.StockRanLow: "Running low",
    events.StockRanOut: "Out of stock",
    events.StockRecovered: "Enough again",
    events.ItemAdded: "New item",
    events.ItemUpdated: "Item changed",
    events.StockMoved: "Stock changed",
    events.ItemRemoved: "Item removed",
    events.MemberJoined: "New member",
    events.MemberLeft: "Member left",
    events.MemberRoleChanged: "Role changed",
    events.HouseholdUpdated: "Household changed",
    events.HouseholdDeleted: "Household deleted",
    events.ItemsImported: "Items imported",
    events.JoinAsked: "Somebody wants to join",
    events.JoinAnswered: "Your request to join",
    events.SignInRevoked: "Signed out",
    events.TestSent: "Test",
    events.AddressToVerify: "Confirm your email address",
    events.PasswordResetAsked: "Set a new password",
    events.PasswordChanged: "Your password was changed",
    events.InvitationSent: "Invitation",
    events.MailboxSuspended: "Mail cannot reach you",
    events.ItemsExpiring: "Expiring",
    events.ShoppingReminded: "Shopping",
    events.DigestGathered: "Digest",
    events.ChatLinked: "Telegram linked",
    events.ChatUnlinked: "Telegram unlinked",
    events.ChatSuspended: "Telegram cannot reach you",
}


def heading(lines: "Sequence[Line]") -> str:
    """Return the number of alerts and other changes: `2 alerts, 1 other change`."""
    bad = sum(line.severity in BAD for line in lines)
    others = len(lines) - bad
    other = "other change" if bad else "change"
    parts = ((bad, "alert"), (others, other))
    return ", ".join(counted(count, what) for count, what in parts if count)


def recapped(recap: "Recap") -> str:
    """Return a recap in words: `5 alerts while it was quiet, 2 already solved.`"""
    alerts = f"{counted(recap.alerts, 'alert')} while it was quiet"
    return f"{alerts}, {recap.solved:,} already solved." if recap.solved else f"{alerts}."


def item_names(event: events.Event) -> list[str]:
    """Return the names of the items that an event is about."""
    match event:
        case events.ItemEvent():
            return [event.item.name]
        case events.ItemsExpiring():
            return [item.name for item in event.items]
    return []


def sentence(event: events.Event, style: Style = PLAIN) -> str:
    """Return the event as one complete sentence."""
    match event:
        case events.StockMoved():
            return _stock_moved(event, style)
        case events.ItemEvent():
            return _item_event(event, style)
        case events.ItemsImported():
            return _imported(event, style)
        case events.MembershipEvent():
            return _membership(event, style)
        case events.HouseholdUpdated():
            return f"{style.text(event.user_name)} changed the household {style.name(event.name)}."
        case events.HouseholdDeleted():
            return (
                f"{style.text(event.user_name)} deleted the household {style.name(event.household_name)}, "
                "and everything in it."
            )
        case events.JoinAsked() | events.JoinAnswered():
            return _joining(event, style)
        case events.TestSent():
            return "This is the test you asked for: messages reach you here."
        case events.SignInRevoked():
            return (
                "A sign-in of yours was used in two places at once, so it was ended. "
                "If that was not you, change your password."
            )
        case events.ChatEvent():
            return _chat_event(event, style)
        case events.ScheduledEvent():
            return scheduled.sentence(event, style.name, style.text)
        case events.TransactionalMail() | events.MailboxSuspended():
            return _account(event, style)
        case events.Unreadable():
            return "Something happened that this version of Stockbell cannot describe."
    raise ValueError(f"{type(event).__name__} has no wording")


def told(line: "Line", style: Style = PLAIN) -> str:
    """Return a line of a message in words."""
    item = line.latest
    if line.changes == 1 or item is None:
        return sentence(line.event, style)
    event = line.event
    if isinstance(event, events.ItemRemoved) or not isinstance(event, events.ItemEvent):
        return sentence(event, style)
    name, left = style.name(item.name), style.text(display(item.quantity, item.unit))
    who = style.text(event.user_name) + (" and others" if line.people > 1 else "")
    if isinstance(event, events.LevelEvent):
        at_level = CROSSED[item.level](**{**vars(event), "item": item})
        now = _level(at_level, name, left, style)
    else:
        now = f"{name}: {left} in {style.text(item.location)}."
    return f"{now} {line.changes:,} changes by {who}."


def _imported(event: events.ItemsImported, style: Style) -> str:
    parts = [
        f"{event.added:,} new" if event.added else "",
        f"{event.updated:,} changed" if event.updated else "",
    ]
    what = " and ".join(part for part in parts if part) or "nothing new"
    sentence = f"{style.text(event.user_name)} imported a list of items: {what}."
    if not event.ran_low:
        return sentence
    names = [style.name(name) for name in event.ran_low]
    return f"{sentence} Low or out of stock now: {listed(names, len(names))}."


def _membership(event: events.MembershipEvent, style: Style) -> str:
    person, household = style.name(event.user_name), style.text(event.household_name)
    match event:
        case events.MemberLeft(removed_by=str(admin)):
            return f"{style.text(admin)} removed {person} from {household}."
        case events.MemberLeft():
            return f"{person} left {household}."
        case events.MemberRoleChanged():
            return f"{style.text(event.changed_by)} made {person} {ROLES[event.role]} of {household}."
    return f"{person} joined {household}."


def _joining(event: events.JoinAsked | events.JoinAnswered, style: Style) -> str:
    household = style.name(event.household_name)
    match event:
        case events.JoinAsked():
            chat = f" ({style.text(event.chat_name)})" if event.chat_name != event.user_name else ""
            return (
                f"{style.name(event.user_name)}{chat} opened your link and wants to join {household} as "
                f"{ROLES[event.role]}."
            )
        case events.JoinAnswered(accepted=True):
            return f"You are in {household} now. Send /stock to see what there is."
    return f"You were not let into {household}."


def _item_event(event: events.ItemEvent, style: Style) -> str:
    item, who = style.name(event.item.name), style.text(event.user_name)
    left = style.text(display(event.item.quantity, event.item.unit))
    match event:
        case events.LevelEvent():
            act = _act(event.kind, event.delta, event.item, style)
            return f"{_level(event, item, left, style)} {who} {act}."
        case events.ItemAdded():
            return f"{who} added {item}: {left} in {style.text(event.item.location)}."
        case events.ItemRemoved():
            return f"{who} removed {item} from the stock."
    return f"{who} changed {item}."


def _level(event: events.LevelEvent, item: str, left: str, style: Style) -> str:
    verb = "are" if is_plural(event.item.name) else "is"
    match event:
        case events.StockRanLow():
            minimum = style.text(display(event.item.min_quantity or 0, event.item.unit))
            return f"{item} {verb} running low: {left} left, the minimum is {minimum}."
        case events.StockRanOut():
            return f"{item} {verb} out of stock."
    return f"There {verb} enough {item} again: {left}."


def _act(kind: MovementKind, delta: int, item: ItemState, style: Style) -> str:
    if kind is MovementKind.ADJUSTED:
        return f"corrected it by {display(delta)}"
    if kind is MovementKind.UNDONE:
        return f"took back a change of {style.text(display(abs(delta), item.unit))}"
    if kind is MovementKind.UPDATED:
        return "changed its minimum"
    return f"{_VERBS[kind]} {style.text(display(abs(delta), item.unit))}"


def _stock_moved(event: events.StockMoved, style: Style) -> str:
    item, who = style.name(event.item.name), style.text(event.user_name)
    left = style.text(display(event.item.quantity, event.item.unit))
    if event.kind is MovementKind.MOVED:
        return f"{who} moved {item} to {style.text(event.item.location)}."
    if event.kind is MovementKind.ADJUSTED:
        return f"{who} set {item} to {left}."
    if event.kind is MovementKind.UNDONE:
        if not event.delta:
            return f"{who} moved {item} back to {style.text(event.item.location)}."
        return f"{who} {_act(event.kind, event.delta, event.item, style)}: {left} of {item}."
    return f"{who} {_act(event.kind, event.delta, event.item, style)} of {item}; {left} left."


def _account(event: events.TransactionalMail | events.MailboxSuspended, style: Style) -> str:
    match event:
        case events.AddressToVerify():
            return "Somebody, probably you, made a Stockbell account with this email address."
        case events.PasswordResetAsked():
            return "Somebody, probably you, asked for a new password for your Stockbell account."
        case events.PasswordChanged():
            return (
                "Your Stockbell password was changed, and you were signed out everywhere. "
                "If that was not you, set a new one at once."
            )
        case events.InvitationSent():
            return (
                f"{style.text(event.user_name)} invites {style.text(event.email)} to the household "
                f"{style.name(event.household_name)} as {ROLES[event.role]}."
            )
        case events.MailboxSuspended():
            return (
                f"Mail to {style.name(event.address)} is refused by its mail server, so nothing more is sent "
                "there. When it works again, ask for another mail to confirm it."
            )
    raise ValueError(f"{type(event).__name__} has no words")


def _chat_event(event: events.ChatEvent, style: Style) -> str:
    chat = style.name(event.chat_name)
    match event:
        case events.ChatLinked():
            return (
                f"The Telegram chat of {chat} is linked to your account. If that was not you, unlink it now."
            )
        case events.ChatSuspended():
            return (
                f"Telegram no longer delivers to the chat of {chat}. "
                "Open the chat with the bot and send /start to hear from it again."
            )
    return f"The Telegram chat of {chat} is no longer linked to your account."
