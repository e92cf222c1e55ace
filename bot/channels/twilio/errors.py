"""What Twilio's refusals mean for a message or a file."""

from http import HTTPStatus
from typing import Literal

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException

from bot.channels.base import (
    FetchError,
    FetchFailed,
    FileGone,
    NotSent,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unreachable,
    WindowClosed,
)
from bot.channels.twilio.client import AskedToWaitError, NothingSentError

# The numbers are Twilio's, from twilio.com/docs/api/errors.
_WINDOW = frozenset({63016})
# 63018: a limit of the sender's; 20429: too many requests; 30001: the queue is full.
_BACK_OFF = frozenset({63018, 20429, 30001})
# 63003: no WhatsApp at this number; 63024: not a recipient; 21211, 21217, 13224: no number; 21214: not to be called;
# 21610: opted out; 21612, 21614: no SMS there.
_UNREACHABLE = frozenset({63003, 63024, 21211, 21217, 13224, 21214, 21610, 21612, 21614})
_WAIT_SECONDS = 30.0
_CREDENTIALS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def send_error(error: TwilioException) -> SendError:
    """The SendError that an error of the SDK stands for; no description goes along, it may quote the message."""
    match error:
        case AskedToWaitError():
            return Throttled(error.seconds, whole_bot=True)
        case NothingSentError():
            return NotSent(type(error).__name__)
        case TwilioRestException() | TwilioServiceException():
            return _refusal(_number(error.status), _number(error.code))
        # Time-outs, resets, answers that can't be read: it may have had its effect.
        case _:
            return OutcomeUnknown(type(error).__name__)


def failure(code: int) -> SendError:
    """What an error code of Twilio's says of a message, in a refusal or in a later status."""
    if code in _WINDOW:
        return WindowClosed(f"Twilio {code}")
    if code in _BACK_OFF:
        return Throttled(_WAIT_SECONDS, whole_bot=True)
    if code in _UNREACHABLE:
        return Unreachable(f"Twilio {code}")
    return Rejected(f"Twilio {code}")


def why(code: int) -> Literal["window", "blocked", "later", "rejected"]:
    """As `failure`, in the words of a DeliveryReported."""
    match failure(code):
        case WindowClosed():
            return "window"
        case Unreachable():
            return "blocked"
        case Throttled():
            return "later"
        case _:
            return "rejected"


def _refusal(status: int, code: int) -> SendError:
    known = failure(code)
    if not isinstance(known, Rejected) or isinstance(known, WindowClosed):
        return known
    # A wrong token or a suspended account is nothing that the message could help: it waits for the operator.
    if status in _CREDENTIALS and code < 21000:
        return NotSent(f"Twilio {code}")
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return known
    return OutcomeUnknown(f"HTTP {status}")


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else 0


def fetch_error(status: int) -> FetchError:
    """What an HTTP status says of a file."""
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return FileGone("the vendor no longer has the file")
    return FetchFailed(f"HTTP {status}")
