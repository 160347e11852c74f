"""Why somebody was not told, or nobody knows whether they were, in words for them."""

from core.models import ChannelName, DeliveryState

CHANNELS = {
    ChannelName.TELEGRAM: "Telegram",
    ChannelName.IN_APP: "inbox",
    ChannelName.EMAIL: "email",
}
_WORDS = {
    "own_act": "you did it yourself",
    "topic_off": "you did not ask for this kind of news",
    "route_off": "you do not want this kind of news here",
    "watch_muted": "you ignored or snoozed it",
    "quiet_hours": "waits until your quiet hours end",
    "muted": "waits until you want to hear again",
    "digest": "waits for your digest",
    "channel_off": "you switched it off",
    "answered": "the answer to you said so already",
    "not_linked": "no chat is linked to your account",
    "not_a_member": "you are not in the household any more",
    "chat_suspended": "Telegram does not deliver to your chat; send /start to the bot",
    "channel_unavailable": "this server sends no mail",
    "no_address": "your account has no address",
    "mailbox_suspended": "your mail server does not accept our mail",
    "unreadable": "it was stored by a newer release",
    "solved": "it solved itself before you were told",
    "known": "you knew already",
    "deleted": "what it was about was deleted",
    "refused": "it was refused",
    "gave_up": "it could not be delivered for a day",
    "unparsable": "it was refused as unreadable; that is our mistake",
    "too_long": "it was too long; that is our mistake",
    "unspeakable": "no message could be made of it for a day; that is our mistake",
    "too_many": "there were too many of its kind",
    "no_answer": "it was sent, but nobody confirmed that it arrived",
}
_STATES = {
    DeliveryState.PENDING: "waits to be sent",
    DeliveryState.SENDING: "is on its way",
    DeliveryState.SENT: "told",
    DeliveryState.FOLDED: "told together with later changes",
}


def explain(state: str, reason: str | None) -> str:
    """Return what became of a delivery, in a few words."""
    if reason is not None:
        return _WORDS.get(reason, reason.replace("_", " "))
    return _STATES.get(DeliveryState(state), state)


def waits(state: str) -> bool:
    """Say whether a delivery is still to be sent."""
    return state in (DeliveryState.PENDING, DeliveryState.SENDING)


def is_told(state: str) -> bool:
    """Say whether a delivery reached its person."""
    return state in (DeliveryState.SENT, DeliveryState.FOLDED)
