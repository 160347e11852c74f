"""What a mail server's answers mean to us."""

import re
from datetime import timedelta

from aiosmtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from core import clock
from core.wording.channels import DeliveryError, Outgoing
from core.wording.outcomes import OLD_AFTER, Failure

# 421: the server is shutting down (RFC 5321 section 3.8). 530: it wants a password (RFC 4954).
CLOSING, WANTS_PASSWORD = 421, 530
SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
_LONGEST_TEXT = 200
# RFC 3463: X.1.n is about an address, X.2.1 says that a mailbox is disabled.
_ENHANCED = re.compile(r"\b5\.(\d{1,3})\.(\d{1,3})\b")
PASSWORD_REFUSED = "SMTP_URL: the mail server does not accept this user and password"  # noqa: S105


def before_data(error: Exception, message: Outgoing) -> DeliveryError:
    """Return the meaning of an error before the mail itself was sent: nothing can have arrived."""
    match error:
        case SMTPAuthenticationError(code=code):
            # Without its text, because a server may quote the password.
            failure = Failure.FATAL if code >= 500 else Failure.CLEAN
            return DeliveryError(failure, f"{PASSWORD_REFUSED} ({code})")
        case SMTPRecipientRefused():
            return _of_recipient(error, message, at_once=True)
        case SMTPResponseException():
            return DeliveryError(Failure.FATAL if error.code >= 500 else Failure.CLEAN, _text(error))
        case OSError():
            # An untrusted certificate is one of these, and a ValueError as well.
            return DeliveryError(Failure.CLEAN, f"no connection to the mail server ({type(error).__name__})")
        case SMTPException() if not isinstance(error, SMTPNotSupported):
            return DeliveryError(Failure.FATAL, f"SMTP_URL: {error.message}")
    return DeliveryError(Failure.REFUSED, "no mail can be written to this address")


def after_data(error: Exception, message: Outgoing) -> DeliveryError:
    """Return the meaning of an error after the mail was sent: without an answer, it may have arrived."""
    if isinstance(error, SMTPDataError):
        return _of_recipient(error, message, at_once=False)
    return DeliveryError(Failure.AMBIGUOUS, "the mail server took the mail but did not say so")


def _of_recipient(error: SMTPResponseException, message: Outgoing, *, at_once: bool) -> DeliveryError:
    """Return the meaning of a refusal; `at_once`: the recipient was refused before the mail was sent."""
    if error.code == CLOSING:
        return DeliveryError(Failure.CLEAN, _text(error))
    if error.code < 500:
        return _again(error, message)
    if error.code == WANTS_PASSWORD:
        return DeliveryError(Failure.FATAL, f"SMTP_URL: {_text(error)}")
    enhanced = _ENHANCED.search(error.message)
    gone = at_once if enhanced is None else enhanced[1] == "1" or enhanced.groups() == ("2", "1")
    return DeliveryError(Failure.GONE if gone else Failure.REFUSED, _text(error))


def _again(error: SMTPResponseException, message: Outgoing) -> DeliveryError:
    """Return the wait after a 4xx, which is mostly greylisting: as long again as the mail has waited.

    It concerns only this recipient, so it must not hold up others. After a day the mail is refused.
    """
    age = clock.utcnow() - message.frozen_at
    if age >= OLD_AFTER:
        return DeliveryError(Failure.REFUSED, _text(error))
    wait = min(max(age, SHORTEST_WAIT), LONGEST_WAIT)
    return DeliveryError(Failure.WAIT, _text(error), retry_after=wait.total_seconds())


def _text(error: SMTPResponseException) -> str:
    return f"{error.code} {' '.join(error.message.split())}"[:_LONGEST_TEXT]
