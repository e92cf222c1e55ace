"""From our values to the JSON objects of the Bot API."""

from .model import (
    Chat,
    Contact,
    Entity,
    Json,
    Keyboard,
    Location,
    Media,
    MediaKind,
    Message,
    StoredFile,
    User,
)


def user_json(user: User) -> Json:
    """A `User`."""
    names = {"username": user.username} if user.username else {}
    language = {} if user.is_bot else {"language_code": user.language}
    return {"id": user.id, "is_bot": user.is_bot, "first_name": user.name, **names, **language}


def chat_json(chat: Chat) -> Json:
    """A `Chat`."""
    if chat.is_group:
        return {"id": chat.id, "type": "group", "title": chat.title, "all_members_are_administrators": True}
    return {"id": chat.id, "type": "private", "first_name": chat.title}


def entity_json(entity: Entity) -> Json:
    """A `MessageEntity`."""
    more = {"url": entity.url, "language": entity.language}
    given = {name: value for name, value in more.items() if value}
    return {"type": entity.type, "offset": entity.offset, "length": entity.length, **given}


def file_json(stored: StoredFile) -> Json:
    """The answer of getFile."""
    return {**_ids(stored), "file_path": stored.path}


def _ids(stored: StoredFile) -> Json:
    return {"file_id": stored.file_id, "file_unique_id": stored.unique_id, "file_size": len(stored.data)}


def _photo_size(stored: StoredFile) -> Json:
    return {**_ids(stored), "width": stored.width, "height": stored.height}


def _named(stored: StoredFile) -> Json:
    more = {"file_name": stored.name, "mime_type": stored.mime}
    return {name: value for name, value in more.items() if value}


def media_json(media: Media) -> Json:
    """The message's media field, under its own name."""
    best = media.best
    sized = {"width": best.width or 320, "height": best.height or 240}
    match media.kind:
        case MediaKind.PHOTO:
            return {"photo": [_photo_size(size) for size in media.sizes]}
        case MediaKind.DOCUMENT:
            return {"document": {**_ids(best), **_named(best)}}
        case MediaKind.VOICE:
            return {"voice": {**_ids(best), "duration": best.duration, "mime_type": best.mime or "audio/ogg"}}
        case MediaKind.VIDEO:
            return {"video": {**_ids(best), **_named(best), **sized, "duration": best.duration}}
        case MediaKind.AUDIO:
            return {"audio": {**_ids(best), **_named(best), "duration": best.duration}}
        case MediaKind.STICKER:
            kinds = {"type": "regular", "is_animated": False, "is_video": False, "emoji": "👍"}
            return {"sticker": {**_ids(best), **sized, **kinds}}


def keyboard_json(keyboard: Keyboard) -> Json:
    """An `InlineKeyboardMarkup`; only inline ones are part of a message."""
    rows = [
        [
            {"text": button.text, **({"url": button.url} if button.url else {"callback_data": button.data})}
            for button in row
        ]
        for row in keyboard.rows
    ]
    return {"inline_keyboard": rows}


def _extra(extra: Location | Contact) -> Json:
    if isinstance(extra, Location):
        return {"location": {"latitude": extra.latitude, "longitude": extra.longitude}}
    return {"contact": {"phone_number": extra.phone_number, "first_name": extra.first_name}}


def _body(message: Message) -> Json:
    entities = [entity_json(entity) for entity in message.entities]
    names = ("caption", "caption_entities") if message.media else ("text", "entities")
    body: Json = dict(media_json(message.media)) if message.media else {}
    if message.text:
        body[names[0]] = message.text
    if entities:
        body[names[1]] = entities
    return body | (_extra(message.extra) if message.extra else {}) | (message.service or {})


def message_json(message: Message, *, with_reply: bool = True) -> Json:
    """A `Message`; a reply carries the message it answers, one level deep, as Telegram does."""
    made: Json = {
        "message_id": message.message_id,
        "from": user_json(message.sender),
        "chat": chat_json(message.chat),
        "date": int(message.at.timestamp()),
        **_body(message),
    }
    if message.edited_at:
        made["edit_date"] = int(message.edited_at.timestamp())
    if message.media_group_id:
        made["media_group_id"] = message.media_group_id
    if message.reply_to and with_reply:
        made["reply_to_message"] = message_json(message.reply_to, with_reply=False)
    if message.keyboard and message.keyboard.inline:
        made["reply_markup"] = keyboard_json(message.keyboard)
    return made
