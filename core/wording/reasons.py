"""Why people are not told of something, or not yet, in words for them."""

from enum import StrEnum

from core.models import ChannelName, DeliveryState


class Reason(StrEnum):
    """Why a Delivery is not sent, or what it waits for (the values of Deferral)."""

    words: str

    def __new__(cls, value: str, words: str = "") -> "Reason":
        member = str.__new__(cls, value)
        member._value_ = value
        member.words = words
        return member

    OWN_ACT = "own_act", "you did it yourself"
    TOPIC_OFF = "topic_off", "you did not ask for this kind of news"
    ROUTE_OFF = "route_off", "you do not want this kind of news here"
    WATCH_MUTED = "watch_muted", "you ignored or snoozed it"
    QUIET_HOURS = "quiet_hours", "waits until your quiet hours end"
    MUTED = "muted", "waits until your mute ends"
    DIGEST = "digest", "waits for your digest"
    CHANNEL_OFF = "channel_off", "you switched it off"
    ANSWERED = "answered", "the reply already said so"
    NOT_LINKED = "not_linked", "no chat is linked to your account"
    NOT_A_MEMBER = "not_a_member", "you are no longer in the household"
    CHAT_SUSPENDED = "chat_suspended", "Telegram no longer delivers to your chat; send /start to the bot"
    CHANNEL_UNAVAILABLE = "channel_unavailable", "this server sends no mail"
    NO_ADDRESS = "no_address", "your account has no email address"
    MAILBOX_SUSPENDED = "mailbox_suspended", "your mail server does not accept our mail"
    UNREADABLE = "unreadable", "it was stored by a newer release"
    SOLVED = "solved", "it was solved before you were told"
    KNOWN = "known", "you already knew"
    DELETED = "deleted", "what it was about was deleted"
    REFUSED = "refused", "it was refused"
    GAVE_UP = "gave_up", "it could not be delivered for a day"
    UNPARSABLE = "unparsable", "its formatting was refused; that is our mistake"
    TOO_LONG = "too_long", "it was too long; that is our mistake"
    UNSPEAKABLE = "unspeakable", "no message could be made of it; that is our mistake"
    TOO_MANY = "too_many", "there were too many of its kind"
    NO_ANSWER = "no_answer", "it was sent, but nobody confirmed that it arrived"


CHANNELS = {ChannelName.TELEGRAM: "Telegram", ChannelName.IN_APP: "inbox", ChannelName.EMAIL: "email"}
_STATES = {
    DeliveryState.PENDING: "waits to be sent",
    DeliveryState.SENDING: "is on its way",
    DeliveryState.SENT: "told",
    DeliveryState.FOLDED: "told together with later changes",
}


def explain(state: str, reason: str | None) -> str:
    """Return what became of a delivery, in a few words."""
    if reason is None:
        return _STATES.get(DeliveryState(state), state)
    # A newer release may have stored one that this one does not know.
    return Reason(reason).words if reason in set(Reason) else reason.replace("_", " ")


def waits(state: str) -> bool:
    """Return whether a delivery will still be sent."""
    return state in (DeliveryState.PENDING, DeliveryState.SENDING)


def is_told(state: str) -> bool:
    """Return whether a delivery reached the person."""
    return state in (DeliveryState.SENT, DeliveryState.FOLDED)
