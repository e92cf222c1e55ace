"""What the bot sends: what is refused at once, what fails later, and how its status moves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from .content import Content, MissingVariable, render
from .errors import TwilioError, refused
from .model import WHATSAPP, Message

BODY_LIMIT = 1600
_E164 = re.compile(r"\+[1-9]\d{6,14}")
# WhatsApp's rule for a value: no line breaks or tabs, no long run of blanks.
_NOT_IN_A_VARIABLE = re.compile(r"[\n\r\t]| {5}")
_CAPTIONED = ("image/", "video/")


@dataclass(frozen=True, slots=True)
class Request:
    """What Messages.create asked for."""

    to: str
    sender: str
    body: str = ""
    media_urls: Sequence[str] = ()
    content_sid: str = ""
    variables: tuple[tuple[str, str], ...] = ()
    callback: str = ""

    @property
    def number(self) -> str:
        """The person's number without the prefix."""
        return self.to.removeprefix(WHATSAPP)


def check_number(text: str, *, code: int = 21211) -> None:
    """Raises 400 for what is no number in E.164."""
    if not _E164.fullmatch(text):
        raise refused(code, f"The number {text} is not a valid phone number.")


def check(request: Request, senders: frozenset[str]) -> None:
    """Raises what Twilio refuses at once, before anything is made."""
    if not request.to:
        raise refused(21604, "A 'To' phone number is required.")
    if not request.sender:
        raise refused(21603, "A 'From' phone number is required.")
    check_number(request.number)
    if request.to.startswith(WHATSAPP) is not request.sender.startswith(WHATSAPP):
        raise refused(21910, "Invalid From and To pair. From and To should be of the same channel")
    if request.sender not in senders:
        raise _unknown_sender(request.sender)
    _check_what(request)


def _unknown_sender(sender: str) -> TwilioError:
    if sender.startswith(WHATSAPP):
        return refused(63007, "Twilio could not find a Channel with the specified From address")
    return refused(
        21606, "The 'From' phone number provided is not a valid message-capable Twilio phone number."
    )


def _check_what(request: Request) -> None:
    if not (request.body or request.media_urls or request.content_sid):
        raise refused(21619, "A text message body or media urls must be specified.")
    if len(request.body) > BODY_LIMIT:
        raise refused(21617, "The concatenated message body exceeds the 1600 character limit.")
    if len(request.media_urls) > 1:
        raise refused(21623, "Number of media files exceeds allowed limit")
    if any(not url.startswith(("http://", "https://")) for url in request.media_urls):
        raise refused(21620, "Invalid media URL(s)")
    # Twilio lets it pass and drops the words; here it is a mistake of the bot's.
    if request.content_sid and (request.body or request.media_urls):
        raise refused(20001, "Body and MediaUrl do not go with a ContentSid")
    if any(_NOT_IN_A_VARIABLE.search(value) for _, value in request.variables):
        raise refused(21656, "The ContentVariables Parameter is invalid")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the person and the sender when a message goes."""

    exists: bool
    in_window: bool
    within_rate: bool
    content: Content | None = None


def verdict(message: Message, facts: Facts, now: datetime) -> int:
    """The number with which a message fails before its file is fetched; 0 if it does not."""
    if not facts.exists:
        return 63003 if message.is_whatsapp else 30005
    if message.content_sid and facts.content is None:
        return 63027
    if not message.is_whatsapp:
        return 0
    approved = facts.content is not None and facts.content.approved(now)
    if not (facts.in_window or approved):
        return 63016
    return 0 if facts.within_rate else 63018


def filled(message: Message, content: Content, now: datetime) -> Message | int:
    """The message with what its content says, or the number with which it fails."""
    try:
        made = render(content, dict(message.variables))
    except MissingVariable:
        return 63028
    if not made.fits(approved=content.approved(now)):
        return 63021
    return replace(
        message, body=made.body, kind=made.kind, buttons=made.buttons, list_label=made.list_label,
        media_url=made.media_url, template=content.approved(now),
    )  # fmt: skip


def on_screen(message: Message) -> str:
    """What the phone shows as text: words do not go with a document or a recording."""
    if message.media and not message.media[0].content_type.startswith(_CAPTIONED):
        return ""
    return message.body
