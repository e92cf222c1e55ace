"""All messages and files of the account, in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from .errors import not_found
from .model import MediaFile, Message


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of messages asks for; blank and None mean any. Instants include their own."""

    to: str = ""
    sender: str = ""
    not_before: datetime | None = None
    not_after: datetime | None = None

    def takes(self, one: Message) -> bool:
        """Whether a message is among what is asked for."""
        sent = one.sent or one.at
        return (
            self.to in ("", one.to)
            and self.sender in ("", one.sender)
            and (self.not_before is None or sent >= self.not_before)
            and (self.not_after is None or sent <= self.not_after)
        )


@dataclass(slots=True)
class MessageStore:
    """Messages by sid in the order of their making, and the vendor's copies of their files."""

    _messages: dict[str, Message] = field(default_factory=dict)
    _media: dict[str, MediaFile] = field(default_factory=dict)

    def keep(self, message: Message) -> Message:
        """A new message, or a newer state of one."""
        self._messages[message.sid] = message
        return message

    def add_media(self, message: Message, *files: MediaFile) -> Message:
        """Give a message its files."""
        self._media.update({one.sid: one for one in files})
        return self.keep(replace(message, media=(*message.media, *files)))

    def find(self, sid: str) -> Message | None:
        """A message that is still there."""
        return self._messages.get(sid)

    def listed(self, wanted: Wanted) -> list[Message]:
        """Messages, the newest first."""
        return [one for one in reversed(self._messages.values()) if wanted.takes(one)]

    def drop(self, sid: str) -> None:
        """Forget a message; its files stay until they are dropped themselves, as at Twilio."""
        self._messages.pop(sid, None)

    def media(self, message_sid: str) -> list[MediaFile]:
        """The files of a message that are still there."""
        return [one for one in self._media.values() if one.message_sid == message_sid]

    def file(self, message_sid: str, sid: str, path: str) -> MediaFile:
        """One file; raises the 404 for `path`."""
        found = self._media.get(sid)
        if found is None or found.message_sid != message_sid:
            raise not_found(path)
        return found

    def file_by_sid(self, sid: str) -> MediaFile | None:
        """One file, for the store that a redirect leads to."""
        return self._media.get(sid)

    def drop_file(self, sid: str) -> None:
        """Forget a file."""
        self._media.pop(sid, None)

    def newest(self, test: Callable[[Message], bool]) -> Message | None:
        """The newest message that passes."""
        return next((one for one in reversed(self._messages.values()) if test(one)), None)
