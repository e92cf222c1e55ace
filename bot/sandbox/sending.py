"""The Bot API methods that make a message."""

from collections.abc import Mapping
from dataclasses import replace

from .arguments import Arguments
from .errors import bad_request
from .model import Json, Media, MediaKind, Message
from .render import message_json
from .vendor import Method, Params, Upload, Vendor


def send_message(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> Json:
    """SendMessage."""
    given = Arguments(vendor, params, files)
    chat = vendor.chat(given.chat_id())
    text, entities = given.body()
    keyboard, reply_to = given.keyboard(), given.reply_to(chat.id)
    vendor.charge(chat.id, 1)
    made = vendor.post(
        chat, "sendMessage", text=text, entities=entities, keyboard=keyboard, reply_to=reply_to
    )
    return message_json(made)


def _send_media(kind: MediaKind) -> Method:
    def send(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> Json:
        given = Arguments(vendor, params, files)
        chat = vendor.chat(given.chat_id())
        caption, entities = given.caption()
        keyboard, reply_to = given.keyboard(), given.reply_to(chat.id)
        media = given.media(kind, params.get(kind.value), duration=given.number("duration"))
        vendor.charge(chat.id, 1)
        made = vendor.post(
            chat, f"send{kind.value.title()}", text=caption, entities=entities, media=media,
            keyboard=keyboard, reply_to=reply_to,
        )  # fmt: skip
        return message_json(made)

    return send


def send_media_group(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> list[Json]:
    """sendMediaGroup: 2 to 10 parts; documents and audio only among themselves."""
    given = Arguments(vendor, params, files)
    chat = vendor.chat(given.chat_id())
    parts: list[Json] = given.json("media") or []
    _check_album(parts)
    reply_to = given.reply_to(chat.id)
    ready = [(*_part(given, part),) for part in parts]
    vendor.charge(chat.id, len(ready))
    group = vendor.next_album_id()
    made = [
        vendor.post(
            chat, "sendMediaGroup", text=shown.text, entities=shown.entities, media=media,
            reply_to=reply_to, group=group,
        )
        for media, shown in ready
    ]  # fmt: skip
    return [message_json(one) for one in made]


def _check_album(parts: list[Json]) -> None:
    if not parts:
        raise bad_request("there are no messages to send")
    if len(parts) > 10:
        raise bad_request("too many messages to send as an album")
    if len(parts) < 2:
        # The documented limit; the real server lets a single one pass.
        raise bad_request("media must include 2-10 items")
    kinds = {str(part.get("type")) for part in parts}
    for alone in ("document", "audio"):
        if alone in kinds and len(kinds) > 1:
            raise bad_request(f"{alone} can't be mixed with other media types")


class _Shown:
    __slots__ = ("entities", "text")

    def __init__(self, given: Arguments, part: Json) -> None:
        self.text, self.entities = replace(given, params=part).caption()


def _part(given: Arguments, part: Json) -> tuple[Media, _Shown]:
    return parse_media(given, part), _Shown(given, part)


def parse_media(given: Arguments, part: Json) -> Media:
    """The media of an `InputMedia…` object."""
    kind = str(part.get("type"))
    if kind not in ("photo", "document", "video", "audio"):
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unsupported')
    source = str(part.get("media") or "")
    if source.startswith("attach://") and source.removeprefix("attach://") not in given.files:
        raise bad_request("can't parse InputMedia: media not found")
    return given.media(MediaKind(kind), source, duration=int(part.get("duration") or 0))


def copy_message(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> Json:
    """copyMessage: a new message of the bot with the same content."""
    given = Arguments(vendor, params, files)
    chat = vendor.chat(given.chat_id())
    source = vendor.message(given.number("from_chat_id"), given.number("message_id"))
    if source is None:
        raise bad_request("message to copy not found")
    text, entities = given.caption() if "caption" in params else (source.text, source.entities)
    keyboard, reply_to = given.keyboard(), given.reply_to(chat.id)
    vendor.charge(chat.id, 1)
    made: Message = vendor.post(
        chat, "copyMessage", text=text, entities=entities, media=source.media, keyboard=keyboard,
        reply_to=reply_to,
    )  # fmt: skip
    return {"message_id": made.message_id}


SENDING: dict[str, Method] = {
    "sendmessage": send_message,
    "sendphoto": _send_media(MediaKind.PHOTO),
    "senddocument": _send_media(MediaKind.DOCUMENT),
    "sendvoice": _send_media(MediaKind.VOICE),
    "sendvideo": _send_media(MediaKind.VIDEO),
    "sendaudio": _send_media(MediaKind.AUDIO),
    "sendmediagroup": send_media_group,
    "copymessage": copy_message,
}
