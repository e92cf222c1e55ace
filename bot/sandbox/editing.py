"""The Bot API methods that change a message or answer a tap."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from .arguments import Arguments
from .errors import bad_request
from .model import Json, Message
from .render import message_json
from .sending import parse_media
from .vendor import Method, Params, Upload, Vendor

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
_TYPING_SECONDS = 5
_DELETE_WITHIN = timedelta(hours=48)


def _own(given: Arguments) -> Message:
    chat = given.vendor.chat(given.chat_id())
    found = given.vendor.message(chat.id, given.number("message_id"))
    if found is None:
        raise bad_request("message to edit not found")
    if not found.sender.is_bot:
        raise bad_request("message can't be edited")
    return found


def _changed(given: Arguments, old: Message, new: Message, method: str) -> Json:
    if new == old:
        raise bad_request(_NOT_MODIFIED)
    new = replace(new, edited_at=given.vendor.now())
    loaded = new.bytes if new.media != old.media else len(new.text.encode())
    return message_json(given.vendor.change(new, method, size=loaded))


def edit_text(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> Json:
    """EditMessageText."""
    given = Arguments(vendor, params, files)
    old = _own(given)
    text, entities = given.body()
    if old.media:
        raise bad_request("there is no text in the message to edit")
    new = replace(old, text=text, entities=entities, keyboard=given.keyboard())
    return _changed(given, old, new, "editMessageText")


def edit_caption(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> Json:
    """EditMessageCaption."""
    given = Arguments(vendor, params, files)
    old = _own(given)
    text, entities = given.caption()
    if not old.media:
        raise bad_request("there is no caption in the message to edit")
    new = replace(old, text=text, entities=entities, keyboard=given.keyboard())
    return _changed(given, old, new, "editMessageCaption")


def edit_media(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> Json:
    """EditMessageMedia."""
    given = Arguments(vendor, params, files)
    old = _own(given)
    part: Json = given.json("media") or {}
    media = parse_media(given, part)
    if old.media_group_id and old.media and old.media.kind is not media.kind:
        raise bad_request("can't change media type in the album")
    text, entities = replace(given, params=part).caption()
    new = replace(old, media=media, text=text, entities=entities, keyboard=given.keyboard())
    return _changed(given, old, new, "editMessageMedia")


def edit_markup(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> Json:
    """EditMessageReplyMarkup."""
    given = Arguments(vendor, params, files)
    old = _own(given)
    return _changed(given, old, replace(old, keyboard=given.keyboard()), "editMessageReplyMarkup")


def delete_message(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> bool:
    """deleteMessage: own and, in a private chat, the other side's, for 48 hours."""
    given = Arguments(vendor, params, files)
    chat = vendor.chat(given.chat_id())
    found = vendor.message(chat.id, given.number("message_id"))
    if found is None:
        raise bad_request("message to delete not found")
    if vendor.now() - found.at > _DELETE_WITHIN or (chat.is_group and not found.sender.is_bot):
        raise bad_request("message can't be deleted")
    vendor.change(replace(found, deleted=True), "deleteMessage", size=0)
    return True


def set_reaction(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> bool:
    """setMessageReaction: one emoji or none."""
    given = Arguments(vendor, params, files)
    chat = vendor.chat(given.chat_id())
    found = vendor.message(chat.id, given.number("message_id"))
    if found is None:
        raise bad_request("message to react not found")
    reactions: list[Json] = given.json("reaction") or []
    emoji = str(reactions[0].get("emoji", "")) if reactions else ""
    vendor.change(replace(found, reaction=emoji), "setMessageReaction", size=0)
    return True


def answer_callback(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> bool:
    """answerCallbackQuery; the text is at most 200 characters."""
    given = Arguments(vendor, params, files)
    text = given.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    vendor.answer(given.text("callback_query_id"), text, alert=given.flag("show_alert"))
    return True


def chat_action(vendor: Vendor, params: Params, files: Mapping[str, Upload]) -> bool:
    """sendChatAction: shown for five seconds."""
    given = Arguments(vendor, params, files)
    chat = vendor.chat(given.chat_id())
    if not given.text("action"):
        raise bad_request("wrong parameter action in request")
    phone = vendor.phone_of(chat.id)
    if phone:
        phone.typing_until = vendor.now() + timedelta(seconds=_TYPING_SECONDS)
        vendor.tell(phone.spec.id)
    return True


EDITING: dict[str, Method] = {
    "editmessagetext": edit_text,
    "editmessagecaption": edit_caption,
    "editmessagemedia": edit_media,
    "editmessagereplymarkup": edit_markup,
    "deletemessage": delete_message,
    "setmessagereaction": set_reaction,
    "answercallbackquery": answer_callback,
    "sendchataction": chat_action,
}
