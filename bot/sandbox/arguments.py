"""Reading the parameters of a Bot API call: strings from a form, real types from JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .entities import commands, parse_html, trimmed
from .errors import bad_request
from .model import Button, Entity, Json, Keyboard, Media, MediaKind, Message
from .vendor import Params, Upload, Vendor

MAX_TEXT = 4096
MAX_CAPTION = 1024
_MAX_DATA = 64


@dataclass(frozen=True, slots=True)
class Arguments:
    """One call's parameters and files."""

    vendor: Vendor
    params: Params
    files: Mapping[str, Upload]

    def text(self, name: str) -> str:
        """A string, "" when it is not given."""
        value = self.params.get(name)
        return "" if value is None else str(value)

    def number(self, name: str, default: int = 0) -> int:
        """An integer."""
        value = self.text(name).strip()
        try:
            return int(value) if value else default
        except ValueError as error:
            raise bad_request(f"invalid {name} specified") from error

    def flag(self, name: str) -> bool:
        """A boolean."""
        return self.text(name).lower() in ("true", "1", "yes")

    def json(self, name: str) -> Any:
        """An object or a list, as JSON text or already parsed; None when it is not given."""
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError as error:
            raise bad_request(f"can't parse {name} JSON object") from error

    def chat_id(self) -> int:
        """The chat that is meant."""
        if not self.text("chat_id"):
            raise bad_request("chat_id is empty")
        try:
            return int(self.text("chat_id"))
        except ValueError as error:
            raise bad_request("chat not found") from error

    def body(self) -> tuple[str, tuple[Entity, ...]]:
        """Text and entities of a message."""
        text, entities = formatted(self, "text", "entities")
        if not text:
            raise bad_request("message text is empty")
        if len(text) > MAX_TEXT:
            raise bad_request("message is too long")
        return text, entities or commands(text)

    def caption(self) -> tuple[str, tuple[Entity, ...]]:
        """Caption and entities; both may be empty."""
        text, entities = formatted(self, "caption", "caption_entities")
        if len(text) > MAX_CAPTION:
            raise bad_request("message caption is too long")
        return text, entities

    def keyboard(self) -> Keyboard | None:
        """The reply markup, checked."""
        return parse_keyboard(self.json("reply_markup"))

    def reply_to(self, chat_id: int) -> Message | None:
        """The message to answer; raises when it is not there, unless the call allows that."""
        given: Json = self.json("reply_parameters") or {}
        wanted = int(given.get("message_id", 0)) or self.number("reply_to_message_id")
        if not wanted:
            return None
        found = self.vendor.message(int(given.get("chat_id", chat_id)), wanted)
        allowed = given.get("allow_sending_without_reply") or self.flag("allow_sending_without_reply")
        if found is None and not allowed:
            raise bad_request("message to be replied not found")
        return found

    def media(self, kind: MediaKind, value: object, *, duration: int = 0) -> Media:
        """A file by `attach://`, by id, or uploaded under the parameter's own name."""
        given = str(value or "")
        upload = self.files.get(
            given.removeprefix("attach://") if given.startswith("attach://") else kind.value
        )
        if upload and (not given or given.startswith("attach://")):
            if not upload.data:
                raise bad_request("file must be non-empty")
            return self.vendor.files.add(
                kind, upload.data, name=upload.name, mime=upload.mime, duration=duration
            )
        return self._by_id(kind, given)

    def _by_id(self, kind: MediaKind, given: str) -> Media:
        if not given:
            raise bad_request(f"there is no {kind.value} in the request")
        if given.startswith(("http://", "https://")):
            raise bad_request("failed to get HTTP URL content")
        found = self.vendor.files.media(given)
        if found is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if found.kind is not kind:
            raise bad_request(f"can't use file of type {found.kind.value.title()} as {kind.value.title()}")
        return found


def formatted(arguments: Arguments, text_name: str, entities_name: str) -> tuple[str, tuple[Entity, ...]]:
    """A text by its parse mode or with given entities."""
    source = arguments.text(text_name)
    mode = arguments.text("parse_mode").lower()
    if mode == "html":
        return parse_html(source)
    if mode:
        # The real one knows Markdown too; nothing of ours sends it, so it is refused here.
        raise bad_request("unsupported parse_mode")
    return trimmed(source, [_entity(one) for one in arguments.json(entities_name) or []])


def _entity(given: Json) -> Entity:
    return Entity(
        str(given["type"]), int(given["offset"]), int(given["length"]),
        str(given.get("url") or ""), str(given.get("language") or ""),
    )  # fmt: skip


def parse_keyboard(markup: Json | None) -> Keyboard | None:
    """A keyboard from its JSON; None for none, for removing one and for force_reply."""
    if not markup:
        return None
    if "inline_keyboard" in markup:
        rows = tuple(tuple(_inline(one) for one in row) for row in markup["inline_keyboard"] if row)
        return Keyboard(rows) if rows else None
    if "keyboard" in markup:
        return Keyboard(tuple(tuple(_plain(one) for one in row) for row in markup["keyboard"]), inline=False)
    return Keyboard((), inline=False) if markup.get("remove_keyboard") else None


def _plain(given: Json | str) -> Button:
    return Button(given if isinstance(given, str) else str(given["text"]))


def _inline(given: Json) -> Button:
    text, data, url = str(given.get("text") or ""), str(given.get("callback_data") or ""), given.get("url")
    if not text.strip():
        raise bad_request(
            "can't parse inline keyboard button: text buttons are unallowed in the inline keyboard"
        )
    if not data and not url:
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    if len(data.encode()) > _MAX_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return Button(text, data, str(url or ""))
