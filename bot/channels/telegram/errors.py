"""What the Bot API's refusals mean for a message or a file."""

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    TelegramError,
)

from bot.channels.base import (
    FetchError,
    FetchFailed,
    FileGone,
    FileTooBig,
    NotSent,
    OutcomeUnknown,
    Rejected,
    SendError,
    Throttled,
    Unreachable,
)
from bot.channels.telegram.request import AskedToWaitError, FileTooLargeError, NothingSentError

# Descriptions of 400s that are about the person, not about the message (tdlib/telegram-bot-api, Client.cpp).
_GONE = ("chat not found", "user not found", "user is deactivated", "peer_id_invalid", "bot was blocked")
_UNCHANGED = "message is not modified"
_NOT_EDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid")


def send_error(error: TelegramError) -> SendError:
    """The SendError that a Telegram error stands for; no description goes along, it may quote the message."""
    match error:
        case AskedToWaitError():
            return Throttled(error.seconds)
        case Forbidden() | ChatMigrated():
            return Unreachable("the chat is closed to the bot")
        case BadRequest():
            return _refusal(_words(error))
        # 401 and 404: the token or the method is unknown; 409: somebody else polls. Nothing had an effect.
        case NothingSentError() | InvalidToken() | Conflict():
            return NotSent(type(error).__name__)
        case NetworkError() if "entity too large" in _words(error):
            return Rejected("the file is too large to upload")
        # Time-outs, resets, 5xx, answers that can't be read: it may have had its effect.
        case _:
            return OutcomeUnknown(type(error).__name__)


def _refusal(description: str) -> SendError:
    if any(words in description for words in _GONE):
        return Unreachable("the chat is gone")
    return Rejected("the Bot API refused the request")


def is_unchanged(error: TelegramError) -> bool:
    """Whether an edit was refused because the message says so already."""
    return isinstance(error, BadRequest) and _UNCHANGED in _words(error)


def is_not_editable(error: TelegramError) -> bool:
    """Whether an edit was refused because the old message is gone or too old."""
    return isinstance(error, BadRequest) and any(words in _words(error) for words in _NOT_EDITABLE)


def fetch_error(error: TelegramError) -> FetchError:
    """The FetchError that a Telegram error stands for."""
    description = _words(error)
    if isinstance(error, FileTooLargeError) or "file is too big" in description:
        return FileTooBig("over the limit of the Bot API")
    # "wrong file_id or the file is temporarily unavailable" is one description for both: worth another try.
    if isinstance(error, BadRequest) and "temporarily unavailable" not in description:
        return FileGone("the vendor does not know this file")
    return FetchFailed(type(error).__name__)


def _words(error: TelegramError) -> str:
    return error.message.lower()
