"""What people do on their phones with Telegram, over HTTP: for the page and for outside tests."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from .asked import SAFE_TYPES, flag_of, guarded, number_of, text_of, uploads_of
from .errors import PhoneError
from .faults import Fault, FaultKind
from .files import client_photo
from .model import Contact, Json, Location, Media, MediaKind, Message
from .multipart import Form, read_form
from .phone import Entry, Phone
from .render import entity_json, message_json
from .vendor import Group, Upload, Vendor


def phone_json(phone: Phone, vendor: Vendor) -> Json:
    """One phone as `GET /phones` shows it."""
    typing = phone.typing_until is not None and phone.typing_until > vendor.now() and not phone.airplane
    notice = phone.notices[-1] if phone.notices else None
    keyboard = phone.reply_keyboard
    return {
        "id": phone.spec.id, "name": phone.spec.name, "role": phone.spec.role,
        "language": phone.spec.language,
        "channel": "telegram", "address": f"telegram:{phone.spec.telegram_id}",
        "telegram_id": phone.spec.telegram_id, "shown": phone.spec.shown, "started": phone.started,
        "airplane": phone.airplane, "slow": phone.slow, "blocked": phone.blocked,
        "bytes_sent": phone.bytes_sent, "bytes_received": phone.bytes_received,
        "unread": phone.unread, "seq": phone.count, "typing": typing,
        "notice": {"seq": notice[0], "text": notice[1], "alert": notice[2]} if notice else None,
        "keyboard": [[button.text for button in row] for row in keyboard.rows] if keyboard else [],
    }  # fmt: skip


def entry_json(entry: Entry, phone: Phone) -> Json:
    """One message on a phone; `direction` as the phone's owner sees it."""
    message = entry.message
    return {
        "seq": entry.seq, "changed": entry.changed, "message_id": message.message_id or None,
        "direction": "sent" if entry.mine else "received",
        "from": phone.spec.id if entry.mine else "bot",
        "state": entry.state.value, "progress": round(entry.progress, 3), "time": message.at.isoformat(),
        "text": "" if message.deleted else message.text,
        "entities": [] if message.deleted else [entity_json(one) for one in message.entities],
        "buttons": [] if message.deleted else _buttons(message),
        "media": None if message.deleted else _media(entry, phone), "extra": _extra(message),
        "album": message.media_group_id or None, "reply_to": _quote(message.reply_to),
        "edited": message.edited_at is not None, "deleted": message.deleted,
        "reaction": message.reaction or None, "bytes": message.bytes,
    }  # fmt: skip


def _buttons(message: Message) -> list[list[Json]]:
    keyboard = message.keyboard
    if keyboard is None or not keyboard.inline:
        return []
    return [
        [{"text": one.text, "data": one.data or None, "url": one.url or None} for one in row]
        for row in keyboard.rows
    ]


def _media(entry: Entry, phone: Phone) -> Json | None:
    media = entry.message.media
    if media is None:
        return None
    best, url = media.best, f"/phones/{phone.spec.id}/media/{entry.seq}"
    return {
        "kind": media.kind.value, "url": url, "thumb_url": f"{url}?size=small",
        "file_name": best.name or None,
        "mime_type": best.mime, "bytes": len(best.data), "width": best.width, "height": best.height,
        "duration": best.duration,
    }  # fmt: skip


def _extra(message: Message) -> Json | None:
    match message.extra:
        case Location() as place:
            return {"kind": "location", "latitude": place.latitude, "longitude": place.longitude}
        case Contact() as card:
            return {"kind": "contact", "phone_number": card.phone_number, "first_name": card.first_name}
        case None:
            return None


def _quote(message: Message | None) -> Json | None:
    if message is None:
        return None
    kind = message.media.kind.value if message.media else None
    return {
        "message_id": message.message_id,
        "text": message.text,
        "media": kind,
        "mine": not message.sender.is_bot,
    }


@dataclass(slots=True)
class PhonesApi:
    """The endpoints, over one vendor."""

    vendor: Vendor

    def routes(self) -> list[Route]:
        """All of them."""
        phone = "/phones/{phone}"
        table: list[tuple[str, str, Callable[[Request], object]]] = [
            ("GET", f"{phone}/messages", self.messages),
            ("POST", f"{phone}/send", self.send), ("POST", f"{phone}/tap", self.tap),
            ("POST", f"{phone}/edit", self.edit), ("POST", f"{phone}/read", self.read),
            ("POST", f"{phone}/settings", self.settings), ("GET", phone + "/media/{seq:int}", self.media),
            ("POST", "/groups", self.new_group), ("POST", "/groups/{group}/add", self.add_bot),
            ("POST", "/groups/{group}/remove", self.remove_bot),
            ("POST", "/groups/{group}/send", self.group_send),
            ("GET", "/groups/{group}/messages", self.group_messages), ("POST", "/faults", self.add_fault),
            ("DELETE", "/faults", self.clear_faults), ("GET", "/log", self.log),
            ("POST", "/limits", self.limits),
        ]  # fmt: skip
        return [Route(path, guarded(endpoint), methods=[method]) for method, path, endpoint in table]

    async def messages(self, request: Request) -> Response:
        phone = self._phone(request)
        self.vendor.tick(self.vendor.now())
        after = int(request.query_params.get("after") or 0)
        return JSONResponse([entry_json(one, phone) for one in phone.messages(after=after)])

    async def send(self, request: Request) -> Response:
        phone, form = self._phone(request), await read_form(request)
        uploads = await uploads_of(form)
        if uploads:
            sent = await self._send_files(phone, form, uploads)
        else:
            sent = [self._send_plain(phone, form)]
        return JSONResponse([entry_json(one, phone) for one in sent], 201)

    def _send_plain(self, phone: Phone, form: Form) -> Entry:
        fields = form.fields
        if isinstance(place := fields.get("location"), dict):
            return phone.send_location(float(place["latitude"]), float(place["longitude"]))
        if isinstance(card := fields.get("contact"), dict):
            return phone.send_contact(str(card["phone_number"]), str(card["first_name"]))
        if not text_of(form, "text").strip():
            raise PhoneError("nothing to send")
        return phone.send_text(text_of(form, "text"), reply_to=number_of(form, "reply_to"))

    async def _send_files(self, phone: Phone, form: Form, uploads: list[Upload]) -> list[Entry]:
        caption, reply_to = text_of(form, "caption") or text_of(form, "text"), number_of(form, "reply_to")
        kinds = [_kind(text_of(form, "as"), upload) for upload in uploads]
        made = [await self._store(kind, upload) for kind, upload in zip(kinds, uploads, strict=True)]
        together = (
            len(made) > 1 and len(set(kinds)) == 1 and kinds[0] in (MediaKind.PHOTO, MediaKind.DOCUMENT)
        )
        if together:
            return phone.send_group(made, caption=caption, reply_to=reply_to)
        captions = [caption, *("" for _ in made[1:])]
        return [
            phone.send_media(one, caption=text, reply_to=reply_to)
            for one, text in zip(made, captions, strict=True)
        ]

    async def _store(self, kind: MediaKind, upload: Upload) -> Media:
        if kind is MediaKind.PHOTO:
            return self.vendor.files.add(kind, await asyncio.to_thread(client_photo, upload.data))
        duration = 3 if kind is MediaKind.VOICE else 0
        return self.vendor.files.add(kind, upload.data, name=upload.name, mime=upload.mime, duration=duration)

    async def tap(self, request: Request) -> Response:
        phone, form = self._phone(request), await read_form(request)
        phone.tap(number_of(form, "message_id"), text_of(form, "button"))
        return JSONResponse({"ok": True})

    async def edit(self, request: Request) -> Response:
        phone, form = self._phone(request), await read_form(request)
        phone.edit(number_of(form, "message_id"), text_of(form, "text"))
        return JSONResponse({"ok": True})

    async def read(self, request: Request) -> Response:
        phone = self._phone(request)
        phone.mark_read()
        return JSONResponse(phone_json(phone, self.vendor))

    async def settings(self, request: Request) -> Response:
        phone, form = self._phone(request), await read_form(request)
        blocked = flag_of(form, "blocked")
        if blocked is not None:
            self.vendor.block(phone, blocked=blocked)
        phone.set_network(airplane=flag_of(form, "airplane"), slow=flag_of(form, "slow"))
        return JSONResponse(phone_json(phone, self.vendor))

    async def media(self, request: Request) -> Response:
        entry = self._phone(request).entry(int(request.path_params["seq"]))
        if entry is None or entry.message.media is None or entry.message.deleted:
            return JSONResponse({"error": "no such file on this phone"}, 404)
        sizes = entry.message.media.sizes
        small = request.query_params.get("size") == "small"
        chosen = next((one for one in sizes if one.width >= 320), sizes[-1]) if small else sizes[-1]
        kind = chosen.mime if chosen.mime in SAFE_TYPES else "application/octet-stream"
        return Response(chosen.data, media_type=kind, headers={"X-Content-Type-Options": "nosniff"})

    async def new_group(self, request: Request) -> Response:
        form = await read_form(request)
        members = form.fields.get("members") or []
        names = [str(one) for one in members] if isinstance(members, list) else str(members).split(",")
        made = self.vendor.add_group(text_of(form, "title") or "Group", names)
        return JSONResponse(_group_json(made), 201)

    async def add_bot(self, request: Request) -> Response:
        group, form = self._group(request), await read_form(request)
        self.vendor.set_membership(group, self._member(group, form), inside=True)
        return JSONResponse(_group_json(group))

    async def remove_bot(self, request: Request) -> Response:
        group, form = self._group(request), await read_form(request)
        self.vendor.set_membership(group, self._member(group, form), inside=False)
        return JSONResponse(_group_json(group))

    async def group_send(self, request: Request) -> Response:
        group, form = self._group(request), await read_form(request)
        message = self.vendor.say_in_group(group, self._member(group, form), text_of(form, "text"))
        return JSONResponse(message_json(message), 201)

    async def group_messages(self, request: Request) -> Response:
        return JSONResponse([message_json(one) for one in self._group(request).messages if not one.deleted])

    async def add_fault(self, request: Request) -> Response:
        form = await read_form(request)
        fault = self._fault(form)
        self.vendor.faults.add(fault)
        return JSONResponse(asdict(fault), 201)

    def _fault(self, form: Form) -> Fault:
        chat = text_of(form, "chat")
        kind = text_of(form, "kind")
        if kind not in set(FaultKind):
            raise PhoneError("no such kind of fault")
        known = self.vendor.phones.get(chat)
        return Fault(
            FaultKind(kind), text_of(form, "method"), known.spec.telegram_id if known else int(chat or 0),
            number_of(form, "count") or 1, float(text_of(form, "seconds") or 5),
            float(text_of(form, "probability") or 1),
        )  # fmt: skip

    async def clear_faults(self, _request: Request) -> Response:
        self.vendor.faults.clear()
        return JSONResponse({"ok": True})

    async def log(self, request: Request) -> Response:
        after = int(request.query_params.get("after") or 0)
        rows = [{**asdict(one), "at": one.at.isoformat()} for one in self.vendor.log[after:]]
        return JSONResponse(rows)

    async def limits(self, request: Request) -> Response:
        form = await read_form(request)
        self.vendor.limits.on = flag_of(form, "on") is not False
        return JSONResponse({"on": self.vendor.limits.on})

    def _phone(self, request: Request) -> Phone:
        return self.vendor.phone(str(request.path_params["phone"]))

    def _group(self, request: Request) -> Group:
        name = str(request.path_params["group"])
        for chat_id, group in self.vendor.groups.items():
            if name in (str(chat_id), group.chat.title):
                return group
        raise PhoneError("no such group")

    def _member(self, group: Group, form: Form) -> Phone:
        name = text_of(form, "by") or text_of(form, "phone")
        return self.vendor.phone(name) if name else group.members[0]


def _kind(wanted: str, upload: Upload) -> MediaKind:
    if wanted in set(MediaKind):
        return MediaKind(wanted)
    if upload.mime == "audio/ogg":
        return MediaKind.VOICE
    return MediaKind.PHOTO if upload.mime in ("image/jpeg", "image/png", "image/webp") else MediaKind.DOCUMENT


def _group_json(group: Group) -> Json:
    members = [one.spec.id for one in group.members]
    return {"id": group.chat.id, "title": group.chat.title, "members": members, "bot_in": group.bot_in}
